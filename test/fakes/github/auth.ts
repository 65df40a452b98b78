import { createPublicKey, verify } from 'node:crypto';
import { Refusal, notFound } from './answer.ts';
import { holds } from './present.accounts.ts';
import { reaches, roleOf } from './present.repository.ts';
import type { Route, Who } from './route.ts';
import type { Actor, App, Repository } from './state.ts';
import type { World } from './world.ts';

/** Whom an `Authorization` header stands for; bad credentials throw GitHub's 401. */
export function identify(world: World, header: string | undefined): Who {
  if (header === undefined) return { kind: 'anonymous' };
  const token = tokenIn(header);
  if (token === null) throw new Refusal(401, 'Bad credentials');
  return token.split('.').length === 3 ? identifyApp(world, token) : identifyToken(world, token);
}

function tokenIn(header: string): string | null {
  const [scheme = '', value = ''] = header.split(' ', 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function identifyToken(world: World, text: string): Who {
  const token = world.tokens.get(text);
  if (token === undefined) throw new Refusal(401, 'Bad credentials');
  if (token.installation === null) return { kind: 'user', login: token.login };
  const { id, repositories, permissions, expiresAt } = token.installation;
  const installation = world.installations.get(id);
  const app = installation === undefined ? undefined : world.apps.get(installation.appId);
  if (installation === undefined || app === undefined || expiresAt <= Date.now()) throw new Refusal(401, 'Bad credentials');
  return { kind: 'installation', app, installation, login: token.login, repositories, permissions };
}

/**
 * A JSON Web Token of an App: RS256, `iss` the App's or client id, `exp` at most ten minutes ahead, `iat` not in the future.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
function identifyApp(world: World, jwt: string): Who {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const claims = parsePart(body);
  const app = [...world.apps.values()].find(({ id, clientId }) => String(claims['iss']) === String(id) || claims['iss'] === clientId);
  if (app === undefined || parsePart(head)['alg'] !== 'RS256' || !isSigned(app, `${head}.${body}`, signature)) {
    throw new Refusal(401, 'A JSON web token could not be decoded');
  }
  const now = Date.now() / 1000;
  const [exp, iat] = [Number(claims['exp']), Number(claims['iat'])];
  if (!(exp > now))
    throw new Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");
  if (exp > now + 600 + 60) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (!(iat <= now + 60)) throw new Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  return { kind: 'app', app };
}

function parsePart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function isSigned(app: App, input: string, signature: string): boolean {
  return verify('sha256', Buffer.from(input), createPublicKey(app.publicKey), Buffer.from(signature, 'base64url'));
}

/** Login for the journal. */
export function nameOf(who: Who): string {
  if (who.kind === 'anonymous') return 'anonymous';
  return who.kind === 'app' ? `app:${who.app.slug}` : who.login;
}

export function actorOf(who: Who): Actor {
  if (who.kind === 'installation') return { login: who.login, appId: who.app.id, installationId: who.installation.id };
  return { login: nameOf(who), appId: null, installationId: null };
}

/** Refuses as GitHub does: 404 where the asker may not even know of it, 403 where a permission is missing. */
export function refuseAsker(route: Route, who: Who): void {
  // What is public can be read by anybody; a repository's own rules come after.
  if (route.asker === 'anyone' || route.asker === 'repository') return;
  if (who.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (route.asker === 'app' && who.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  if (route.asker === 'user' && who.kind !== 'user') throw new Refusal(403, 'Resource not accessible by integration');
  if (route.asker === 'installation' && who.kind !== 'installation')
    throw new Refusal(403, 'You must authenticate with an installation access token in order to list repositories for an installation.');
}

export function refuseOnRepository(repository: Repository, route: Route, who: Who): void {
  if (who.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
  if (who.kind === 'installation') return refuseInstallation(repository, route, who);
  const role = who.kind === 'user' ? roleOf(repository, who.login) : repository.data.private ? null : 'read';
  if (role === null) throw notFound();
  if (who.kind === 'anonymous' && (route.method !== 'GET' || repository.data.private)) throw new Refusal(401, 'Requires authentication');
  if (repository.data.archived && route.method !== 'GET') throw new Refusal(403, 'Repository was archived so is read-only.');
  if (!reaches(role, route.role)) throw route.role === 'admin' ? notFound() : new Refusal(403, 'Resource not accessible by personal access token');
}

function refuseInstallation(repository: Repository, route: Route, who: Extract<Who, { kind: 'installation' }>): void {
  if (!who.repositories.includes(repository.fullName))
    throw route.method === 'GET' && !repository.data.private ? new Refusal(403, 'Resource not accessible by integration') : notFound();
  if (repository.data.archived && route.method !== 'GET') throw new Refusal(403, 'Repository was archived so is read-only.');
  if (route.needs.some((need) => holds(who.permissions, need))) return;
  throw new Refusal(
    403,
    'Resource not accessible by integration',
    {},
    { 'x-accepted-github-permissions': route.needs.join('; ').replaceAll(':', '=') },
  );
}
