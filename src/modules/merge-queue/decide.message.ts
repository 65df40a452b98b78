import type { QueueEntry } from './model.ts';

const MOST_SUBJECT = 120;

/**
 * The message of a landing commit: the summary, then the trailers that lead from the commit to the task and the change
 * request. The summary is somebody's text: lines of it that look like our trailers are indented, so that the last paragraph
 * alone speaks for the queue.
 */
export function commitMessage(entry: Pick<QueueEntry, 'id' | 'taskId' | 'document'>): string {
  const [first = '', ...rest] = entry.document.summary.trim().split(/\r?\n/);
  const subject = first.length <= MOST_SUBJECT ? first : `${first.slice(0, MOST_SUBJECT - 1)}…`;
  const cut = subject === first ? [] : [first];
  const body = [...cut, ...rest]
    .map((line) => (/^\s*reeve-/i.test(line) ? `    ${line}` : line))
    .join('\n')
    .replace(/^\n+|\s+$/g, '');
  const trailers = `Reeve-Task: ${entry.taskId.replace(/\s+/g, ' ')}\nReeve-Change-Request: ${entry.id}`;
  return [neutral(subject), ...(body === '' ? [] : [body]), trailers].join('\n\n').concat('\n');
}

/** A subject that is empty or reads as a trailer would hide what landed. */
function neutral(subject: string): string {
  if (subject.trim() === '') return 'Change without a summary';
  return /^reeve-/i.test(subject) ? `Change: ${subject}` : subject;
}
