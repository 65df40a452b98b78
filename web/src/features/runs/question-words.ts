import type { Question } from './queries.ts';

/** What the answer to a question is made of: a number is one of its choices, `own` is the person's own words. */
export type Picked = number | 'own' | null;

/** Which questions of a run are shown: all that wait, the longest waiting first, and then what became of the newest that does not. `all`: newest first. */
export function questionsToShow(all: readonly Question[]): Question[] {
  const waits = ({ state }: Question): boolean => state === 'waiting';
  return [...all.filter(waits).toReversed(), ...all.filter((question) => !waits(question)).slice(0, 1)];
}

/** The answer as it would be sent; null: there is none yet. A question without choices is answered in own words. */
export function answerOf(choices: readonly string[], picked: Picked, text: string): string | null {
  const answer = choices.length === 0 || picked === 'own' ? text : picked === null ? '' : (choices[picked] ?? '');
  return answer.trim() === '' ? null : answer.trim();
}

/** Why a person may not answer; null: they may. Agents and services ask people, so a token of theirs answers nothing. */
export function whyNot(subject: string, mayAnswer: boolean): string | null {
  if (!mayAnswer) return 'Developers, and roles above them, answer questions of agents.';
  return subject.startsWith('person:') ? null : 'Only people answer questions of agents, and you are signed in as something else.';
}

/** What became of a question that waits no longer. */
export function endOf({ state, answered_by: by }: Pick<Question, 'state' | 'answered_by'>): string {
  if (state === 'answered') return `${by?.replace(/^person:/, '') ?? 'Somebody'} answered:`;
  return state === 'withdrawn' ? 'Its run ended before anybody answered.' : 'Nobody answered in time: the agent went on without an answer.';
}
