import type { FixThread } from './model.review.ts';

/** What a reviewer is given to look at, as data: the plan's criteria, then the change. */
export function reviewMaterial(criteria: readonly string[], diff: string): string {
  if (criteria.length === 0) return diff;
  return ['What must hold when it is done:', ...criteria.map((criterion) => `- ${criterion}`), '', 'The change:', diff].join('\n');
}

export interface ThreadAnswer {
  name: string;
  /** False: the agent left it, and says why. */
  done: boolean;
  words: string;
}

const MOST_WORDS = 1500;
const MOST_LINE = 2000;

/** Looked for at the beginning of one short line: no part of it can be read in two ways, so whatever an agent writes takes no time. */
const ANSWER = /^(?:[>*-][ \t]{0,3}){0,8}(T\d{1,3})\**[\s:,-]+\**(done|fixed|answered|open|not done|left)(?!\w)\**[\s:.,-]*/i;

/** An agent's last words about each conversation; the last one counts. Untrusted: a name that was not given is nobody's. */
export function parseAnswers(said: string, names: readonly string[]): ThreadAnswer[] {
  const answers = new Map<string, ThreadAnswer>();
  for (const whole of said.split(/[\n\r\u2028\u2029]/)) {
    const line = whole.slice(0, MOST_LINE).trim();
    const found = ANSWER.exec(line);
    const name = (found?.[1] ?? '').toUpperCase();
    if (found === null || !names.includes(name)) continue;
    const words = line.slice(found[0].length).trim().slice(0, MOST_WORDS);
    answers.set(name, { name, done: !/^(open|not done|left)$/i.test(found[2] ?? ''), words });
  }
  return [...answers.values()];
}

export interface AnswerInThread {
  thread: FixThread;
  body: string;
  resolve: boolean;
}

/**
 * What is said in each conversation once the change is pushed, and which ones end: those of Reeve's own reviewer that the agent says it dealt with, and
 * those of people where it also changed the file. Its words alone end nothing that a person began, and silence ends nothing at all: a repository
 * may demand that conversations end before it merges, and that gate is not the agent's to open.
 */
export function decideAnswers(
  threads: readonly FixThread[],
  { said, changed, headSha }: { said: string; changed: readonly string[]; headSha: string },
): AnswerInThread[] {
  const answers = parseAnswers(
    said,
    threads.map(({ name }) => name),
  );
  const at = `\`${headSha.slice(0, 10)}\``;
  return threads.flatMap((thread): AnswerInThread[] => {
    const answer = answers.find(({ name }) => name === thread.name);
    if (answer !== undefined) {
      const words = answer.words === '' ? '' : ` ${answer.words}`;
      if (!answer.done) return [{ thread, body: `Left open by the agent in ${at}.${words}`, resolve: false }];
      if (thread.own === true || changed.includes(thread.path)) return [{ thread, body: `Done in ${at}.${words}`, resolve: true }];
      return [{ thread, body: `Answered by the agent in ${at}, which does not change this file.${words}`, resolve: false }];
    }
    if (answers.length > 0 || !changed.includes(thread.path)) return [];
    return [{ thread, body: `The file was changed in ${at}; the agent said nothing of this remark.`, resolve: false }];
  });
}
