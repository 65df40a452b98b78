import type { Waits } from './model.lists.ts';
import { TERMINAL_WORK_STATES, type WorkItem } from './model.ts';

/** What stands around an item at this moment; null: there is none. */
export interface Standing {
  approval: { id: string; kind: string; since: string } | null;
  question: { id: string; agent: string; since: string } | null;
  /** A task that was given to a person. */
  handed: { id: string; title: string; assignee: string; since: string } | null;
  run: { id: string; agent: string; role: string; since: string } | null;
  /** A change request that is not landed yet. */
  entry: { id: string; state: string; since: string } | null;
  /** An open item that this one waits for. */
  blocker: { id: string; number: number | null; title: string } | null;
  /** A story is under way. */
  underWay: boolean;
}

const ASKED: Readonly<Record<string, string>> = {
  'plan.approve': 'A person decides about the plan.',
  'pr.merge': 'A person decides about the merge.',
  'ci.retry': 'A person decides whether an agent tries again on red checks.',
  'issue.close': 'A person decides whether to close it.',
  'agent.dispatch': 'A person decides whether an agent is sent.',
  'branch.push': 'A person decides whether the work is published.',
};

const nameOf = (subject: string): string => subject.slice(subject.indexOf(':') + 1);

/**
 * What an item waits for; null: it has ended well, or nothing holds it. People come first: while a person could move it, that is what is said,
 * whatever else goes on beside it.
 */
export function decideWaits(
  item: Pick<WorkItem, 'state' | 'stateReason' | 'requestedBy' | 'author' | 'updatedAt'>,
  standing: Standing,
): Waits | null {
  const { approval, question, handed, run, entry, blocker } = standing;
  if (item.state === 'failed') return waits('person', 'It failed: start it again, or decline it.', item.updatedAt, null);
  if (TERMINAL_WORK_STATES.includes(item.state)) return null;
  if (item.state === 'needs_info') {
    const whom = item.author ?? item.requestedBy;
    return waits('person', `An answer of ${whom ?? 'whoever asked for it'} is needed.`, item.updatedAt, null);
  }
  if (approval !== null)
    return waits('person', ASKED[approval.kind] ?? 'A person decides about the next step.', new Date(approval.since), approval.id);
  if (question !== null)
    return waits('person', `${question.agent} asked a question and waits for the answer.`, new Date(question.since), question.id);
  if (handed !== null) return waits('person', `${nameOf(handed.assignee)} does the task “${handed.title}”.`, new Date(handed.since), handed.id);
  if (run !== null) return waits('agent', `${run.agent} works as ${run.role}.`, new Date(run.since), run.id);
  if (entry !== null) return waits('queue', `Its change is in the merge queue: ${entry.state}.`, new Date(entry.since), entry.id);
  if (standing.underWay) return item.state === 'in_review' ? waits('checks', 'Checks of the pull request run.', item.updatedAt, null) : null;
  if (blocker !== null)
    return waits('issue', `It waits for ${blocker.number === null ? '' : `#${blocker.number} `}“${blocker.title}”.`, null, blocker.id);
  return waits('nobody', 'Nobody has started it.', item.updatedAt, null);
}

function waits(who: Waits['who'], text: string, since: Date | null, id: string | null): Waits {
  return { who, text, since, id };
}
