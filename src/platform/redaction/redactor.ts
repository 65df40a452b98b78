import { add, createIndex, replaceWords, scan } from './scan.ts';
import { fragmentsOf } from './spellings.ts';
import { createStream, type RedactingStream } from './stream.ts';

/** Replaces secrets by `[redacted]` wherever they appear. One per process; everything that leaves goes through it. */
export interface Redactor {
  /**
   * From now on `secret` is hidden in every spelling we know: raw, base64 and base64url at any alignment, URL-encoded,
   * JSON-escaped (once and twice), HTML-escaped, hexadecimal; a secret of 24 characters or more also by its first and last 12.
   *
   * Short secrets: hiding `admin1` wherever these letters stand would leave no log to read. One of 4 to 7 characters is hidden where
   * it stands alone (no letter, digit or underscore beside it) and is no plain word of one case; shorter ones, and plain words,
   * are not hidden at all. `hides` tells.
   */
  register(secret: string): void;
  /** Whether a value of this form is hidden once it is registered. */
  hides(secret: string): boolean;
  redact(text: string): string;
  /** For text that comes in pieces: what may be the beginning of a secret waits for the next piece. */
  stream(): RedactingStream;
}

export function createRedactor(): Redactor {
  const index = createIndex();
  const seen = new Set<string>();
  return {
    register(secret) {
      if (secret === '' || seen.has(secret)) return;
      seen.add(secret);
      if (isShort(secret)) {
        if (isHidableWord(secret)) index.words.add(secret);
      } else for (const fragment of fragmentsOf(secret)) add(index, fragment);
    },
    hides: (secret) => !isShort(secret) || isHidableWord(secret),
    redact: (text) => replaceWords(index.longest === 0 ? text : scan(text, index, true).clean, index.words),
    stream: () => createStream(index),
  };
}

const isShort = (secret: string): boolean => secret.length < 8;

function isHidableWord(secret: string): boolean {
  return secret.length >= 4 && /^\w+$/.test(secret) && /\d/.test(secret) && !/^\d+$/.test(secret);
}
