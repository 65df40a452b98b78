import { choice, databaseAddress, filePath, flag, gitTemplate, integer, list, modelName, pem, text, webAddress, type Kind } from './kinds.ts';

/** One row of the table that everything else follows from: parsing, error messages, the reference. */
export interface Setting<T> {
  /** Key in reeve.yaml, in snake case. The variable is `REEVE_` and the key in capitals. */
  key: string;
  variable: string;
  /** Another variable that is honoured when ours is not set (names other programs agreed on). */
  alias: string | null;
  kind: Kind<unknown>;
  default: T;
  /** Hidden in every output, and registered for redaction. */
  secret: boolean;
  /** Only a variable: it makes no sense inside the file. */
  variableOnly: boolean;
  description: string;
}

type Options = { secret?: boolean; alias?: string; variableOnly?: boolean };

/** A setting that always has a value. `byDefault` is already parsed; paths are resolved when loading. */
function setting<T>(key: string, kind: Kind<T>, byDefault: NoInfer<T>, description: string, options: Options = {}): Setting<T> {
  return {
    key,
    variable: `REEVE_${key.toUpperCase()}`,
    alias: options.alias ?? null,
    kind,
    default: byDefault,
    secret: options.secret ?? false,
    variableOnly: options.variableOnly ?? false,
    description,
  };
}

/** A setting that may be absent: null. */
function optional<T>(key: string, kind: Kind<T>, description: string, options: Options = {}): Setting<T | null> {
  return setting<T | null>(key, kind, null, description, options);
}

