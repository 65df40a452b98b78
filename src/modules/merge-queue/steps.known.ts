import { createTogether, type Together } from '#kernel/together.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { listClaimsOf, type ClaimRow } from './store.claims.ts';
import { findAttempts, type AttemptKey } from './store.ts';
import type { TargetKey } from './store.targets.ts';

/** Questions that share one statement at most. */
const MOST_TOGETHER = 64;

type Submitted = QueueEntry & { bodySha256: string };

/** What admission asks about every submission; agents that hand in at the same moment ask it in one statement. */
interface Known {
  /** The entry of an attempt with the hash of its body; null: there is none. */
  attempt: Together<AttemptKey, Submitted | null>;
  /** Living claims of a target, oldest first. */
  claims: Together<TargetKey, readonly ClaimRow[]>;
}

const known = new WeakMap<MergeQueueDeps['db'], Known>();

export function knownOf({ db }: Pick<MergeQueueDeps, 'db'>): Known {
  const before = known.get(db);
  if (before !== undefined) return before;
  const made: Known = {
    attempt: createTogether(async (keys: readonly AttemptKey[]) => {
      const rows = await findAttempts(db, keys);
      return keys.map(
        (key) => rows.find((row) => row.repositoryId === key.repositoryId && row.taskId === key.taskId && row.attempt === key.attempt) ?? null,
      );
    }, MOST_TOGETHER),
    claims: createTogether(async (keys: readonly TargetKey[]) => {
      const rows = await listClaimsOf(db, keys);
      return keys.map(({ repositoryId, target }) => rows.filter((row) => row.repositoryId === repositoryId && row.target === target));
    }, MOST_TOGETHER),
  };
  known.set(db, made);
  return made;
}
