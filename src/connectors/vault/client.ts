import { AppError } from '#kernel/errors.ts';
import { ErrorAnswer } from './schema.ts';

export interface VaultClientOptions {
  /** `https://vault.example.org:8200`. */
  address: string;
  /** Sent as `X-Vault-Namespace` (Vault Enterprise, HCP). */
  namespace: string | null;
  /** Of one request. Default 5 seconds. */
  timeoutMs?: number;
}

export interface VaultAnswer {
  status: number;
  body: unknown;
}

const MOST_BYTES = 1024 * 1024;

/**
 * One request to Vault. No redirect is followed: the token would go where nobody sent it. Unlike addresses that others could have had a
 * hand in, this one is not kept to the outside: it is the operator's own setting, read at the start and by nobody else; Vault stands inside
 * the network nearly everywhere (often on this very machine); and settings are read before there is a list of hosts that may be inside.
 * AppError unavailable when no answer comes.
 */
export async function askVault(
  options: VaultClientOptions,
  ask: { method: 'GET' | 'POST'; path: string; token?: string; body?: object },
): Promise<VaultAnswer> {
  const headers: Record<string, string> = { 'x-vault-request': 'true', accept: 'application/json' };
  if (ask.token !== undefined) headers['x-vault-token'] = ask.token;
  if (options.namespace !== null) headers['x-vault-namespace'] = options.namespace;
  if (ask.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${options.address}/v1/${ask.path}`, {
      method: ask.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? 5000),
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    });
    text = await response.text();
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    throw new AppError('unavailable', `Vault at ${options.address} ${late ? 'did not answer in time' : 'cannot be reached'}.`, {
      code: late ? 'vault_timeout' : 'vault_unreachable',
      hint: 'Check vault_addr, and that this machine may reach it.',
    });
  }
  return { status: response.status, body: text.length > MOST_BYTES ? null : parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The error of an answer that is not a success; `what` is what we wanted, as the beginning of a sentence. */
export function refusalOf({ status, body }: VaultAnswer, what: string): AppError {
  const said = ErrorAnswer.safeParse(body).data?.errors.join('; ').slice(0, 300) ?? '';
  const tail = said === '' ? '' : ` (${said})`;
  if (status === 400) return new AppError('unauthenticated', `${what}: Vault refused what it was given${tail}.`, { code: 'vault_refused' });
  if (status === 403)
    return new AppError('forbidden', `${what}: Vault denies it${tail}.`, {
      code: 'vault_denied',
      hint: 'The token is wrong or has run out, or its policy does not let it read this path.',
    });
  if (status === 404)
    return new AppError('not_found', `${what}: there is nothing in Vault${tail}.`, {
      code: 'vault_missing',
      hint: 'Check mount and path; the mount must be a KV version 2 engine.',
    });
  if (status === 429 || status === 472 || status === 473)
    return new AppError('unavailable', `${what}: Vault is busy or on standby (${status}).`, { code: 'vault_standby' });
  if (status >= 300 && status < 400)
    return new AppError('unavailable', `${what}: Vault sends us elsewhere, which is not followed.`, {
      code: 'vault_redirect',
      hint: 'Set vault_addr to the active server.',
    });
  if (status === 503) return new AppError('unavailable', `${what}: Vault is sealed or in maintenance${tail}.`, { code: 'vault_sealed' });
  return new AppError('unavailable', `${what}: Vault answered ${status}${tail}.`, { code: 'vault_failed' });
}