/** Every setting Reeve reads at start. What can be changed while it runs is in `modules/settings`. */
export const SETTINGS = {
  config: optional('config', filePath, 'Path of the configuration file; without it `./reeve.yaml`, if there.', { variableOnly: true }),
  dataDir: setting('data_dir', filePath, './.reeve', 'Embedded database, worktrees, logs, keys.'),
  databaseUrl: optional('database_url', databaseAddress, 'PostgreSQL 15 or newer. When set, nothing embedded starts.', { secret: true }),
  databasePool: setting('database_pool', integer(2, 200), 10, 'Most connections of one process to the database.'),

  walArchiveDir: optional(
    'wal_archive_dir',
    filePath,
    'Folder the embedded database copies its finished log segments into (every 16 MB, or five minutes), for `reeve restore --archive`.',
  ),

  port: setting('port', integer(0, 65_535), 4400, 'HTTP port; 0 takes any free one.'),
  host: setting('host', text('host name or address', /^[\w.:-]+$/, 'must be a host name or an address'), '127.0.0.1', 'Address to listen on.'),
  publicUrl: optional('public_url', webAddress, 'Beginning of links in comments and messages; without it `http://host:port`.'),
  trustProxy: setting('trust_proxy', flag, false, 'Believe `X-Forwarded-For` and `X-Forwarded-Proto` (only behind a proxy that sets them).'),
  bodyLimitBytes: setting(
    'body_limit_bytes',
    integer(1024, 100 * 1024 * 1024),
    1024 * 1024,
    'Largest request body, where a route names no other limit.',
  ),
  rateLimitPerSecond: setting(
    'rate_limit_per_second',
    integer(0, 100_000),
    500,
    'Requests a second that one token (or address) may keep up; a burst of four seconds is allowed. 0: no limit.',
  ),
  shutdownGraceMs: setting(
    'shutdown_grace_ms',
    integer(0, 600_000),
    6000,
    'How long a stop waits for requests and steps in flight before it hands them back.',
  ),

  adminToken: optional(
    'admin_token',
    text('text', /^\S{8,}$/, 'must be at least 8 characters without blanks'),
    'Bootstrap token with role admin; without it one is made and written to `DATA_DIR/admin-token`.',
    { secret: true },
  ),

  model: setting('model', modelName, 'rules', 'Who plans and triages: `rules` (no model) or `<provider>/<model>`.'),
  modelBaseUrl: optional('model_base_url', webAddress, 'Endpoint of an OpenAI-compatible server, or of a proxy before a provider.'),
  modelApiKey: optional('model_api_key', text(), 'Key of the model provider.', { secret: true }),

  githubApiUrl: setting('github_api_url', webAddress, 'https://api.github.com', 'GitHub Enterprise or a test server.'),
  githubGitUrl: setting('github_git_url', gitTemplate, 'https://github.com/{owner}/{repo}.git', 'Template of git remotes; `file://` is allowed.'),
  githubToken: optional('github_token', text(), 'Token for GitHub, when no app is used.', { secret: true }),
  githubAppId: optional('github_app_id', text('number', /^\d+$/, 'must be the number of the GitHub App'), 'GitHub App; needs `github_private_key`.'),
  githubPrivateKey: optional('github_private_key', pem, 'Private key of the GitHub App.', { secret: true }),
  githubMergeMethod: setting(
    'github_merge_method',
    choice('merge', 'squash', 'rebase'),
    'merge',
    'How pull requests on GitHub are merged; where a repository forbids it, the first way it allows.',
  ),
  githubWriteIntervalMs: setting(
    'github_write_interval_ms',
    integer(0, 60_000),
    1000,
    'Between two writes to GitHub: it asks for a second, and shuts out who does not wait. 0 on an Enterprise Server without rate limits.',
  ),
  githubWebhookSecret: setting('github_webhook_secret', list, [], 'Secrets that webhooks are signed with; several while rotating.', { secret: true }),

  slackApiUrl: setting('slack_api_url', webAddress, 'https://slack.com/api', 'Slack, or a test server.'),
  slackBotToken: optional('slack_bot_token', text(), 'Bot token.', { secret: true }),
  slackSigningSecret: optional('slack_signing_secret', text(), 'Signing secret of the Slack app; two with a comma between them while rotating.', {
    secret: true,
  }),
  slackChannel: optional(
    'slack_channel',
    text('channel id', /^[CGD][A-Z0-9]{2,30}$/, 'must be the id of a channel, like C0123456789'),
    'Channel that approvals are posted to; without it none are.',
  ),
  slackTeam: optional(
    'slack_team',
    text('team id', /^[TE][A-Z0-9]{2,30}$/, 'must be the id of a workspace, like T0123456789'),
    'The one workspace listened to; needed when the Slack app is installed in several.',
  ),

  vaultAddr: optional('vault_addr', webAddress, 'HashiCorp Vault that `vault:mount/path#key` references are read from.', { alias: 'VAULT_ADDR' }),
  vaultToken: optional('vault_token', text(), 'Token for Vault; instead of an AppRole.', { secret: true, alias: 'VAULT_TOKEN' }),
  vaultRoleId: optional('vault_role_id', text(), 'AppRole Reeve logs into Vault with; needs `vault_secret_id`.'),
  vaultSecretId: optional('vault_secret_id', text(), 'Secret id of that AppRole.', { secret: true }),
  vaultNamespace: optional('vault_namespace', text(), 'Namespace in Vault Enterprise and HCP.', { alias: 'VAULT_NAMESPACE' }),
  awsRegion: optional('aws_region', text(), 'Region of `ssm:/path/name` references; without it as the AWS SDK finds it.', { alias: 'AWS_REGION' }),

  repoAllowlist: setting('repo_allowlist', list, [], '`owner/repo` globs; nothing outside is touched.'),
  shadow: setting('shadow', flag, false, 'Decide and record, execute nothing outward.'),
  selfApproval: setting(
    'self_approval',
    choice('never', 'local'),
    'never',
    '`local`: whoever asked may approve too, in path repositories only; the ledger says so.',
  ),
  policy: optional('policy', filePath, 'Policy file; without it the one that was activated last, or the policy that is shipped.'),
  policyRepository: optional(
    'policy_repository',
    text(),
    'Repository that holds the policy: `owner/name` on the embedded forge, or a path. Instead of `policy`.',
  ),
  policyBranch: setting(
    'policy_branch',
    text('branch', /^[^\s:~^?*[\\-][^\s:~^?*[\\]*$/, 'must be the name of a branch'),
    'main',
    'Default branch of that repository; whatever else is checked out or proposed there counts for nothing.',
  ),
  policyPath: setting('policy_path', text(), 'policy.yaml', 'File of the policy in that repository.'),
  policyEngine: setting(
    'policy_engine',
    choice('own', 'cedar', 'opa', 'opa-wasm'),
    'own',
    'Asked beside the own policy; the stricter of the two decides. `own`: nothing else is asked.',
  ),
  policyEngineFile: optional('policy_engine_file', filePath, 'Cedar policies, or rules that OPA compiled to WebAssembly.'),
  policyEngineUrl: optional('policy_engine_url', webAddress, 'Rule in the data API of an OPA: `http://127.0.0.1:8181/v1/data/reeve/decision`.'),

  budgetMonthUsd: setting(
    'budget_month_usd',
    integer(0, 1_000_000_000),
    200,
    'Cap of the whole installation for a calendar month (UTC), in USD, until somebody sets one: the same figure the shipped policy names as `max_monthly_cost_usd`.',
  ),
  budgetProjectMonthUsd: setting(
    'budget_project_month_usd',
    integer(0, 1_000_000_000),
    200,
    'Cap of each project for a calendar month, in USD: one project may use all the installation has, unless it is told otherwise.',
  ),
  budgetProjectDayUsd: setting(
    'budget_project_day_usd',
    integer(0, 1_000_000_000),
    100,
    'Cap of each project for a day, in USD: half a month at most is gone before a person has slept once.',
  ),
  budgetRunUsd: setting(
    'budget_run_usd',
    integer(0, 1_000_000),
    20,
    "Most one agent run may reserve, in USD: four times an agent's own default of 5, so that a mistyped limit does not take the month.",
  ),
  budgetAssumedPriceUsd: setting(
    'budget_assumed_price_usd',
    integer(0, 10_000),
    15,
    'USD for a million tokens, in and out alike, where the price of a model is not known: what the dearer common models ask for their answers. 0 on hardware of your own.',
  ),
  dispatchesPerHour: setting(
    'dispatches_per_hour',
    integer(1, 100_000),
    120,
    'Agent runs one repository may be sent in an hour: two a minute is more than a team reads, and what a loop of bots reaches first.',
  ),
  rolloutStage: setting(
    'rollout_stage',
    choice('shadow', 'non_critical', 'core'),
    'core',
    'Rollout stage of a project nobody set one for: `shadow` decides and records only, `non_critical` keeps out of core repositories and paths.',
  ),
  rolloutAgreementPercent: setting(
    'rollout_agreement_percent',
    integer(50, 100),
    80,
    'To leave a stage: the lower end of the 95 % interval of agreement between people and Reeve must reach this.',
  ),
  rolloutMinDecisions: setting(
    'rollout_min_decisions',
    integer(1, 100_000),
    20,
    'To leave a stage: so many judged decisions at least; fewer give an interval too wide to say anything (16 of 16 just reaches 80 %).',
  ),
  rolloutMinDays: setting(
    'rollout_min_days',
    integer(0, 3650),
    7,
    'To leave a stage: so many days in it at least, which covers each day of the week once.',
  ),

  ledgerCheckpointFile: optional(
    'ledger_checkpoint_file',
    filePath,
    'File that gets a line for each signed checkpoint of the ledger; best on a disk others guard.',
  ),
  ledgerCheckpointGit: optional(
    'ledger_checkpoint_git',
    text(),
    'Repository of yours (path or URL) that gets a commit for each signed checkpoint of the ledger.',
  ),
  ledgerCheckpointRef: setting(
    'ledger_checkpoint_ref',
    text('full name of a ref', /^refs\/[\w./-]+$/, 'must be a full ref such as refs/heads/reeve-checkpoints'),
    'refs/heads/reeve-checkpoints',
    'Ref in `ledger_checkpoint_git` that gets them.',
  ),
  ledgerCheckpointWebhook: optional('ledger_checkpoint_webhook', webAddress, 'URL that is told each signed checkpoint of the ledger.', {
    secret: true,
  }),
  changeWebhookUrl: optional(
    'change_webhook_url',
    webAddress,
    'URL of a change-management system that is told each recorded change (Standard Webhooks).',
  ),
  changeWebhookSecret: optional(
    'change_webhook_secret',
    text('text', /^\S{24,}$/, 'must be at least 24 characters without blanks'),
    'Secret those are signed with (`whsec_` and base64, or any text).',
    {
      secret: true,
    },
  ),

  workerConcurrency: setting('worker_concurrency', integer(1, 256), 8, 'Workflow steps one process works on at once.'),

  logLevel: setting('log_level', choice('debug', 'info', 'warn', 'error', 'silent'), 'info', 'Least severity that is logged.'),
  logFormat: setting('log_format', choice('auto', 'json', 'pretty'), 'auto', '`auto`: readable on a terminal, JSON elsewhere.'),
  allowPrivateHosts: setting(
    'allow_private_hosts',
    list,
    [],
    'Hosts inside the network (`opa.internal`, `127.0.0.1:8181`) that configured and received addresses (an OPA, webhooks, an identity provider) may lead to; all others there are refused.',
  ),
  oidcIssuer: optional('oidc_issuer', webAddress, 'OpenID Connect provider that people sign in with; needs `oidc_client_id` and `public_url`.'),
  oidcClientId: optional('oidc_client_id', text(), 'Our client at that provider; its redirect address is `PUBLIC_URL/v1/auth/callback/oidc`.'),
  oidcClientSecret: optional('oidc_client_secret', text(), 'Secret of that client; without it a public client (PKCE is used in any case).', {
    secret: true,
  }),
  samlEnabled: setting('saml_enabled', flag, false, 'People may sign in by SAML 2.0 as well; needs the four settings after this and `public_url`.'),
  samlEntryPoint: optional('saml_entry_point', webAddress, 'Sign-in address of the SAML provider (redirect binding).'),
  samlIdpIssuer: optional('saml_idp_issuer', text(), 'Entity id of the SAML provider.'),
  samlCertificate: optional('saml_certificate', pem, 'Certificate the SAML provider signs with.'),
  samlEntityId: optional('saml_entity_id', text(), 'Our own entity id; without it `public_url`.'),
  loginRoleClaim: setting('login_role_claim', text(), 'groups', 'Claim (or SAML attribute) whose values `login_roles` maps.'),
  loginRoles: setting(
    'login_roles',
    list,
    [],
    '`group=role`: the highest that fits counts for the sign-in, and viewer where none fits. Empty: the role each person has here.',
  ),
  loginUnknownPeople: setting(
    'login_unknown_people',
    choice('refuse', 'viewer'),
    'refuse',
    'Somebody whom the provider vouches for and nobody here knows: refused, or made a person with role viewer.',
  ),

  otlpEndpoint: optional('otlp_endpoint', webAddress, 'OpenTelemetry collector (OTLP over HTTP, without `/v1/traces`).', {
    alias: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  }),

  url: optional('url', webAddress, 'Server the command line talks to; without it the one of the data folder.'),
  token: optional('token', text(), 'Token the command line uses; without it `DATA_DIR/cli-token`.', { secret: true }),
  crashAt: optional('crash_at', text(), 'Named fault point (`name` or `name:n`) at which the process ends itself. Tests only.', {
    variableOnly: true,
  }),
} satisfies Record<string, Setting<unknown>>;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

export type SettingName = keyof typeof SETTINGS;
/** The typed values of all settings. */
export type SettingValues = { [K in SettingName]: ValueOf<(typeof SETTINGS)[K]> };

/** Structured parts of reeve.yaml; modules own their schemas. */
export const SECTIONS = ['agents', 'roles', 'projects', 'people', 'teams'] as const;
export type SectionName = (typeof SECTIONS)[number];

/**
 * Variables of our name that configure no server and must not stop one: what Reeve gives the processes it starts (an agent
 * may well start a Reeve of its own), and what our test tools read.
 */
export const NOT_SETTINGS = /^REEVE_(TEST_|GATEWAY_|RUN_ID$|PROCESS_MARK$|REQUIRE_(BROWSER|PROMETHEUS|SANDBOX|TMUX)$)/;
