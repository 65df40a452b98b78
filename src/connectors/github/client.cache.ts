/** An answer and the ETag under which GitHub still stands by it; asking with it costs nothing of the rate limit while nothing changed. */
export interface Remembered {
  etag: string;
  response: { status: number; url: string; headers: Record<string, string | number | undefined>; data: unknown };
}

/** Answers by address, the longest unused forgotten first. Bounded by number and by the length of what they hold. */
export interface EtagCache {
  get(key: string): Remembered | null;
  put(key: string, answer: Remembered): void;
}

const MOST_ANSWERS = 1_000;
const MOST_BYTES = 16 * 1024 * 1024;

export function createEtagCache(): EtagCache {
  const known = new Map<string, { answer: Remembered; bytes: number }>();
  let total = 0;
  const forget = (key: string): void => {
    total -= known.get(key)?.bytes ?? 0;
    known.delete(key);
  };
  return {
    get(key) {
      const found = known.get(key);
      if (found === undefined) return null;
      known.delete(key);
      known.set(key, found);
      return copyOf(found.answer);
    },
    put(key, answer) {
      forget(key);
      const bytes = lengthOf(answer.response.data);
      if (bytes > MOST_BYTES / 16) return;
      known.set(key, { answer: copyOf(answer), bytes });
      total += bytes;
      for (const oldest of known.keys()) {
        if (known.size <= MOST_ANSWERS && total <= MOST_BYTES) break;
        forget(oldest);
      }
    },
  };
}

/** The library takes answers of lists apart in place. */
function copyOf({ etag, response }: Remembered): Remembered {
  return { etag, response: { ...response, data: structuredClone(response.data) } };
}

/** Numbers too long to be exact arrive as bigint, which JSON has no word for. */
function lengthOf(data: unknown): number {
  return JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))?.length ?? 0;
}
