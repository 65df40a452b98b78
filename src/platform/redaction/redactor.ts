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
   *
   * `until`: when the secret stops opening anything, in milliseconds since 1970 (of a token: when it expires). It stays hidden for a day
   * longer, because logs, prompts and texts of agents that are at work may hold it, and is then forgotten: otherwise a server that gives
   * each run and each sign-in a secret of its own would keep and look for all it ever gave. Registered again, the later end counts.
   * Without `until` it is hidden for as long as the process lives: what is configured (read at start, so one that is rotated needs a new
   * process anyway), and the few signing keys.
   */
  register(secret: string, until?: number): void;
  /** Whether a value of this form is hidden once it is registered. */
  hides(secret: string): boolean;
  redact(text: string): string;
  /** For text that comes in pieces: what may be the beginning of a secret waits for the next piece. */
  stream(): RedactingStream;
}

/** How long a secret is hidden after it stopped opening anything: longer than a run of an agent and what is written after it. */
export const GRACE_MS = 24 * 3_600_000;
/** Forgetting builds the index anew, some tenths of a second with 10,000 secrets: once an hour at most. */
const FORGET_EVERY_MS = 3_600_000;

interface Kept {
  fragments: readonly string[];
  /** Infinity: as long as the process lives. */
  until: number;
}

/** `now`: milliseconds since 1970. */
export function createRedactor({ now = () => Date.now() }: { now?: () => number } = {}): Redactor {
  const index = createIndex();
  const kept = new Map<string, Kept>();
  let forgotAt = now();
  function forgetOld(): void {
    const at = now();
    if (at - forgotAt < FORGET_EVERY_MS) return;
    forgotAt = at;
    const before = kept.size;
    for (const [secret, { until }] of kept) if (until + GRACE_MS <= at) kept.delete(secret);
    if (kept.size === before) return;
    // In place: streams that are open look things up in it.
    Object.assign(index, createIndex());
    for (const [secret, { fragments }] of kept) include(secret, fragments);
  }
  function include(secret: string, fragments: readonly string[]): void {
    if (isShort(secret) && isHidableWord(secret)) index.words.add(secret);
    for (const fragment of fragments) add(index, fragment);
  }
  return {
    register(secret, until = Number.POSITIVE_INFINITY) {
      if (secret === '') return;
      forgetOld();
      const before = kept.get(secret);
      if (before !== undefined) {
        before.until = Math.max(before.until, until);
        return;
      }
      const fragments = isShort(secret) ? [] : fragmentsOf(secret);
      kept.set(secret, { fragments, until });
      include(secret, fragments);
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
