import type { WorkItem } from '#modules/work/index.ts';
import { listItemsOf, namedPathsOf } from '#kernel/markdown.ts';
import { wordsOf } from '#kernel/words.ts';
import type { Assessment, PlanSize } from './model.ts';

/**
 * Feasibility (A3): may this be planned, or must somebody answer first? What triage left open comes first; then what only the
 * planner minds: a request without substance, and work too large to be one thing with nothing to divide it by.
 */
export function decideFeasible(
  item: Pick<WorkItem, 'title' | 'body' | 'source'>,
  triage: { route: string; questions: readonly string[]; size: PlanSize } | null,
): Assessment {
  if (triage !== null && triage.route === 'ask' && triage.questions.length > 0) return { ok: false, questions: [...triage.questions] };
  const text = `${item.title}\n${item.body}`;
  if (new Set(wordsOf(text)).size < 2 && namedPathsOf(text).length === 0) {
    return {
      ok: false,
      questions: [`"${item.title.trim().slice(0, 80)}" says too little to act on: what should be different afterwards, and in which part?`],
    };
  }
  if (triage?.size === 'XL' && listItemsOf(item.body).length < 2 && namedPathsOf(text).length < 2) {
    return {
      ok: false,
      questions: [
        `"${item.title.trim().slice(0, 80)}" looks like several changes in one (estimated XL). Which part should come first? A checklist of the parts is enough to plan them one by one.`,
      ],
    };
  }
  return { ok: true };
}
