import type { Actor } from '#kernel/actor.ts';
import type { Credential } from '#platform/http/index.ts';
import { bearerActor } from './commands.actor.ts';
import { sessionActor } from './commands.sessions.ts';
import type { AccessDeps } from './commands.ts';

/**
 * Who stands behind a credential, or null. Nothing is cached: a revoked token fails at once, also when another process
 * revoked it.
 */
export async function authenticate(deps: AccessDeps, credential: Credential): Promise<Actor | null> {
  return credential.kind === 'session' ? sessionActor(deps, credential.secret) : bearerActor(deps, credential.secret);
}
