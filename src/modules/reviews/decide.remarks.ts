import { visible } from '#kernel/text.ts';
import type { PullReview, ReviewThread } from '#ports/forge-read.ts';
import type { NamedFinding } from './model.ts';

/** What is open on a pull request. */
export interface OpenRemarks {
  threads: readonly ReviewThread[];
  /** Findings that stand beside no line. */
  findings: readonly NamedFinding[];
  /** Reviews that ask for changes, with what they say. */
  demands: ReadonlyArray<{ author: string; body: string }>;
}

const MARKER = /<!--[\s\S]*?(?:-->|$)/g;
const MOST_OF_REMARK = 3000;

/** What people see of a text: nothing in a comment of HTML is told to an agent. */
const plain = (body: string): string => body.replace(MARKER, '').trim();

/** Conversations that nobody ended and whose finding is not settled, findings without one, and the words of those who ask for changes of the pull request. */
export function openRemarks(
  { threads, reviews }: { threads: readonly ReviewThread[]; reviews: readonly PullReview[] },
  findings: readonly NamedFinding[],
  isReeve: (login: string) => boolean,
): OpenRemarks {
  // Anybody can write a marker; only under Reeve's own login it says whose conversation it is.
  const isOf = ({ comments: [first] }: ReviewThread, { key }: NamedFinding): boolean =>
    first !== undefined && isReeve(first.author) && first.body.includes(`<!-- reeve:finding:${key} -->`);
  const settled = findings.filter(({ state }) => state === 'settled');
  return {
    threads: threads.filter((thread) => !thread.resolved && !settled.some((finding) => isOf(thread, finding))),
    findings: findings.filter((finding) => finding.state === 'open' && !threads.some((thread) => isOf(thread, finding))),
    demands: standing(reviews).flatMap(({ author, body }) => (plain(body) === '' ? [] : [{ author, body: plain(body) }])),
  };
}

/** The newest verdict of everybody, where it asks for changes; a remark takes no verdict back. */
export function standing(reviews: readonly PullReview[]): PullReview[] {
  const last = new Map<string, PullReview>();
  for (const review of reviews) if (review.verdict !== 'commented') last.set(review.author.toLowerCase(), review);
  return [...last.values()].filter(({ verdict }) => verdict === 'changes_requested');
}

export const isNothing = ({ threads, findings, demands }: OpenRemarks): boolean => threads.length + findings.length + demands.length === 0;

/** A conversation as an agent is told of it. */
export function tellThread({ path, line, outdated, comments }: ReviewThread): string {
  const place = `${visible(path)}${line === null ? '' : `:${line}`}${outdated ? ' (said of an older version)' : ''}`;
  const said = comments.map(({ author, body }) => `${visible(author)}: ${plain(body)}`).join('\n');
  return `${place}\n${said.slice(0, MOST_OF_REMARK)}`;
}

export function tellFinding({ key, severity, path, line, what, why, suggestion }: NamedFinding): string {
  const place = path === null ? '' : `, ${visible(path)}${line === null ? '' : `:${line}`}`;
  return `${key}, ${severity}${place}\n${[what, why, suggestion ?? ''].filter((words) => words !== '').join('\n')}`;
}

export const tellDemand = ({ author, body }: OpenRemarks['demands'][number]): string =>
  `${visible(author)} asks for changes:\n${body.slice(0, MOST_OF_REMARK)}`;

/** A conversation under the name that an agent answers it by. */
export interface NamedThread {
  /** `T1`, `T2`. */
  name: string;
  /** The forge's. */
  id: string;
  path: string;
  /** Begun by Reeve's own reviewer; left out: by a person. */
  own?: true;
  thread: ReviewThread;
}

/** Names for the agent, oldest first; as many as it can keep in mind. */
export function nameThreads(threads: readonly ReviewThread[], isReeve: (login: string) => boolean): NamedThread[] {
  return threads.slice(0, MOST_THREADS).map((thread, index) => ({
    name: `T${index + 1}`,
    id: thread.id,
    path: thread.path,
    ...(thread.comments[0] !== undefined && isReeve(thread.comments[0].author) ? { own: true as const } : {}),
    thread,
  }));
}

const MOST_THREADS = 50;
const MOST_FEEDBACK = 40_000;

/** What the agent is told, fenced as data by whoever builds its prompt, and the conversations that this has whole: nobody dealt with the others. */
export function fixFeedback(
  remarks: Omit<OpenRemarks, 'threads'>,
  threads: readonly NamedThread[],
): { text: string; threads: readonly NamedThread[] } {
  const conversations = threads.map(({ name, thread }) => `${name}, ${tellThread(thread)}`);
  const findings = remarks.findings.map(tellFinding);
  const demands = remarks.demands.map(tellDemand);
  let left = MOST_FEEDBACK;
  const fits = (words: string): boolean => {
    const fitting = words.length <= left;
    if (fitting) left -= words.length;
    return fitting;
  };
  const told = { demands: demands.filter(fits), threads: threads.filter((_, at) => fits(conversations[at] ?? '')), findings: findings.filter(fits) };
  const text = [
    'The reviews of your pull request have these open remarks. Do what is right about them, and nothing else:',
    ...told.demands,
    ...conversations.filter((_, at) => told.threads.some(({ name }) => name === threads[at]?.name)),
    ...told.findings,
    HOW_TO_ANSWER,
  ].join('\n\n');
  return { text, threads: told.threads };
}

const HOW_TO_ANSWER =
  'When you are done, answer each remark named T1, T2, … on a line of its own: "T1 done: what you did" or "T1 open: why you did nothing". A remark that is not a request for a change is answered the same way.';
