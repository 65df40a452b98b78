import { AppError, isAppError, messageOf } from '#kernel/errors.ts';

const MOST_BYTES = 1024 * 1024;

/**
 * Reads an address GitHub sent us to, with nothing of ours in the request: no credential belongs there, and it is not GitHub's API. Null
 * when there is nothing (any more): such addresses live for a minute.
 */
export function createReadElsewhere(ask: ((target: string) => Promise<Response>) | null): (address: string) => Promise<string | null> {
  return async (address) => {
    if (ask === null || !/^https?:\/\//i.test(address)) return null;
    let response: Response;
    try {
      response = await ask(address);
    } catch (error) {
      // The guard's own refusals say why; they do not pass by asking again.
      if (isAppError(error)) throw error;
      throw new AppError('unavailable', `The log could not be read: ${messageOf(error)}.`, { code: 'log_unavailable' });
    }
    if (response.status >= 500) throw new AppError('unavailable', `The log's server answered ${response.status}.`, { code: 'log_unavailable' });
    return response.ok ? lastOf(response) : null;
  };
}

/** The end, because that is where a job says how it failed. */
async function lastOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    while (length - (chunks[0]?.byteLength ?? 0) >= MOST_BYTES) length -= chunks.shift()?.byteLength ?? 0;
  }
  return Buffer.concat(chunks).subarray(-MOST_BYTES).toString('utf8');
}
