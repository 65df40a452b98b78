import type { Prompt, State } from './model.ts';
import { chosenRow, isLive, type Row } from './rows.ts';
import { ALARM, BAD, GOOD, PLAIN, QUIET, STRONG } from './style.ts';
import { answerOf, unreadOf } from './update.prompt.ts';
import { firstLine } from './view.row.ts';
import { clip, glyphsOf, row, span, widthOf, type Line } from './text.ts';

/** The last rows, and where a person types in them. */
export interface Foot {
  lines: Line[];
  /** Place in the last line that is typed into; null: nothing is typed. */
  cursor: { x: number; line: number } | null;
}

const LEAST_TYPED = 20;

/** Question, what was typed, and what the keys do; without room for all three, the last is left out. */
export function footOf(state: State, rows: number): Foot {
  const { prompt, notice, size } = state;
  if (prompt === null) {
    if (notice === null) return { lines: [hints(state)], cursor: null };
    const style = notice.tone === 'bad' ? BAD : notice.tone === 'good' ? GOOD : PLAIN;
    return { lines: [row(span(` ${clip(notice.text, size.cols - 1)}`, style))], cursor: null };
  }
  const { question, label, text, keys, alarming } = wordsOf(prompt, state);
  const head = row(span(` ${clip(question, size.cols - 1)}`, alarming ? ALARM : STRONG));
  const hint = notice === null ? row(span(` ${keys}`, QUIET)) : row(span(` ${notice.text}`, notice.tone === 'bad' ? BAD : PLAIN));
  if (label === null) return { lines: [head, hint].slice(0, rows), cursor: null };
  // On a narrow screen what is typed needs the room.
  const name = size.cols - widthOf(label) < LEAST_TYPED ? (label.split(' ', 1)[0] ?? '') : label;
  const shown = tail(text, size.cols - widthOf(name) - 4);
  const typed = row(span(` ${name} `, QUIET), span(shown));
  // Without room for both, what has just been said is more than the question.
  const lines = rows > 2 ? [head, typed, hint] : [notice === null ? head : hint, typed];
  return { lines, cursor: { x: widthOf(name) + 2 + widthOf(shown), line: 1 } };
}

type PromptOf<Kind extends Prompt['kind']> = Extract<Prompt, { kind: Kind }>;

interface Words {
  question: string;
  /** What stands before the text that is typed; null: nothing is. */
  label: string | null;
  text: string;
  keys: string;
  alarming: boolean;
}

function wordsOf(prompt: Prompt, state: State): Words {
  switch (prompt.kind) {
    case 'filter':
      return {
        question: 'Show only what has these words',
        label: '/',
        text: prompt.text,
        keys: 'Enter keeps it · Esc takes it away',
        alarming: false,
      };
    case 'stop':
      return {
        question: `Stop ${prompt.what}? No process of it stays.`,
        label: null,
        text: '',
        keys: 'y stops it · any other key lets it run',
        alarming: true,
      };
    case 'address':
      return {
        question: prompt.url,
        label: null,
        text: '',
        keys: 'Any key goes back · reeve console makes an address that signs you in',
        alarming: false,
      };
    case 'decide':
      return decisionWords(prompt, unreadOf(state, prompt.chosen));
    case 'note':
      return noteWords(prompt);
    case 'answer':
      return answerWords(prompt);
    case 'modify':
      return {
        question: `Put what you wrote in the place of: ${prompt.approval.headline}`,
        label: 'reason (may be empty)',
        text: prompt.text,
        keys: 'Enter sends it, to be decided anew · Tab writes on · Esc changes nothing',
        alarming: false,
      };
    case 'unfit':
      return { question: prompt.problem, label: null, text: '', keys: 'Enter writes on · Esc changes nothing', alarming: true };
    case 'gone':
      return { question: prompt.text, label: null, text: '', keys: 'Enter or Esc goes on', alarming: true };
  }
}

