import type { Db } from '#platform/db/index.ts';
import type { TestRound } from './model.tests.ts';
import { hasWritten, keepTestRound, tellRound, testRound } from './store.tests.ts';

/** Which heads a tester was sent to, and what came of it. */
export interface TestRounds {
  of(pullId: string, headSha: string): Promise<TestRound | null>;
  /** Keeps a round before it begins; answers the one that was kept for this head before. */
  keep(round: TestRound): Promise<TestRound>;
  hasWritten(workflowId: string): Promise<boolean>;
  tell(pullId: string, headSha: string, told: string): Promise<void>;
}

export function createTestRounds({ db }: { db: Db }): TestRounds {
  return {
    of: (pullId, headSha) => testRound(db, pullId, headSha),
    keep: (round) => keepTestRound(db, round),
    hasWritten: (workflowId) => hasWritten(db, workflowId),
    tell: (pullId, headSha, told) => tellRound(db, pullId, headSha, told),
  };
}
