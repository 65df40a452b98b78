import type { ProbeAnswer, ProbeTrouble } from '#ports/harness.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';

/** What stops a test before the agent is started comes beside what its harness finds. */
export type AgentTrouble = ProbeTrouble | 'sandbox_missing';

/** What came of starting an agent and asking it who it is. Its words are its own: shown, never believed. */
export interface AgentTest extends Omit<ProbeAnswer, 'trouble'> {
  agent: string;
  trouble: AgentTrouble | null;
  /** What to do about it; null: nothing. */
  advice: string | null;
  sandbox: SandboxLevel;
  /** False: it was started with the open network, as its runs are. */
  sealed: boolean;
  durationMs: number;
  testedBy: string;
  testedAt: Date;
}

/** Seconds a test may take until the agent has answered. */
export const TEST_LIMIT_S = { least: 1, most: 120, usual: 30 } as const;
