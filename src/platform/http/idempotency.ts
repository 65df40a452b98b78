import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';

/** An answer that can be given again. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  /** Null: no body, or (with `secret`) a body that must not be kept. */
  body: string | null;
  /** The answer held a secret that is shown once. */
  secret: boolean;
}

export type Claim =
  /** The key is ours: do the work, then `keep` or `release`. */
  | { kind: 'mine'; held: HeldKey }
  | { kind: 'kept'; answer: KeptAnswer }
  /** Another request with the same key is at work. */
  | { kind: 'busy' }
  /** The key was used for a different request. */
  | { kind: 'other' };

/** What a key belongs to: one credential. */
export interface KeyId {
  /** Hash of the credential; keys of different tokens never meet. */
  scope: string;
  key: string;
}

/** A key as one request holds it: whoever takes it over, when the lease ran out, is another holder. */
export interface HeldKey extends KeyId {
  holder: string;
}

/** Where answers wait for a repetition; a claim is a lease, so that a killed process does not hold a key for long. */
export interface IdempotencyStore {
  claim(id: KeyId, requestHash: string, leaseMs: number): Promise<Claim>;
  renew(held: HeldKey, leaseMs: number): Promise<void>;
  /** Inside `tx` where the work has one. An answer that is there stays; false: there is one, or the key is another's now. */
  keep(held: HeldKey, answer: KeptAnswer, tx?: Tx): Promise<boolean>;
  release(held: HeldKey): Promise<void>;
}

const LEASE_MS = 10_000;
const RENEW_MS = 3000;
const WAIT_MS = 5000;
const LOOK_MS = 50;

/**
 * Runs `work` once per key: the same request gets the same answer, another request with the key is refused (422), and one
 * that is still at work is waited for up to five seconds (then 409). Answers that say "try again" (429 and 5xx) are not
 * kept. After a crash in mid work the lease ends and a repetition runs again; routes for which it must not keep their answer
 * with `keepWith`.
 */
export async function once(
  store: IdempotencyStore,
  id: KeyId,
  requestHash: string,
  work: (held: HeldKey) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const claim = await claimOrWait(store, id, requestHash);
  if (claim.kind === 'kept') return replay(claim.answer);
  if (claim.kind === 'other') {
    throw new AppError('invalid', 'This Idempotency-Key was used for a different request.', {
      code: 'idempotency_key_reused',
      hint: 'Use a new key for a new request.',
    });
  }
  if (claim.kind === 'busy') {
    throw new AppError('conflict', 'A request with this Idempotency-Key is still at work.', {
      code: 'idempotency_in_progress',
      hint: 'Send it again in a moment.',
    });
  }
  const { held } = claim;
  const renewing = setInterval(() => void store.renew(held, LEASE_MS).catch(() => {}), RENEW_MS);
  try {
    const answer = await work(held);
    await (answer.status >= 500 || answer.status === 429 ? store.release(held) : store.keep(held, answer));
    return answer;
  } catch (error) {
    await store.release(held).catch(() => {});
    throw error;
  } finally {
    clearInterval(renewing);
  }
}

/**
 * Keeps an answer in the transaction that makes the thing: both are there after a crash, or neither. Whoever lost the key meanwhile
 * (a process that stood still for longer than its lease) may not make it, because somebody else does.
 */
export async function keepWith(store: IdempotencyStore, tx: Tx, held: HeldKey, answer: KeptAnswer): Promise<void> {
  if (await store.keep(held, answer, tx)) return;
  throw new AppError('unavailable', 'Another request with this Idempotency-Key has taken over.', {
    code: 'idempotency_key_lost',
    hint: 'Send it again in a moment.',
  });
}

async function claimOrWait(store: IdempotencyStore, id: KeyId, requestHash: string): Promise<Claim> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const claim = await store.claim(id, requestHash, LEASE_MS);
    if (claim.kind !== 'busy' || waitedMs >= WAIT_MS) return claim;
    await sleep(LOOK_MS);
  }
}

function replay(answer: KeptAnswer): KeptAnswer {
  if (answer.secret) {
    throw new AppError('conflict', 'This was done already; its answer held a secret that is shown once.', {
      code: 'answer_not_kept',
      hint: 'If the answer was lost, revoke what was made and make another with a new key.',
    });
  }
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
}

const KEY = /^[\u0021-\u007E]{1,255}$/;

/** The header's value, checked. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new AppError('invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters.', { code: 'invalid_idempotency_key' });
}