function noteWords({ as, headline, text }: PromptOf<'note'>): Words {
  const [verb, what] = as === 'question' ? ['asks', 'Ask about'] : ['answers', 'Answer what was asked about'];
  return { question: `${what}: ${headline}`, label: as, text, keys: `Enter ${verb}; it goes on waiting · Esc sends nothing`, alarming: false };
}

function answerWords({ question, text }: PromptOf<'answer'>): Words {
  const meant = answerOf(question, text);
  const offered = question.choices.length === 0 ? '' : ' (text, or the number of an answer)';
  return {
    question: `${question.agent} asks: ${firstLine(question.question)}`,
    label: `answer${offered}`,
    text,
    keys: meant === text.trim() ? 'Enter answers · Esc leaves it waiting' : `Enter answers: ${firstLine(meant)}`,
    alarming: false,
  };
}

function decisionWords({ decision, chosen, step, text }: PromptOf<'decide'>, unread: string | null): Words {
  const [first] = chosen;
  const verb = decision === 'approve' ? 'Approve' : 'Decline';
  const what = chosen.length === 1 ? `: ${first?.headline ?? ''}` : ` ${chosen.length} actions of ${first?.kind ?? ''}`;
  if (step === 'name')
    return {
      question: `High risk. Type ${first?.confirm ?? ''} to approve${what}`,
      label: 'name',
      text,
      keys: unread === null ? 'Enter approves · Esc keeps it waiting' : unread,
      alarming: true,
    };
  const last = decision === 'decline' ? 'Enter declines' : first?.confirm ? 'Enter goes on' : (unread ?? 'Enter approves');
  return {
    question: `${verb}${what}`,
    label: 'reason (may be empty)',
    text,
    keys: `${last} · Esc keeps it waiting`,
    alarming: false,
  };
}

/** The end of what was typed, where it is longer than the row. */
function tail(text: string, width: number): string {
  const glyphs = glyphsOf(text);
  let taken = 0;
  let from = glyphs.length;
  while (from > 0 && taken + (glyphs[from - 1]?.width ?? 0) <= width) {
    from -= 1;
    taken += glyphs[from]?.width ?? 0;
  }
  return glyphs
    .slice(from)
    .map((glyph) => glyph.text)
    .join('');
}

/** What can be pressed here, the most wanted first; where it does not all fit, the way to the rest stays. */
function hints(state: State): Line {
  const { size, opened, filter, marked, busy } = state;
  if (busy) return row(span(' One moment… · q quit', QUIET));
  if (state.help) return row(span(' j k scroll · any other key goes back', QUIET));
  if (state.link.kind === 'refused') return row(span(' ? help · q quit', QUIET));
  const all = [
    ...(filter === '' ? [] : [`filter: ${filter}`]),
    ...(marked.size === 0 ? [] : [`${marked.size} marked`]),
    opened ? 'Esc back' : 'Enter show',
    ...keysOf(chosenRow(state), state),
    'o open',
    ...(opened ? [] : ['/ filter']),
  ];
  const last = ['? help · q quit', '? help'].map((text) => (all.length === 0 ? text : ` · ${text}`));
  const fits = (hint: string, end: string): boolean => widthOf(hint) + widthOf(end) <= size.cols;
  let text = '';
  for (const hint of all) {
    const longer = text === '' ? ` ${hint}` : `${text} · ${hint}`;
    if (!fits(longer, last[1] ?? '')) break;
    text = longer;
  }
  return row(span(`${text}${last.find((end) => fits(text, end)) ?? ''}`, QUIET));
}

/** What can be done with what is chosen. */
function keysOf(chosen: Row | null, { view, opened }: State): string[] {
  if (chosen?.kind === 'approval') return ['a approve', 'd decline', ...(view === 'approvals' && !opened ? ['Space mark'] : []), 'm modify', 'i ask'];
  if (chosen?.kind === 'question') return ['r answer'];
  if (chosen?.kind !== 'run' || !isLive(chosen.run)) return [];
  return chosen.run.question_id === null ? ['s stop'] : ['r answer', 's stop'];
}
