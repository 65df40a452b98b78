import { toProblem } from './problem.ts';

/** A key that nobody has used. Not `randomUUID`, which browsers have on HTTPS and on this machine only. */
function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * A deed that the server does once, however often it is tried: the same input goes under the same `Idempotency-Key` again while nobody knows whether
 * it was done. A refusal is an answer, which the server would only give again: after it, as after success and with another input, the key is a new one.
 */
export function underOneKey<In, Out>(send: (input: In, key: string) => Promise<Out>): (input: In) => Promise<Out> {
  let open: { input: string; key: string } | null = null;
  return async (input) => {
    const same = JSON.stringify(input);
    if (open?.input !== same) open = { input: same, key: freshKey() };
    try {
      const answer = await send(input, open.key);
      open = null;
      return answer;
    } catch (error) {
      const { mayPass, code } = toProblem(error);
      if (!mayPass && code !== 'idempotency_in_progress') open = null;
      throw error;
    }
  };
}
