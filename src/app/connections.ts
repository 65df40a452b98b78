import { AppError } from '#kernel/errors.ts';
import { createConnectionsHealth, type ConnectionsHealth, type KnownConnection } from '#modules/connections/index.ts';
import { NO_ANSWER } from '#modules/policy/index.ts';
import type { Context } from './context.ts';
import type { Deciding } from './modules.deciding.ts';
import type { Estate } from './modules.estate.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';
import type { Outside } from './modules.outside.ts';
import { createReceiver } from './compliance.ts';
import { examineSecrets } from './secrets.ts';
import { placeId, providerId } from './watched.ts';

type Rooms = Ground & Estate & Outside & Judgement & Deciding;

/** Every connection there can be: what its settings say, what it told last, and how it is asked. Calls over it are noted where they are made. */
export function createHealth(context: Context, rooms: Rooms): ConnectionsHealth {
  const { db, clock } = context;
  const startedAt = clock.now();
  const sources = [
    async () => [await github(context, rooms), await embedded(rooms)],
    async () => [chat(context, rooms), model(context, rooms), engine(context, rooms)],
    async () => [...providers(context, rooms), ...(await places(rooms)), receiver(context)],
    async () => secrets(context, startedAt),
  ];
  return createConnectionsHealth({ db, clock, calls: rooms.calls, redact: rooms.redact, sources });
}

const plain = { where: null, problem: null, advice: null };

async function github({ config }: Context, { githubConnection, intake, projects }: Rooms): Promise<KnownConnection> {
  const { source, app, problem } = githubConnection.current();
  const configured = source !== 'none';
  return {
    ...plain,
    id: 'github',
    kind: 'forge',
    name: 'GitHub',
    configured,
    where: [app === null ? null : `${app.name} (${app.owner})`, config.githubApiUrl].filter((part) => part !== null).join(', '),
    problem,
    advice: configured
      ? webhookAdvice(githubConnection.webhookSecrets().length > 0)
      : 'Make a GitHub App, here or by `npx reeve connect github`, or set REEVE_GITHUB_TOKEN and start Reeve again.',
    event: await intake.lastHeard('github'),
    async check() {
      const forge = githubConnection.forge();
      if (forge === null) throw new AppError('unavailable', problem ?? 'GitHub is not connected.');
      if (forge.installations !== null) return `Installed in ${(await forge.installations()).length} accounts, works as ${await forge.ownLogin()}.`;
      // Who a token belongs to is asked once and remembered; a repository is asked each time.
      const login = await forge.ownLogin();
      const known = (await projects.repositories()).find((repository) => repository.forge === 'github' && repository.allowlisted);
      if (known === undefined) return `Works as ${login}; no repository of GitHub is allowlisted yet.`;
      return `Works as ${login}; ${known.name} has the default branch ${await forge.read.defaultBranch({ forge: 'github', name: known.name })}.`;
    },
  };
}

const webhookAdvice = (accepted: boolean): string | null =>
  accepted ? null : 'No secret for webhooks is set: what happens at GitHub is only read each night.';

async function embedded({ intake }: Rooms): Promise<KnownConnection> {
  const event = await intake.lastHeard('local');
  return { ...plain, id: 'embedded-forge', kind: 'forge', name: 'Embedded forge', configured: true, event, okAt: event?.at ?? null };
}

function chat({ config }: Context, { connectedChat }: Rooms): KnownConnection {
  const half = (config.slackBotToken === null) !== (config.slackSigningSecret === null);
  return {
    ...plain,
    id: 'slack',
    kind: 'chat',
    name: 'Slack',
    configured: connectedChat !== null || half,
    where: config.slackChannel,
    problem: half ? 'It needs both a bot token and a signing secret, and one of them is missing.' : null,
    advice: connectedChat === null ? 'Set REEVE_SLACK_BOT_TOKEN and REEVE_SLACK_SIGNING_SECRET.' : null,
    ...(connectedChat === null ? {} : { check: connectedChat.check }),
  };
}

function model({ config }: Context, { models }: Rooms): KnownConnection {
  const configured = models.name !== 'rules';
  return {
    ...plain,
    id: 'model',
    kind: 'model',
    name: 'Model',
    configured,
    where: configured ? [models.name, config.modelBaseUrl].filter((part) => part !== null).join(', ') : null,
    advice: configured ? null : 'Triage and plans follow written rules. Set REEVE_MODEL to have a model asked.',
  };
}

