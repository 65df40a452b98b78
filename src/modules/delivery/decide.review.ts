import { visible } from '#kernel/text.ts';
import type { PullReview, ReviewThread } from '#ports/forge-read.ts';
import type { NamedFinding } from '#modules/reviews/index.ts';
import type { FixThread } from './model.review.ts';

/** What a reviewer is given to look at, as data: the plan's criteria, then the change. */
export function reviewMaterial(criteria: readonly string[], diff: string): string {
  if (criteria.length === 0) return diff;
  return ['What must hold when it is done:', ...criteria.map((criterion) => `- ${criterion}`), '', 'The change:', diff].join('\n');
}

/** What is open on a pull request. */
export interface OpenRemarks {
  threads: readonly ReviewThread[];
  /** Findings that stand beside no line. */
  findings: readonly NamedFinding[];
  /** Reviews that ask for changes, with what they say. */
  demands: ReadonlyArray<{ author: string; body: string }>;
}

const MARKER = /<!--[\s\S]*?(?:-->|$)/g;
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

/** Names for the agent, oldest first; as many as it can keep in mind. */
export function nameThreads(threads: readonly ReviewThread[]): Array<FixThread & { thread: ReviewThread }> {
  return threads.slice(0, MOST_THREADS).map((thread, index) => ({ name: `T${index + 1}`, id: thread.id, path: thread.path, thread }));
}

const MOST_THREADS = 50;
const MOST_OF_THREAD = 3000;
const MOST_FEEDBACK = 40_000;

/** What the agent is told, fenced as data by whoever builds its prompt. */
export function fixFeedback(remarks: Omit<OpenRemarks, 'threads'>, threads: ReadonlyArray<FixThread & { thread: ReviewThread }>): string {
  const told = threads.map(({ name, path, thread }) => {
    const place = `${visible(path)}${thread.line === null ? '' : `:${thread.line}`}${thread.outdated ? ' (said of an older version)' : ''}`;
    const said = thread.comments.map(({ author, body }) => `${visible(author)}: ${plain(body)}`).join('\n');
    return `${name}, ${place}\n${said.slice(0, MOST_OF_THREAD)}`;
  });
  const findings = remarks.findings.map(
    ({ key, severity, path, line, what, why, suggestion }) =>
      `${key}, ${severity}${path === null ? '' : `, ${visible(path)}${line === null ? '' : `:${line}`}`}\n${[what, why, suggestion ?? ''].filter((words) => words !== '').join('\n')}`,
  );
  const demands = remarks.demands.map(({ author, body }) => `${visible(author)} asks for changes:\n${body.slice(0, MOST_OF_THREAD)}`);
  const text = [
    'The reviews of your pull request have these open remarks. Do what is right about them, and nothing else:',
    ...demands,
    ...told,
    ...findings,
  ].join('\n\n');
  return `${text.slice(0, MOST_FEEDBACK)}\n\n${HOW_TO_ANSWER}`;
}

const HOW_TO_ANSWER =
  'When you are done, answer each remark named T1, T2, … on a line of its own: "T1 done: what you did" or "T1 open: why you did nothing". A remark that is not a request for a change is answered the same way.';

export interface ThreadAnswer {
  name: string;
  /** False: the agent left it, and says why. */
  done: boolean;
  words: string;
}

const MOST_WORDS = 1500;

/** An agent's last words about each conversation; the last one counts. Untrusted: a name that was not given is nobody's. */
export function parseAnswers(said: string, names: readonly string[]): ThreadAnswer[] {
  const answers = new Map<string, ThreadAnswer>();
  for (const line of said.matchAll(/^[\s>*-]*\**(T\d{1,3})\**[\s:,-]+\**(done|fixed|answered|open|not done|left)\**[\s:.,-]*(.*)$/gim)) {
    const name = (line[1] ?? '').toUpperCase();
    if (!names.includes(name)) continue;
    answers.set(name, { name, done: !/^(open|not done|left)$/i.test(line[2] ?? ''), words: (line[3] ?? '').trim().slice(0, MOST_WORDS) });
  }
  return [...answers.values()];
}

/**
 * What is said in each conversation once the change is pushed, and which ones end. The agent's own words go before; where it said nothing of any,
 * a conversation about a file that it changed counts as dealt with, and the person who began it looks.
 */
export function decideAnswers(
  threads: readonly FixThread[],
  { said, changed, headSha }: { said: string; changed: readonly string[]; headSha: string },
): Array<{ thread: FixThread; body: string; resolve: boolean }> {
  const answers = parseAnswers(
    said,
    threads.map(({ name }) => name),
  );
  const at = `\`${headSha.slice(0, 10)}\``;
  return threads.flatMap((thread) => {
    const answer = answers.find(({ name }) => name === thread.name);
    if (answer !== undefined) {
      const words = answer.words === '' ? '' : ` ${answer.words}`;
      return [{ thread, body: answer.done ? `Done in ${at}.${words}` : `Left open by the agent in ${at}.${words}`, resolve: answer.done }];
    }
    if (answers.length > 0 || !changed.includes(thread.path)) return [];
    return [{ thread, body: `The file was changed in ${at}; the agent said nothing more of it.`, resolve: true }];
  });
}
