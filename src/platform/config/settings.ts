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
  githubWebhookSecret: setting('github_webhook_secret', list, [], 'Secrets that webhooks are signed with; several while rotating.', { secret: true }),

  slackApiUrl: setting('slack_api_url', webAddress, 'https://slack.com/api', 'Slack, or a test server.'),
  slackBotToken: optional('slack_bot_token', text(), 'Bot token.', { secret: true }),
  slackSigningSecret: optional('slack_signing_secret', text(), 'Signing secret of the Slack app.', { secret: true }),

  repoAllowlist: setting('repo_allowlist', list, [], '`owner/repo` globs; nothing outside is touched.'),
  shadow: setting('shadow', flag, false, 'Decide and record, execute nothing outward.'),
  selfApproval: setting(
    'self_approval',
    choice('never', 'local'),
    'never',
    '`local`: whoever asked may approve too, in path repositories only; the ledger says so.',
  ),
  policy: optional('policy', filePath, 'Policy file; without it the policy that is shipped.'),

  workerConcurrency: setting('worker_concurrency', integer(1, 256), 8, 'Workflow steps one process works on at once.'),

  logLevel: setting('log_level', choice('debug', 'info', 'warn', 'error', 'silent'), 'info', 'Least severity that is logged.'),
  logFormat: setting('log_format', choice('auto', 'json', 'pretty'), 'auto', '`auto`: readable on a terminal, JSON elsewhere.'),
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
export const NOT_SETTINGS = /^REEVE_(TEST_|GATEWAY_|RUN_ID$|PROCESS_MARK$|REQUIRE_BROWSER$|REQUIRE_SANDBOX$)/;
