import type { State } from './model.ts';
import { ALARM, BAD, GOOD, PLAIN, QUIET, STRONG } from './style.ts';
import { clip, glyphsOf, row, span, widthOf, type Line } from './text.ts';

/** The last rows, and where a person types in them. */
export interface Foot {
  lines: Line[];
  /** Place in the last line that is typed into; null: nothing is typed. */
  cursor: { x: number; line: number } | null;
}

/** Question, what was typed, and what the keys do; without room for all three, the last is left out. */
export function footOf(state: State, rows: number): Foot {
  const { prompt, notice, size } = state;
  if (prompt === null) {
    if (notice === null) return { lines: [hints(state)], cursor: null };
    const style = notice.tone === 'bad' ? BAD : notice.tone === 'good' ? GOOD : PLAIN;
    return { lines: [row(span(` ${clip(notice.text, size.cols - 1)}`, style))], cursor: null };
  }
  const { question, label, text, keys, alarming } = wordsOf(prompt);
  const head = row(span(` ${clip(question, size.cols - 1)}`, alarming ? ALARM : STRONG));
  const hint = notice?.tone === 'bad' ? row(span(` ${notice.text}`, BAD)) : row(span(` ${keys}`, QUIET));
  if (label === null) return { lines: [head, hint].slice(0, rows), cursor: null };
  const shown = tail(text, size.cols - widthOf(label) - 4);
  const typed = row(span(` ${label} `, QUIET), span(shown));
  return { lines: [head, typed, hint].slice(0, rows), cursor: { x: widthOf(label) + 2 + widthOf(shown), line: 1 } };
}

interface Words {
  question: string;
  /** What stands before the text that is typed; null: nothing is. */
  label: string | null;
  text: string;
  keys: string;
  alarming: boolean;
}

function wordsOf(prompt: NonNullable<State['prompt']>): Words {
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
      return decisionWords(prompt);
  }
}

function decisionWords({ decision, chosen, step, text }: Extract<NonNullable<State['prompt']>, { kind: 'decide' }>): Words {
  const [first] = chosen;
  const verb = decision === 'approve' ? 'Approve' : 'Decline';
  const what = chosen.length === 1 ? `: ${first?.headline ?? ''}` : ` ${chosen.length} actions of ${first?.kind ?? ''}`;
  if (step === 'name')
    return {
      question: `High risk. Type ${first?.confirm ?? ''} to approve${what}`,
      label: 'name',
      text,
      keys: 'Enter approves · Esc keeps it waiting',
      alarming: true,
    };
  const last = decision === 'approve' && first?.confirm ? 'Enter goes on' : `Enter ${decision}s`;
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

/** What can be pressed here, the most wanted first: what does not fit is in the help. */
function hints({ size, view, opened, filter, marked, busy }: State): Line {
  if (busy) return row(span(' One moment…', QUIET));
  const decides = view === 'approvals' || view === 'overview';
  const all = [
    ...(filter === '' ? [] : [`filter: ${filter}`]),
    ...(marked.size === 0 ? [] : [`${marked.size} marked`]),
    opened ? 'Esc back' : 'Enter show',
    ...(decides ? ['a approve', 'd decline'] : []),
    ...(view === 'approvals' && !opened ? ['Space mark'] : []),
    ...(view === 'runs' || view === 'overview' ? ['s stop'] : []),
    'o open',
    ...(opened ? [] : ['/ filter']),
    '? help',
    'q quit',
  ];
  let text = '';
  for (const hint of all) {
    const longer = text === '' ? ` ${hint}` : `${text} · ${hint}`;
    if (widthOf(longer) > size.cols) break;
    text = longer;
  }
  return row(span(text, QUIET));
}
