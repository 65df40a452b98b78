import type { CallMemory, ConnectionFailure, ConnectionHealth, ConnectionState, KnownConnection } from './model.health.ts';

/** What is shown of a connection: what its owner knows, joined with what the calls over it told. The newest word counts. */
export function decideHealth(known: KnownConnection, memory: CallMemory | null): ConnectionHealth {
  const { id, kind, name, configured, where, problem, advice } = known;
  const lastOkAt = newest(known.okAt ?? null, memory?.lastOkAt ?? null);
  const lastFailure = newer(known.failure ?? null, toFailure(memory));
  const state = stateOf({ configured, problem, lastOkAt, lastFailure });
  const shown = { id, kind, name, configured, where, problem, advice, state, lastOkAt, lastFailure };
  return { ...shown, lastEvent: known.event ?? null, canCheck: configured && known.check !== undefined };
}

function stateOf(of: Pick<ConnectionHealth, 'configured' | 'problem' | 'lastOkAt' | 'lastFailure'>): ConnectionState {
  if (!of.configured) return 'off';
  if (of.problem !== null) return 'fails';
  if (of.lastFailure !== null && (of.lastOkAt === null || of.lastFailure.at > of.lastOkAt)) return 'fails';
  return of.lastOkAt === null ? 'unproven' : 'works';
}

function toFailure(memory: CallMemory | null): ConnectionFailure | null {
  if (memory === null || memory.lastFailedAt === null) return null;
  return { at: memory.lastFailedAt, call: memory.lastFailedCall ?? '', detail: memory.lastFailure ?? '' };
}

const newest = (a: Date | null, b: Date | null): Date | null => (a === null || (b !== null && b > a) ? b : a);

const newer = (a: ConnectionFailure | null, b: ConnectionFailure | null): ConnectionFailure | null =>
  a === null || (b !== null && b.at > a.at) ? b : a;
