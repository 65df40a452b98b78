import type { Actor } from '#kernel/actor.ts';
import type { HistoryPart } from '#ports/forge-history.ts';

export type BackfillState = 'running' | 'paused' | 'done' | 'failed';

export interface BackfillPart {
  part: HistoryPart;
  /** Pages of the forge that were read. */
  pages: number;
  /** Things the forge showed. */
  seen: number;
  /** Facts about them that no backfill had stored before. What a webhook told of is stored again: marked, and of no effect. */
  stored: number;
  done: boolean;
  /** Why there was nothing to read; not `done`: why it was not read to its end. */
  note: string | null;
}

/** How far the reading of a repository's history has got. */
export interface Backfill {
  id: string;
  repositoryId: string;
  since: Date | null;
  state: BackfillState;
  /** The forge asked to be left alone until then, or could not be reached. */
  waitsUntil: Date | null;
  problem: string | null;
  startedBy: string;
  startedAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
  /** In the order in which they are read. */
  parts: BackfillPart[];
}

export interface Backfills {
  /**
   * Begins to read, and answers what is under way where it was begun before; what nobody carries on any more is set going again. AppError not_found; refused `not_allowlisted` and
   * `no_history` (everything of the embedded forge is heard as it happens); conflict `backfill_under_way` for another `since`.
   */
  start(repositoryId: string, wish: { since: Date | null }, by: Actor): Promise<Backfill>;
  /** After the page that is being read. AppError not_found, conflict `backfill_ended`. */
  pause(repositoryId: string, by: Actor): Promise<Backfill>;
  /** Goes on where it stopped, also after it failed. AppError not_found, conflict `backfill_ended`. */
  resume(repositoryId: string, by: Actor): Promise<Backfill>;
  /** The last one; null: there was none. */
  of(repositoryId: string): Promise<Backfill | null>;
}

/** Input of the workflow: of two that run for one backfill only that of the newest generation goes on. */
export interface BackfillInput {
  id: string;
  generation: number;
}

export type BackfillStep =
  | { kind: 'more' }
  /** `untilMs`: since 1970; null: nobody said how long, the workflow decides. */
  | { kind: 'wait'; untilMs: number | null; problem: string }
  | { kind: 'end' };

/** Effects of the workflow. */
export interface BackfillSteps {
  /**
   * Reads some pages, each kept with its cursor in one transaction; goes on where the last one ended, whoever read that. `isLast`: a forge that is
   * still away now is waited for no longer, and the backfill has failed.
   */
  pages(input: BackfillInput, isLast: boolean): Promise<BackfillStep>;
  /** It has failed, and may be resumed: nobody is to wait for it. */
  giveUp(input: BackfillInput, problem: string): Promise<void>;
}
