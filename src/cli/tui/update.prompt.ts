import { only, told, type Effect, type Key, type Next, type Prompt, type State } from './model.ts';

/** A reason may have so many letters at most (the API's own limit). */
const MOST_LETTERS = 2000;

/** What a key does while something is asked. */
export function promptKey(state: State, prompt: Prompt, key: Key): Next {
  const closed: State = { ...state, prompt: null, notice: null };
  switch (prompt.kind) {
    case 'address':
      return only(closed);
    case 'stop':
      if (key.name !== 'char' || key.text.toLowerCase() !== 'y') return only(told(closed, 'It runs on.'));
      return { state: { ...closed, busy: true }, effects: [{ kind: 'stop', runId: prompt.runId }] };
    case 'filter':
      return only(filtered(state, prompt, key));
    case 'decide':
      return deciding(state, prompt, key);
  }
}

function filtered(state: State, prompt: Extract<Prompt, { kind: 'filter' }>, key: Key): State {
  if (key.name === 'escape') return { ...state, prompt: null, filter: '' };
  if (key.name === 'enter') return { ...state, prompt: null };
  const text = typed(prompt.text, key);
  // The list follows each letter.
  return { ...state, filter: text, prompt: { ...prompt, text } };
}

function deciding(state: State, prompt: Extract<Prompt, { kind: 'decide' }>, key: Key): Next {
  if (key.name === 'escape') return only(told({ ...state, prompt: null }, 'Nothing was decided.'));
  if (key.name !== 'enter') return only({ ...state, prompt: { ...prompt, text: typed(prompt.text, key) } });
  const { decision, chosen } = prompt;
  const name = decision === 'approve' ? (chosen[0]?.confirm ?? null) : null;
  if (prompt.step === 'reason') {
    if (name !== null) return only({ ...state, prompt: { ...prompt, step: 'name', reason: prompt.text, text: '' } });
    return decided(state, { kind: 'decide', decision, chosen, reason: prompt.text.trim(), confirm: null });
  }
  if (prompt.text.trim() !== name)
    return only(told({ ...state, prompt: { ...prompt, text: '' } }, `That is not ${name}. Nothing was decided.`, 'bad'));
  return decided(state, { kind: 'decide', decision, chosen, reason: prompt.reason.trim(), confirm: name });
}

const decided = (state: State, effect: Effect): Next => ({
  state: { ...state, prompt: null, notice: null, busy: true, marked: new Set() },
  effects: [effect],
});

/** Text after a key. */
function typed(text: string, key: Key): string {
  switch (key.name) {
    case 'char':
      return (text + key.text).slice(0, MOST_LETTERS);
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
