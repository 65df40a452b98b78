import { SYSTEM_ACTOR, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { randomSecret, readPrivateFile, writePrivateFile } from '#platform/crypto/index.ts';
import { authenticate } from './commands.authenticate.ts';
import { createToken, type AccessDeps } from './commands.ts';
import { TOKEN_TEXT } from './model.ts';

/**
 * The admin token of this installation: the configured one, else the one in `file`, else a new one written there (0600).
 * It is compared in memory and has no row, so it works before anything else does and changes with the configuration.
 */
export function bootstrapAdminToken(given: string | null, file: string): string {
  if (given !== null) return given;
  const kept = readPrivateFile(file);
  if (kept !== null && kept !== '') return kept;
  const made = randomSecret(32);
  writePrivateFile(file, made);
  return made;
}

/**
 * The token of the command line on this machine, acting as `person`: the one in `file` while it is valid for that person
 * and role, else a new one written there (0600). Answers its text. Call it once per start.
 */
export async function ensureLocalToken(deps: AccessDeps, wanted: { person: string; role?: Role; file: string }): Promise<string> {
  const owner = await deps.people.byHandle(wanted.person);
  if (owner === null) throw new AppError('not_found', `There is no person "${wanted.person}".`);
  const role = wanted.role ?? owner.role;
  const kept = readPrivateFile(wanted.file);
  if (kept !== null) {
    deps.registerSecret(TOKEN_TEXT.exec(kept)?.[2] ?? kept);
    const actor = await authenticate(deps, { kind: 'bearer', secret: kept });
    if (actor?.personId === owner.id && actor.role === role) return kept;
  }
  const { secret } = await createToken(deps, { name: 'command line on this machine', role, person: owner.handle, expiresAt: null }, SYSTEM_ACTOR);
  writePrivateFile(wanted.file, secret);
  return secret;
}
