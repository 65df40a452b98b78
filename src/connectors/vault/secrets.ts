import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { SecretReference } from '#kernel/secret-reference.ts';
import type { SecretStore } from '#ports/secrets.ts';
import { askVault, refusalOf, type VaultClientOptions } from './client.ts';
import { LoginAnswer, SecretAnswer } from './schema.ts';

export type VaultLogin = { kind: 'token'; token: string } | { kind: 'approle'; roleId: string; secretId: string; mount?: string };

export interface VaultOptions extends VaultClientOptions {
  login: VaultLogin;
  clock: Clock;
  /** Told every token Vault gives us, before it is used: for the redactor. */
  onSecret(secret: string): void;
}

interface Token {
  text: string;
  /** When two thirds of its life are over; null: it lives on, or we do not know. */
  renewAt: Date | null;
  /** When it ends. */
  endsAt: Date | null;
  renewable: boolean;
}

/**
 * Secrets of Vault's KV version 2 engine. A token from an AppRole is renewed after two thirds of its life and asked for anew when it has
 * ended or is refused; a token we were given is used as it is.
 */
export function createVault(options: VaultOptions): SecretStore {
  let token: Token | null = null;
  let asking: Promise<Token> | null = null;
  const current = async (): Promise<string> => {
    const now = options.clock.now();
    if (token !== null && (token.endsAt === null || token.endsAt > now) && (token.renewAt === null || token.renewAt > now)) return token.text;
    asking ??= nextToken(options, token, now).finally(() => (asking = null));
    token = await asking;
    return token.text;
  };
  return {
    scheme: 'vault',
    async get(reference) {
      try {
        return await read(options, reference, await current());
      } catch (error) {
        // A token may be taken back before its end; one from a role can be had again.
        if (!isAppError(error, 'forbidden') || options.login.kind === 'token') throw error;
        token = null;
        return read(options, reference, await current());
      }
    },
  };
}

async function nextToken(options: VaultOptions, before: Token | null, now: Date): Promise<Token> {
  const { login } = options;
  if (login.kind === 'token') {
    options.onSecret(login.token);
    return { text: login.token, renewAt: null, endsAt: null, renewable: false };
  }
  if (before?.renewable === true && before.endsAt !== null && before.endsAt > now) {
    const renewed = await askVault(options, { method: 'POST', path: 'auth/token/renew-self', token: before.text, body: {} });
    if (renewed.status === 200) return tokenOf(options, renewed.body, now);
  }
  options.onSecret(login.secretId);
  const body = { role_id: login.roleId, secret_id: login.secretId };
  const answer = await askVault(options, { method: 'POST', path: `auth/${login.mount ?? 'approle'}/login`, body });
  if (answer.status !== 200) throw refusalOf(answer, 'Logging in with the AppRole');
  return tokenOf(options, answer.body, now);
}

function tokenOf(options: VaultOptions, body: unknown, now: Date): Token {
  const answer = LoginAnswer.safeParse(body);
  if (!answer.success) throw new AppError('unavailable', 'Vault answered a login with something else than a token.', { code: 'vault_failed' });
  const { client_token: text, lease_duration: seconds, renewable } = answer.data.auth;
  options.onSecret(text);
  const after = (share: number): Date | null => (seconds === 0 ? null : new Date(now.getTime() + seconds * 1000 * share));
  return { text, renewAt: after(2 / 3), endsAt: after(1), renewable };
}

async function read(options: VaultOptions, { path, key, text }: SecretReference, token: string): Promise<string> {
  const [mount = '', ...rest] = path.split('/');
  const answer = await askVault(options, { method: 'GET', path: `${mount}/data/${rest.map(encodeURIComponent).join('/')}`, token });
  const secret = SecretAnswer.safeParse(answer.body);
  if (secret.success && secret.data.data.data === null) {
    const how = secret.data.data.metadata.destroyed ? 'destroyed' : 'deleted';
    throw new AppError('not_found', `${text}: the newest version was ${how}.`, { code: 'secret_missing' });
  }
  if (answer.status !== 200) throw refusalOf(answer, text);
  if (!secret.success)
    throw new AppError('invalid', `${text}: the answer is not one of a KV version 2 engine.`, {
      code: 'vault_not_kv2',
      hint: 'Version 1 engines are not supported; the mount must be version 2.',
    });
  const value = secret.data.data.data?.[key ?? ''];
  if (typeof value !== 'string' || value.trim() === '')
    throw new AppError('not_found', `${text}: the secret has no text under that key.`, { code: 'secret_missing' });
  return value.replace(/\r?\n$/, '');
}
