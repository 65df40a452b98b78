import type { ApprovalBody, QuestionBody } from './bodies.ts';
import { only, told, type Effect, type Key, type Next, type Prompt, type State } from './model.ts';
import { unreadWhy } from './update.ask.ts';
import { movementAside } from './update.move.ts';

/** A reason may have so many letters at most (the API's own limit). */
const MOST_LETTERS = 2000;
/** An answer to an agent may be longer (the same). */
const MOST_ANSWER = 8000;

type PromptOf<Kind extends Prompt['kind']> = Extract<Prompt, { kind: Kind }>;

/** What a key does while something is asked. */
export function promptKey(state: State, prompt: Prompt, key: Key): Next {
  const closed: State = { ...state, prompt: null, notice: null };
  if (key.name === 'repaint') return { state, effects: [{ kind: 'repaint' }] };
  switch (prompt.kind) {
    case 'address':
      return only(closed);
    case 'gone':
      return only(key.name === 'enter' || key.name === 'escape' ? closed : state);
    case 'stop':
      if (key.name !== 'char' || key.text.toLowerCase() !== 'y') return only(told(closed, 'It runs on.'));
      return { state: { ...closed, busy: true }, effects: [{ kind: 'stop', runId: prompt.runId }] };
    case 'filter':
      return only(filtered(state, prompt, key));
    case 'unfit':
      return unfit(closed, prompt, key, state);
    default:
      return typing(state, prompt, key);
  }
}

function filtered(state: State, prompt: PromptOf<'filter'>, key: Key): State {
  if (key.name === 'escape') return { ...state, prompt: null, filter: '' };
  if (key.name === 'enter') return { ...state, prompt: null };
  const text = typed(prompt.text, key);
  // The list follows each letter.
  return { ...state, filter: text, prompt: { ...prompt, text } };
}

function unfit(closed: State, { approval, written }: PromptOf<'unfit'>, key: Key, state: State): Next {
  if (key.name === 'escape') return only(told(closed, 'Nothing was changed.'));
  if (key.name !== 'enter') return only(state);
  return { state: { ...closed, busy: true }, effects: [{ kind: 'edit', approval, written }] };
}

type Typed = PromptOf<'decide' | 'note' | 'answer' | 'modify'>;

const LEFT: Readonly<Record<Typed['kind'], string>> = {
  decide: 'Nothing was decided.',
  note: 'Nothing was sent.',
  answer: 'Nothing was answered.',
  modify: 'Nothing was changed.',
};

/** Text in the last row; what it is about can be scrolled meanwhile. */
function typing(state: State, prompt: Typed, key: Key): Next {
  if (key.name === 'escape') return only(told({ ...state, prompt: null }, LEFT[prompt.kind]));
  const aside = movementAside(state, key);
  if (aside !== null) return only(aside);
  if (prompt.kind === 'modify' && key.name === 'tab')
    return { state: { ...state, prompt: null, busy: true }, effects: [{ kind: 'edit', approval: prompt.approval, written: prompt.change.written }] };
  if (key.name !== 'enter') {
    const text = typed(prompt.text, key, prompt.kind === 'answer' ? MOST_ANSWER : MOST_LETTERS);
    return only({ ...state, prompt: { ...prompt, text } });
  }
  switch (prompt.kind) {
    case 'decide':
      return decided(state, prompt);
    case 'modify':
      return sent(state, { kind: 'modify', approval: prompt.approval, args: prompt.change.args, reason: prompt.text.trim() });
    case 'note':
      return prompt.text.trim() === ''
        ? only(told({ ...state, prompt: null }, LEFT.note))
        : sent(state, { kind: 'note', as: prompt.as, id: prompt.id, text: prompt.text.trim() });
    case 'answer':
      return prompt.text.trim() === ''
        ? only(told({ ...state, prompt: null }, LEFT.answer))
        : sent(state, { kind: 'answer', id: prompt.question.id, agent: prompt.question.agent, text: answerOf(prompt.question, prompt.text) });
  }
}

/** What was typed, or the answer that the agent offers under this number. */
export const answerOf = ({ choices }: QuestionBody, text: string): string =>
  (/^\s*\d{1,3}\s*$/.test(text) ? choices[Number(text) - 1] : undefined) ?? text.trim();

function decided(state: State, prompt: PromptOf<'decide'>): Next {
  const { decision, chosen } = prompt;
  const name = decision === 'approve' ? (chosen[0]?.confirm ?? null) : null;
  if (prompt.step === 'reason' && name !== null) return only({ ...state, prompt: { ...prompt, step: 'name', reason: prompt.text, text: '' } });
  if (prompt.step === 'name' && prompt.text.trim() !== name)
    return only(told({ ...state, prompt: { ...prompt, text: '' } }, `That is not ${name}. Nothing was decided.`, 'bad'));
  const unread = decision === 'approve' ? unreadOf(state, chosen) : null;
  if (unread !== null) return only(told(state, unread, 'bad'));
  const reason = (prompt.step === 'name' ? prompt.reason : prompt.text).trim();
  return sent({ ...state, marked: new Set() }, { kind: 'decide', decision, chosen, reason, confirm: name });
}

/** Several of one kind are decided by what their rows say. */
export function unreadOf(state: State, chosen: readonly ApprovalBody[]): string | null {
  const [first] = chosen;
  return first === undefined || chosen.length > 1 ? null : unreadWhy(state, first);
}

const sent = (state: State, effect: Effect): Next => ({ state: { ...state, prompt: null, notice: null, busy: true }, effects: [effect] });

/** Text after a key. Lines of what is pasted become one: a line's end is not Enter. What no key types, no paste brings either. */
function typed(text: string, key: Key, most = MOST_LETTERS): string {
  switch (key.name) {
    case 'char':
      return cut(text + key.text, most);
    case 'paste':
      return cut(text + oneLine(key.text), most);
    case 'backspace':
      return Array.from(text).slice(0, -1).join('');
    case 'word':
      return text.replace(/\S*\s*$/, '');
    case 'clear':
      return '';
    default:
      return text;
  }
}

const oneLine = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, ' ');

/** Never in the middle of a letter. */
const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
