import { addressWithUser, decodedPart, looksLikeToken } from '#kernel/address-credentials.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import { looksLikeReference, parseSecretReference, type SecretReference } from '#kernel/secret-reference.ts';
import { SETTINGS, type Setting, type SettingName, type SettingValues } from './settings.ts';

/** A secret setting whose value is kept elsewhere. */
export interface PendingReference {
  value: string | readonly unknown[];
  /** What paths count from. */
  baseDir: string;
  /** Variable or key it was read from. */
  name: string;
}

/** True for a reference, and for a list (or text with commas) that holds one. */
export function namesPlaces(value: unknown): value is PendingReference['value'] {
  return placesIn(value).some((item) => parseSecretReference(item) !== null);
}

/** The first item that begins like a reference and is none (`vault:secret/app` without its key): a mistake, not a password. */
export function brokenReference(value: unknown): string | null {
  return placesIn(value).find((item) => looksLikeReference(item) && parseSecretReference(item) === null) ?? null;
}

function placesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** What `resolveReferences` needs of a configuration. */
export interface Referring extends SettingValues {
  secrets: readonly string[];
  references: ReadonlyMap<SettingName, PendingReference>;
}

export type GetSecret = (reference: SecretReference) => Promise<string>;

/**
 * The configuration with the values its references name, for the schemes asked for; the others stay. Values go through the same checks as those
 * written down, and join `secrets`. Throws AppError `config_invalid` (or unavailable, when waiting may help) that names every setting
 * that could not be read, without any value.
 */
export async function resolveReferences<C extends Referring>(config: C, get: GetSecret, schemes: readonly SecretReference['scheme'][]): Promise<C> {
  const values: Partial<Record<SettingName, unknown>> = {};
  const left = new Map(config.references);
  const failures: { sentence: string; error: unknown }[] = [];
  for (const [name, pending] of config.references) {
    const used = placesIn(pending.value).flatMap((item) => parseSecretReference(item)?.scheme ?? []);
    if (!used.every((scheme) => schemes.includes(scheme))) continue;
    try {
      values[name] = await resolveOne(SETTINGS[name], pending, get);
      left.delete(name);
    } catch (error) {
      failures.push({ sentence: `${pending.name}: ${messageOf(error)}`, error });
    }
  }
  if (failures.length > 0) throw unresolved(failures);
  const next = { ...config, ...values, references: left };
  return { ...next, secrets: [...new Set([...config.secrets, ...secretsOf(next, left)])] };
}

async function resolveOne(setting: Setting<unknown>, { value, baseDir }: PendingReference, get: GetSecret): Promise<unknown> {
  const several = Array.isArray(setting.default) || typeof value !== 'string';
  const items = several ? placesIn(value) : [String(value)];
  const read = await Promise.all(
    items.map(async (item) => {
      const reference = parseSecretReference(item);
      return reference === null ? item.trim() : get(reference);
    }),
  );
  const parsed = setting.kind.parse(several ? read : read[0], baseDir);
  if (!parsed.ok) throw new AppError('invalid', `the secret it names ${parsed.error}`);
  return parsed.value;
}

function unresolved(failures: readonly { sentence: string; error: unknown }[]): AppError {
  const waiting = failures.every(({ error }) => isAppError(error, 'unavailable'));
  const hints = failures.flatMap(({ error }) => (isAppError(error) && error.hint !== undefined ? [error.hint] : []));
  return new AppError(waiting ? 'unavailable' : 'invalid', failures.map(({ sentence }) => sentence).join('\n'), {
    code: waiting ? 'secrets_unavailable' : 'config_invalid',
    hint: [...new Set(hints)].join(' ') || 'Run `reeve doctor` to see which references resolve.',
  });
}

/** Whole values, and what opens the database and a repository in their addresses. What is not resolved yet is a place and no secret. */
export function secretsOf(values: SettingValues, unread: ReadonlyMap<SettingName, unknown>): string[] {
  const found: string[] = [];
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const value = values[name];
    // No secret as a whole: a path, or where it is known by its name.
    if (name === 'ledgerCheckpointGit' && value !== null) found.push(...passwordOf(String(value)), ...tokenOf(String(value)));
    if (!setting.secret || value === null || unread.has(name)) continue;
    if (name === 'databaseUrl') found.push(...passwordOf(String(value)));
    else found.push(...(Array.isArray(value) ? value : [String(value)]));
  }
  return found;
}

/** Of `https://TOKEN@host/…`, where it stands alone. A name of an account there is none: it may be part of any address and text. */
function tokenOf(address: string): string[] {
  const parts = addressWithUser(address);
  if (parts === null || !/^https?$/i.test(parts.scheme) || (parts.password ?? '') !== '' || !looksLikeToken(parts.user)) return [];
  return bothForms(parts.user);
}

function passwordOf(address: string): string[] {
  const parts = addressWithUser(address);
  // With a # or ? in its password an address opens nothing; that it does not is told in texts, and the password is none of theirs.
  const written = parts === null ? (/^[a-z][a-z0-9+.-]*:\/\/[^/@:]*:([^/@]+)@/i.exec(address)?.[1] ?? '') : (parts.password ?? '');
  return written === '' ? [] : bothForms(written);
}

/** As it is written, and as it is given to who asks for it. */
const bothForms = (written: string): string[] => [...new Set([written, decodedPart(written)])];
