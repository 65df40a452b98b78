import { bar, clock, counted, dollars, duration, since } from './format.ts';
import { chosen as lit, paint, type Frame } from './frame.ts';
import { sceneOf, type Scene } from './layout.ts';
import { VIEWS, type Link, type PartName, type State, type View } from './model.ts';
import { problemCount } from './problems.ts';
import { amountShown, isLive, MOST_SHOWN, type Row } from './rows.ts';
import { ALARM, BAD, CHOSEN, GOOD, PLAIN, QUIET, STRONG, TITLE, WARN, type Style } from './style.ts';
import { fitLine, lineWidth, row, span, spread, wrap, type Line, type Span } from './text.ts';
import { helpLines } from './view.help.ts';
import { footOf } from './view.prompt.ts';
import { columns, rowLine, ruleLine } from './view.row.ts';

/** The whole screen for a state. */
export function view(state: State): Frame {
  const { size } = state;
  const scene = sceneOf(state);
  const { layout } = scene;
  const foot = footOf(state, layout.foot);
  const body = bodyLines(state, scene).slice(0, layout.body);
  const above = [header(state), ...(layout.rules ? [underHeader(state)] : [])];
  const blanks = Array.from({ length: layout.body - body.length }, (): Line => []);
  const lines = [...above, ...body, ...blanks, ...(layout.rules ? [ruleLine(size.cols)] : []), ...foot.lines];
  const footFrom = lines.length - foot.lines.length;
  return paint(lines, size, foot.cursor === null ? null : { x: foot.cursor.x, y: footFrom + foot.cursor.line });
}

const NAMES: Readonly<Record<View, string>> = { overview: 'Overview', runs: 'Runs', queue: 'Queue', approvals: 'Approvals', problems: 'Problems' };

function header(state: State): Line {
  const { cols } = state.size;
  const right = row(linkSpan(state.link, state.now), ' ');
  const tabs = (short: boolean): Line => [
    span(short ? ' ' : ' Reeve ', STRONG),
    ...VIEWS.flatMap((name, at) => tab(state, name, at + 1, short && name !== state.view)),
  ];
  const full = tabs(false);
  return spread(lineWidth(full) + lineWidth(right) < cols ? full : tabs(true), right, cols);
}

function tab(state: State, name: View, key: number, short: boolean): Span[] {
  const active = name === state.view;
  const amount = amountOf(state, name);
  const style = active ? `${STRONG};${CHOSEN}` : PLAIN;
  const tone = name === 'problems' || name === 'approvals' ? WARN : QUIET;
  return [
    span(` ${key}${short ? '' : ` ${NAMES[name]}`}`, style),
    ...(amount === null || amount === '0' ? [] : [span(` ${amount}`, active ? style : tone)]),
    span(' ', active ? style : PLAIN),
  ];
}

/** The figure beside a view's name; null: not known, or none is wanted. */
function amountOf(state: State, name: View): string | null {
  const { runs, queue, quarantined, approvals, home } = state.snapshot;
  if (name === 'runs') return runs.value === null ? null : amountShown(runs.value.filter(isLive).length);
  if (name === 'queue') {
    if (queue.value === null) return null;
    const aside = quarantined.value?.length ?? 0;
    return `${queue.value.targets.reduce((sum, { total }) => sum + total, aside)}${aside < MOST_SHOWN ? '' : '+'}`;
  }
  if (name === 'approvals') {
    const read = approvals.value?.length ?? null;
    if (read === null || read < MOST_SHOWN) return read === null ? null : String(read);
    return home.value === null ? `${MOST_SHOWN}+` : String(Math.max(read, home.value.approvals.all));
  }
  return name === 'problems' ? problemCount(state) : null;
}

function linkSpan({ kind, heardAt }: Link, now: number): Span {
  if (kind === 'live') return span('● live', GOOD);
  if (kind === 'polling') return span('◌ polling', WARN);
  if (kind === 'connecting') return span('… connecting', QUIET);
  if (kind === 'refused') return span('▲ NOT LET IN', ALARM);
  return span(`▲ STALE${heardAt === null ? '' : ` ${duration(now - heardAt)}`}`, ALARM);
}

/** A line across; while the server does not answer, when it was heard of last. */
function underHeader({ link, size }: State): Line {
  if (link.kind !== 'stale') return ruleLine(size.cols);
  const when = link.heardAt === null ? '' : ` This is from ${clock(link.heardAt)} UTC.`;
  return row(span(` The server does not answer.${when} It is tried again.`, ALARM));
}

function bodyLines(state: State, scene: Scene): Line[] {
  const { layout, detail, from } = scene;
  if (state.help) return helpLines(state.size.cols).slice(state.helpScroll);
  if (state.link.kind === 'refused') return refusedLines(state);
  const shown = detail.slice(from, from + layout.detailRows);
  if (state.opened) return shown.length === 0 ? emptyLines(state) : shown;
  const list = scene.rows.length === 0 ? emptyLines(state) : listLines(state, scene);
  const info = layout.info === 0 ? [] : infoLines(state);
  if (layout.detailRows === 0) return [...info, ...list];
  if (!layout.side) return [...info, ...list, ruleLine(layout.listWidth), ...shown];
  const beside = Array.from({ length: layout.listRows }, (_, at) => [
    ...fitLine(list[at] ?? [], layout.listWidth),
    span('│', QUIET),
    ...(shown[at] ?? []),
  ]);
  return [...info, ...beside];
}

