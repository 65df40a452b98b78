import { randomBytes } from 'node:crypto';
import { counted, created, listOf, noContent, notFound, ok, Refusal } from './answer.ts';
import { holds, installationFor, installed, showApp, showFullUser, showInstallation } from './present.accounts.ts';
import { showRepository } from './present.repository.ts';
import { number, top, type Call, type Route, type Who } from './route.ts';
import type { App, Installation, Json, Permissions } from './state.ts';

const appOf = (who: Who): App => {
  if (who.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  return who.app;
};

function ownInstallation({ world, who, params }: Call): Installation {
  const installation = world.installations.get(number(params, 'installation_id'));
  if (installation === undefined || installation.appId !== appOf(who).id) throw notFound();
  return installation;
}

/**
 * Limited to what is asked for: repositories the installation has, permissions the App holds.
 * https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
function createToken(call: Call) {
  const { world, body } = call;
  const installation = ownInstallation(call);
  const app = appOf(call.who);
  const reach = installed(world, installation);
  const names = body['repositories'] as string[] | undefined;
  const ids = body['repository_ids'] as number[] | undefined;
  const chosen =
    names === undefined && ids === undefined
      ? reach
      : reach.filter(({ data }) => names?.includes(data.name) === true || ids?.includes(data.id) === true);
  if (chosen.length < (names?.length ?? 0) + (ids?.length ?? 0)) {
    throw new Refusal(422, 'There is at least one repository that does not exist or is not accessible to the parent installation.');
  }
  const permissions = (body['permissions'] as Permissions | undefined) ?? app.permissions;
  for (const [name, level] of Object.entries(permissions)) {
    if (!holds(app.permissions, `${name}:${level}`)) throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  }
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const expiresAt = Date.now() + world.tokenLifeMs;
  const granted = { metadata: 'read' as const, ...permissions };
  world.tokens.set(token, {
    token,
    login: `${app.slug}[bot]`,
    installation: { id: installation.id, repositories: chosen.map(({ fullName }) => fullName), permissions: granted, expiresAt },
  });
  const limited = names !== undefined || ids !== undefined;
  return created({
    token,
    expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    permissions: granted,
    repository_selection: limited || installation.repositories !== null ? 'selected' : 'all',
    ...(limited ? { repositories: chosen.map((repository) => showRepository(world, repository)) } : {}),
  });
}

/**
 * The second half of the manifest flow: a code, good once, becomes an App with its secrets. `fake.acceptManifest` is the person who
 * presses "Create GitHub App". https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
function convertManifest({ world, params }: Call) {
  const made = world.manifests.get(params['code'] ?? '');
  if (made === undefined) throw notFound();
  world.manifests.delete(params['code'] ?? '');
  const { app, privateKey, webhookSecret } = made;
  return created({ ...showApp(world, app), client_secret: randomBytes(20).toString('hex'), webhook_secret: webhookSecret, pem: privateKey });
}

export const APP_ROUTES: Route[] = [
  top('GET', '/user', 'user', ({ world, who }) => ok(showFullUser(world, world.account(who.kind === 'user' ? who.login : '')))),
  top('GET', '/app', 'app', ({ world, who }) => {
    const app = appOf(who);
    const count = [...world.installations.values()].filter(({ appId }) => appId === app.id).length;
    return ok({ ...showApp(world, app), installations_count: count });
  }),
  top('GET', '/app/installations', 'app', ({ world, who }) =>
    listOf(
      [...world.installations.values()].filter(({ appId }) => appId === appOf(who).id),
      (installation) => showInstallation(world, installation),
    ),
  ),
  top('GET', '/app/installations/{installation_id}', 'app', (call) => ok(showInstallation(call.world, ownInstallation(call)))),
  top('POST', '/app/installations/{installation_id}/access_tokens', 'app', createToken),
  // "Revokes the installation token you're using to authenticate as an installation and access this endpoint."
  top('DELETE', '/installation/token', 'installation', ({ world, headers }) => {
    world.tokens.delete(headers['authorization']?.split(' ')[1] ?? '');
    return noContent();
  }),
  top('GET', '/installation/repositories', 'installation', ({ world, who }) => {
    const names = who.kind === 'installation' ? who.repositories : [];
    return counted(
      'repositories',
      world.repositories.filter(({ fullName }) => names.includes(fullName)),
      (repository) => showRepository(world, repository),
    );
  }),
  top('GET', '/repos/{owner}/{repo}/installation', 'app', installationOf),
  // "Revokes the installation token you're using to authenticate as an installation and access this endpoint."
  top('DELETE', '/installation/token', 'installation', ({ world, headers }) => {
    world.tokens.delete((headers['authorization'] ?? '').split(' ')[1] ?? '');
    return noContent();
  }),
  top('POST', '/app-manifests/{code}/conversions', 'anyone', convertManifest),
  top('GET', '/rate_limit', 'anyone', () => {
    const limit: Json = { limit: 5000, used: 0, remaining: 5000, reset: Math.ceil(Date.now() / 1000) + 3600 };
    return ok({ resources: { core: limit, graphql: limit, search: limit }, rate: limit });
  }),
  top('GET', '/meta', 'anyone', () => ok({ verifiable_password_authentication: false })),
];

/** "Enables an authenticated GitHub App to find the repository's installation information." */
function installationOf({ world, who, params }: Call) {
  const repository = world.repository(`${params['owner']}/${params['repo']}`);
  const installation = installationFor(world, appOf(who).id, repository);
  if (installation === null) throw notFound();
  return ok(showInstallation(world, installation));
}
