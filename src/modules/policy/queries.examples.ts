import type { RecordedDecision } from './decide.simulate.ts';
import type { Facts } from './model.ts';

/** A question that was really asked, to start from when somebody explains one by hand. */
export interface RecordedQuestion {
  actionId: string;
  actionKind: string;
  projectId: string | null;
  at: Date;
  /** What was looked at then, the arguments under `args`. */
  facts: Facts;
}

/** Decisions looked at for examples: where the facts of so many were not kept, those of older ones were not either. */
const MOST_LOOKED_AT = 1000;

/** The newest questions of a kind whose facts were kept, among the newest thousand. */
export async function examplesOf(decisions: AsyncIterable<RecordedDecision>, most: number): Promise<RecordedQuestion[]> {
  const found: RecordedQuestion[] = [];
  let looked = 0;
  for await (const { actionId, actionKind, projectId, at, decision, args } of decisions) {
    looked += 1;
    if (decision.facts !== undefined) found.push({ actionId, actionKind, projectId, at, facts: { ...decision.facts, args } });
    if (found.length === most || looked === MOST_LOOKED_AT) break;
  }
  return found;
}