/** Nothing that is known is shown as if it were so: why, and what to do, in full. */
function refusedLines({ link, url, size }: State): Line[] {
  const tell = (text: string, style: Style): Line[] => wrap(text, size.cols - 2).map((part) => row(span(` ${part}`, style)));
  const before = link.heardAt === null ? [] : tell(`The last answer that was read is from ${clock(link.heardAt)} UTC.`, QUIET);
  return [
    ...tell(`Nothing can be read from ${url}.`, TITLE),
    ...tell(link.why ?? '', BAD),
    [],
    ...tell('Sign in with reeve login, or set REEVE_TOKEN or REEVE_URL and start again. It is tried again meanwhile.', PLAIN),
    ...before,
  ];
}

function listLines(state: State, { rows, chosen, layout }: Scene): Line[] {
  const at = Math.max(0, chosen === null ? 0 : rows.indexOf(chosen));
  const top = Math.min(Math.max(0, at - Math.floor(layout.listRows / 2)), Math.max(0, rows.length - layout.listRows));
  const context = { width: layout.listWidth, now: state.now, isMarked: (id: string) => state.marked.has(id) };
  return rows.slice(top, top + layout.listRows).map((item: Row) => {
    const line = fitLine(rowLine(item, context), layout.listWidth);
    return item === chosen ? lit(line) : line;
  });
}

const NOTHING: Readonly<Record<View, string>> = {
  overview: 'Nothing waits for you.',
  runs: 'No agent has run yet.',
  queue: 'Nothing is in the queue and nothing is set aside.',
  approvals: 'Nothing waits for a decision.',
  problems: 'Nothing is stuck.',
};
const READS: Readonly<Record<View, readonly PartName[]>> = {
  overview: ['home', 'runs'],
  runs: ['runs'],
  queue: ['queue', 'quarantined'],
  approvals: ['approvals'],
  problems: ['home', 'status'],
};

/** Why a list is empty: not read yet, not to be read, filtered, or there is nothing. */
function emptyLines(state: State): Line[] {
  const parts = READS[state.view].map((name) => state.snapshot[name]);
  const problem = parts.find((part) => part.problem !== null)?.problem ?? null;
  if (problem !== null) return wrap(problem, state.size.cols - 2).map((text) => row(span(` ${text}`, BAD)));
  if (parts.some((part) => part.value === null)) return [row(span(' Reading…', QUIET))];
  if (state.filter !== '') return [row(span(` Nothing here has “${state.filter}”. Esc takes the filter away.`, QUIET))];
  return [row(span(` ${NOTHING[state.view]}`, QUIET))];
}

/** Health, money, and what the queue did, in three rows. */
export function infoLines(state: State): Line[] {
  const { size, snapshot, now } = state;
  const { status, ready, home, queue } = snapshot;
  const name = (text: string): Span => span(` ${text.padEnd(9)}`, TITLE);
  const health =
    ready.value === null
      ? row(name('Health'), span(ready.problem ?? '…', ready.problem === null ? QUIET : BAD))
      : row(
          name('Health'),
          ready.value.ready ? span('✓ ready', GOOD) : span('✗ not ready', BAD),
          span(
            status.value === null
              ? ` ${status.problem ?? ''}`
              : ` · up ${since(status.value.started_at, now)} · ${counted(status.value.agents.length, 'agent')} configured · ledger ${status.value.ledger.seq}`,
            QUIET,
          ),
        );
  const lines = home.value?.budget.lines.filter(({ scope }) => scope === 'installation') ?? [];
  const shown = lines.length === 0 ? (home.value?.budget.lines.slice(0, 2) ?? []) : lines;
  const money = row(
    name('Budget'),
    ...(home.value?.budget.stopped === true ? [span('■ stopped ', ALARM)] : []),
    ...shown.flatMap((line) => {
      const used = line.spent_micros + line.reserved_micros;
      const share = line.cap_micros === 0 ? 1 : used / line.cap_micros;
      return [
        span(`${line.period} `, QUIET),
        span(bar(share, 8), share > 0.9 ? WARN : PLAIN),
        span(` ${dollars(used)} of ${dollars(line.cap_micros)}   `),
      ];
    }),
  );
  const day = queue.value?.last_day;
  const half = day?.p50_s ?? null;
  const within = half === null ? '' : `, half within ${half < 1 ? 'a second' : duration(half * 1000)}`;
  const landed = day === undefined ? '…' : `${day.landed} landed in the last day${within}`;
  return [
    health,
    money,
    [
      ...columns(size.cols, [
        { text: ' Queue', width: 9, style: TITLE },
        { text: landed, width: null, style: QUIET },
      ]),
    ],
  ];
}