function engine({ config }: Context, { policy }: Rooms): KnownConnection {
  return {
    ...plain,
    id: 'policy-engine',
    kind: 'policy_engine',
    name: 'Policy engine',
    configured: config.policyEngine !== 'own',
    where: config.policyEngine === 'own' ? null : `${config.policyEngine}: ${config.policyEngineUrl ?? config.policyEngineFile ?? ''}`,
    advice: config.policyEngine === 'own' ? "Reeve's own rules decide. Cedar or Open Policy Agent can be asked beside them: policy_engine." : null,
    async check() {
      // A question nothing hangs on.
      const { engine: asked } = await policy.explain({ actionKind: 'approval.notify', facts: {} });
      if (asked === null || asked.reason.startsWith(NO_ANSWER))
        throw new AppError('unavailable', `${asked?.name ?? 'It'} ${asked?.reason ?? NO_ANSWER}`, {
          hint: 'Nothing is allowed while it does not answer.',
        });
      return `${asked.name} answers ${asked.answer}.`;
    },
  };
}

function providers({ config }: Context, { identityProviders }: Rooms): KnownConnection[] {
  const of = (name: string, label: string, where: string | null, setting: string): KnownConnection => {
    const provider = identityProviders.find((candidate) => candidate.name === name);
    return {
      ...plain,
      id: providerId(name),
      kind: 'identity_provider',
      name: label,
      configured: provider !== undefined,
      where,
      advice: provider === undefined ? `People sign in with tokens. Set ${setting} to let them sign in with your organisation's accounts.` : null,
      // Beginning a SAML sign-in asks nobody.
      ...(provider === undefined || name === 'saml'
        ? {}
        : { check: async () => (await provider.begin(config.publicUrl ?? '')) && 'It answers where people sign in.' }),
    };
  };
  return [of('oidc', 'OpenID Connect', config.oidcIssuer, 'oidc_issuer'), of('saml', 'SAML', config.samlIdpIssuer, 'saml_enabled')];
}

async function places({ ledger }: Rooms): Promise<KnownConnection[]> {
  const { places: kept } = await ledger.anchors();
  if (kept.length === 0)
    return [
      {
        ...plain,
        id: 'checkpoints',
        kind: 'checkpoint_place',
        name: 'Ledger checkpoints',
        configured: false,
        advice:
          'Keep signed checkpoints where this server cannot rewrite them: ledger_checkpoint_file, ledger_checkpoint_git or ledger_checkpoint_webhook.',
      },
    ];
  return kept.map(({ place, where, publishedAt, attempts, lastError }) => ({
    ...plain,
    id: placeId(place),
    kind: 'checkpoint_place',
    name: `Ledger checkpoints: ${place}`,
    configured: true,
    where,
    problem: attempts > 0 ? (lastError ?? `The last ${attempts} tries failed.`) : null,
    okAt: publishedAt,
  }));
}

function receiver({ config }: Context): KnownConnection {
  const made = createReceiver(config);
  return {
    ...plain,
    id: 'change-receiver',
    kind: 'change_receiver',
    name: 'Change management',
    configured: made !== null,
    where: made?.where ?? null,
    advice: made === null ? 'Set REEVE_CHANGE_WEBHOOK_URL to tell another system of each change.' : null,
  };
}

function secrets({ config }: Context, startedAt: Date): KnownConnection[] {
  const { written } = config;
  if (written === undefined || written.references.size === 0) return [];
  return [...written.references.values()].map(({ name }) => ({
    ...plain,
    id: `secret:${name}`,
    kind: 'secret',
    name: `Secret ${name}`,
    configured: true,
    where: 'read when the server started',
    // The server does not start with one that cannot be read.
    okAt: startedAt,
    async check() {
      const found = (await examineSecrets(written)).find((secret) => secret.name === name);
      if (found === undefined || found.trouble !== null)
        throw new AppError('unavailable', found?.trouble ?? 'It is not named any more.', found?.hint ? { hint: found.hint } : {});
      return `${found.places} resolves. The server uses what it read when it started.`;
    },
  }));
}
