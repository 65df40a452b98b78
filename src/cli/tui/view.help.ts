import { QUIET, STRONG, TITLE } from './style.ts';
import { row, span, wrap, type Line } from './text.ts';

const KEYS: ReadonlyArray<[string, string]> = [
  ['Tab, 1 to 5', 'overview, runs, queue, approvals, problems'],
  ['j k, arrows', 'choose a row; g and G the first and the last'],
  ['Enter', 'show all of it; then j k and PgUp PgDn scroll'],
  ['Esc', 'back; take the filter or the marks away'],
  ['a', 'approve what is chosen or marked; high risk asks for the name'],
  ['d', 'decline it, with a reason'],
  ['Space', 'mark approvals of one kind, to decide them together'],
  ['m', 'write other arguments of it in your editor; it is decided anew'],
  ['i', 'ask about it; it goes on waiting'],
  ['r', 'answer what an agent asks, or what was asked about it'],
  ['s', 'stop a run; it asks first'],
  ['o', 'open its page in a browser; without one, its address'],
  ['/', 'filter the lists'],
  ['Ctrl-L', 'draw the screen anew'],
  ['q, Ctrl-C', 'leave'],
];

const NAMES = 14;

/** What the keys do; where the screen is narrow, in several rows each. */
export function helpLines(cols: number): Line[] {
  return [
    row(span(' Keys', TITLE)),
    ...KEYS.flatMap(([keys, what]) =>
      wrap(what, cols - NAMES).map((part, at) => row(span(` ${(at === 0 ? keys : '').padEnd(NAMES - 2)} `, STRONG), span(part))),
    ),
    row(span(' All times are UTC.', QUIET)),
  ];
}
