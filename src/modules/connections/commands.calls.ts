import type { Clock } from '#kernel/clock.ts';
import { isAppError, messageOf, type ErrorKind } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { CallOutcome } from './model.health.ts';
import * as store from './store.calls.ts';

/** Told how calls over connections end, by whoever makes them. */
export interface CallLog {
  /** Never throws and never waits: what is noted is for people, and no call may fail or take longer for it. */
  note(connection: string, outcome: CallOutcome): void;
  /** Calls `work` and notes how it ended; only what says that the other side could not be used is trouble. */
  watch<T>(connection: string, call: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when what was noted is stored. */
  settled(): Promise<void>;
}

export interface CallLogDeps {
  db: Db;
  clock: Clock;
  log: Log;
  redact(text: string): string;
}

/** Between two notes of the same kind about one connection: a busy forge answers many times a second. */
const SPACING_MS = 10_000;
const MOST_LETTERS = 500;

export function createCallLog({ db, clock, log, redact }: CallLogDeps): CallLog {
  const written = new Map<string, { ok: boolean; atMs: number }>();
  const open = new Set<Promise<void>>();
  const save = (work: Promise<void>): void => {
    const done = work
      .catch((error: unknown) => log.debug({ error: messageOf(error) }, 'what a call told of its connection was not kept'))
      .finally(() => open.delete(done));
    open.add(done);
  };
  const note = (connection: string, { call, trouble }: CallOutcome): void => {
    const at = clock.now();
    const ok = trouble === null;
    const last = written.get(connection);
    // A change is always worth a row; the same again only now and then.
    if (last?.ok === ok && at.getTime() - last.atMs < SPACING_MS) return;
    written.set(connection, { ok, atMs: at.getTime() });
    const detail = redact(trouble ?? '').slice(0, MOST_LETTERS);
    save(ok ? store.saveOk(db, connection, at) : store.saveFailure(db, connection, { at, call: call.slice(0, 200), detail }));
  };
  return {
    note,
    async watch(connection, call, work) {
      try {
        const result = await work();
        note(connection, { call, trouble: null });
        return result;
      } catch (error) {
        note(connection, { call, trouble: troubleOf(error) });
        throw error;
      }
    },
    async settled() {
      await Promise.all(open);
    },
  };
}

const TROUBLES: ReadonlySet<ErrorKind> = new Set(['unavailable', 'rate_limited', 'unauthenticated', 'internal']);

/** A refusal is an answer: the connection works; so does one where it was a person who could not sign in. */
function troubleOf(error: unknown): string | null {
  if (!isAppError(error)) return messageOf(error);
  return TROUBLES.has(error.kind) && error.code !== 'sign_in_refused' ? error.message : null;
}
