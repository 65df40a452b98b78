import type { ActionView } from './model.ts';

/** What people may ask to have mended on a pull request of Reeve's. Persisted. */
export const FIX_KINDS = ['reviews', 'conflict'] as const;
export type FixKind = (typeof FIX_KINDS)[number];

/** A conversation as the agent is told of it: under a name that is easily repeated. */
export interface FixThread {
  /** `T1`, `T2`. */
  name: string;
  /** The forge's. */
  id: string;
  path: string;
  /** Begun by Reeve's own reviewer; left out: by a person. */
  own?: true;
}

export interface FixTask {
  taskId: string;
  firstAttempt: number;
  feedback: string | null;
}

/** A row of `pull_fixes`. */
export interface PullFix {
  id: string;
  key: string;
  pullId: string;
  workflowId: string;
  what: FixKind;
  /** `Actor.subject`. */
  askedBy: string;
  state: 'asked' | 'begun' | 'landed' | 'done' | 'failed' | 'nothing';
  number: number | null;
  threads: FixThread[];
  conflicts: string[];
  tasks: FixTask[] | null;
  detail: string | null;
  askedAt: Date;
  endedAt: Date | null;
}

/**
 * What a story does about its pull request before it asks for the merge. `none`: nothing was asked. `objected`: somebody who may decide asks for
 * changes. `nothing`: there is nothing to mend, and the person is told so.
 */
export type FixView =
  | { kind: 'none' }
  | { kind: 'objected' }
  | { kind: 'nothing'; told: ActionView }
  | { kind: 'begun'; fixId: string; number: number; tasks: FixTask[] };
