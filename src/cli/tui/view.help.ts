import { QUIET, STRONG, TITLE } from './style.ts';
import { row, span, type Line } from './text.ts';

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

/** What the keys do. */
export function helpLines(): Line[] {
  return [
    row(span(' Keys', TITLE)),
    ...KEYS.map(([keys, what]) => row(span(` ${keys.padEnd(12)} `, STRONG), span(what))),
    row(span(' All times are UTC. Any key goes back.', QUIET)),
  ];
}
