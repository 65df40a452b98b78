import type { ApiClient } from './api/client.ts';
import type { ApprovalBody } from './commands/approvals.ts';
import { visible } from './output.ts';

interface StreamedEvent {
  type: string;
  subject: string;
  occurred_at: string;
  issue_id: string | null;
  data: Record<string, unknown>;
}

/** Tells a story as it happens: one line per event that a person would want to hear of, until `signal` aborts. */
export async function narrate(
  client: ApiClient,
  signal: AbortSignal,
  only: string | null,
  say: (line: string) => void,
  labelOf: (issueId: string | null, data: Record<string, unknown>) => string = () => '',
): Promise<void> {
  let last = 0;
  while (!signal.aborted) {
    try {
      for await (const message of client.stream(`/v1/stream?after=${last}`, signal)) {
        last = Number(message.id ?? last);
        const event = parseEvent(message.data);
        if (event === null || (only !== null && event.issue_id !== only)) continue;
        const line = sentenceOf(event);
        if (line !== null) say(`${labelOf(event.issue_id, event.data)}${visible(line)}`);
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function parseEvent(data: string): StreamedEvent | null {
  try {
    return JSON.parse(data) as StreamedEvent;
  } catch {
    return null;
  }
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Event type -> sentence; null for events nobody needs to see scroll by. */
function sentenceOf(event: StreamedEvent): string | null {
  const { data } = event;
  switch (event.type) {
    case 'story.started':
      return `started: ${text(data['title'])}`;
    case 'story.ended':
      return `ended as ${text(data['as'])}: ${text(data['detail'])}`;
    case 'work_item.planned':
      return `planned: ${text(data['reason'])}`;
    case 'approval.requested':
      return `waits for a decision: ${text(data['kind'])} (reeve approvals show ${event.subject})`;
    case 'approval.voted':
      return `${text(data['decision'])}: ${text(data['kind'])}`;
    case 'run.started':
      return `${text(data['agent'])} (${text(data['role'])}) works, try ${text(data['attempt'])}`;
    case 'run.succeeded':
      return `${text(data['agent'])} is done`;
    case 'run.failed':
      return `${text(data['agent'])} did not succeed: ${text(data['detail'])}`;
    case 'run.progress':
      return `${text(data['agent'])}: ${text(data['message'])}${typeof data['fraction'] === 'number' ? ` (${Math.round(data['fraction'] * 100)} %)` : ''}`;
    case 'question.asked':
      return `${text(data['agent'])} asks: ${text(data['question'])} (reeve job answer ${event.subject} "...")`;
    case 'question.answered':
      return `${text(data['agent'])} got an answer`;
    case 'question.expired':
      return `nobody answered ${text(data['agent'])}; it goes on without`;
    case 'task.handed_over':
      return `${text(data['key'])} waits for ${text(data['assignee'])}: ${text(data['title'])} (on ${text(data['target'])})`;
    case 'change_request.landed':
      return `landed on ${text(data['target'])} (${text(data['rung'])}) as ${text(data['commit']).slice(0, 10)}`;
    case 'change_request.quarantined':
      return `set aside by the queue: ${text(data['reason'])}`;
    case 'task.escalated':
      return `needs a person: ${text(data['reason'])}`;
    default:
      return null;
  }
}

/** Says yes to every pending approval that `wanted` picks, through the normal endpoint; answers how many. */
export async function approvePending(client: ApiClient, wanted: (approval: ApprovalBody) => boolean, reason: string): Promise<number> {
  let decided = 0;
  for (const approval of await client.all<ApprovalBody>('/v1/approvals', { status: 'pending' })) {
    if (!wanted(approval)) continue;
    try {
      await client.post(`/v1/approvals/${approval.id}/decision`, { decision: 'approve', digest: approval.digest, reason });
      decided += 1;
    } catch (error) {
      // Somebody else was faster, or it ran out: the next look shows what is left.
      if (!(error instanceof Error) || !('kind' in error) || (error as { kind: string }).kind !== 'conflict') throw error;
    }
  }
  return decided;
}
