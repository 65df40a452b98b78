import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#platform/db/index.ts';
import type { CallLog } from './commands.calls.ts';
import { decideHealth } from './decide.health.ts';
import type { ConnectionHealth, KnownConnection } from './model.health.ts';
import { allCalls } from './store.calls.ts';

export interface ConnectionsHealth {
  /** Every connection there can be, also those that are not configured, in a fixed order. Asks nothing of the other sides. */
  list(): Promise<ConnectionHealth[]>;
  /** Asks one now. AppError not_found, refused `cannot_check`; that it fails is an answer. */
  check(id: string): Promise<{ ok: boolean; detail: string; advice: string | null; durationMs: number; connection: ConnectionHealth }>;
}

export interface HealthDeps {
  db: Db;
  clock: Clock;
  calls: CallLog;
  redact(text: string): string;
  /** Whoever owns connections tells what it knows of them. */
  sources: ReadonlyArray<() => Promise<KnownConnection[]>>;
}

export function createConnectionsHealth(deps: HealthDeps): ConnectionsHealth {
  const known = async (): Promise<KnownConnection[]> => (await Promise.all(deps.sources.map((source) => source()))).flat();
  const joined = async (of: readonly KnownConnection[]): Promise<ConnectionHealth[]> => {
    const memories = new Map((await allCalls(deps.db)).map((memory) => [memory.connection, memory]));
    return of.map((connection) => decideHealth(connection, memories.get(connection.id) ?? null));
  };
  return {
    list: async () => joined(await known()),
    async check(id) {
      const asked = (await known()).find((connection) => connection.id === id);
      if (asked === undefined) throw new AppError('not_found', `There is no connection "${id}".`);
      if (!asked.configured || asked.check === undefined)
        throw new AppError('refused', `${asked.name} cannot be asked by hand: it is seen at work.`, { code: 'cannot_check' });
      const startedMs = deps.clock.now().getTime();
      const answer = await tried(asked.check);
      const durationMs = Math.max(0, deps.clock.now().getTime() - startedMs);
      deps.calls.note(id, { call: 'check', trouble: answer.ok ? null : answer.detail });
      await deps.calls.settled();
      const again = (await known()).find((connection) => connection.id === id) ?? asked;
      const [connection] = await joined([again]);
      const detail = deps.redact(answer.detail);
      return { ...answer, detail, durationMs, connection: connection ?? decideHealth(again, null) };
    },
  };
}

async function tried(check: () => Promise<string>): Promise<{ ok: boolean; detail: string; advice: string | null }> {
  try {
    return { ok: true, detail: await check(), advice: null };
  } catch (error) {
    return { ok: false, detail: messageOf(error), advice: isAppError(error) ? (error.hint ?? null) : null };
  }
}
