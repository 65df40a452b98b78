import type { ApprovalBody, QuarantinedBody, RunBody, TargetBody, WaitingEntryBody } from './bodies.ts';
import { counted, dollars, left, since } from './format.ts';
import type { Problem } from './problems.ts';
import { aboutRun, isLive, whyAside, type Row } from './rows.ts';
import { ACCENT, ALARM, BAD, GOOD, PLAIN, QUIET, STRONG, TITLE, WARN, type Style } from './style.ts';
import { fit, row as lineOf, span, type Line } from './text.ts';

/** A cell of a row: so wide, or (`null`) whatever the others leave. Left out where the row is narrower than `from`. */
interface Column {
  text: string;
  width: number | null;
  style?: Style;
  align?: 'start' | 'end';
  from?: number;
}

/** Cells side by side with one blank in between, exactly `width` wide. */
export function columns(width: number, cells: readonly Column[]): Line {
  const shown = cells.filter((cell) => width >= (cell.from ?? 0));
  const fixed = shown.reduce((sum, cell) => sum + (cell.width ?? 0), 0) + shown.length - 1;
  const flexible = shown.filter((cell) => cell.width === null).length;
  const rest = flexible === 0 ? 0 : Math.max(0, Math.floor((width - fixed) / flexible));
  return shown.flatMap((cell, at) => {
    const text = fit(cell.text, cell.width ?? rest, cell.align);
    return [...(at === 0 ? [] : [span(' ')]), span(text, cell.style ?? PLAIN)];
  });
}

const RISKS: Readonly<Record<string, { text: string; style: Style }>> = {
  high: { text: '▲ high', style: ALARM },
  medium: { text: '◆ medium', style: WARN },
  low: { text: '· low', style: QUIET },
};
export const riskOf = (risk: string): { text: string; style: Style } => RISKS[risk] ?? { text: risk, style: PLAIN };

const STATES: Readonly<Record<string, { text: string; style: Style }>> = {
  queued: { text: '○ queued', style: QUIET },
  preparing: { text: '◔ preparing', style: ACCENT },
  running: { text: '● running', style: ACCENT },
  checking: { text: '◑ checking', style: ACCENT },
  succeeded: { text: '✓ succeeded', style: GOOD },
  failed: { text: '✗ failed', style: BAD },
  cancelled: { text: '– cancelled', style: QUIET },
  handed_back: { text: '↩ handed back', style: WARN },
  merging: { text: '◔ merging', style: ACCENT },
  verifying: { text: '◑ verifying', style: ACCENT },
  publishing: { text: '◕ publishing', style: ACCENT },
  landed: { text: '✓ landed', style: GOOD },
  quarantined: { text: '✗ set aside', style: BAD },
};
export const stateOf = (state: string): { text: string; style: Style } => STATES[state] ?? { text: state, style: PLAIN };

export interface RowContext {
  width: number;
  now: number;
  isMarked(id: string): boolean;
}

/** A row of a list. */
export function rowLine(item: Row, context: RowContext): Line {
  switch (item.kind) {
    case 'heading':
      return lineOf(span(` ${item.title}`, TITLE), span(item.count === '0' ? '' : ` ${item.count}`, QUIET));
    case 'note':
      return lineOf(span(`   ${item.text}`, QUIET));
    case 'approval':
      return approvalLine(item.approval, context);
    case 'run':
      return runLine(item.run, context);
    case 'target':
      return targetLine(item.target, context);
    case 'entry':
      return entryLine(item.entry, item.place, context);
    case 'quarantined':
      return quarantinedLine(item.entry, context);
    case 'problem':
      return problemLine(item.problem, context);
    default:
      return askedLine(item, context);
  }
}

function approvalLine(approval: ApprovalBody, { width, now, isMarked }: RowContext): Line {
  const risk = riskOf(approval.risk);
  const blocked = approval.you?.may_decide === false;
  return columns(width, [
    { text: isMarked(approval.id) ? '✓' : ' ', width: 1, style: GOOD },
    { text: risk.text, width: 8, style: risk.style },
    { text: approval.headline, width: null, style: blocked ? QUIET : PLAIN },
    { text: approval.votes.needed > 1 ? `${approval.votes.yes} of ${approval.votes.needed}` : '', width: 6, from: 90, style: QUIET },
    { text: approval.record.trigger_user ?? '', width: 16, from: 100, style: QUIET },
    {
      text: left(approval.expires_at, now),
      width: 11,
      align: 'end',
      from: 50,
      style: Date.parse(approval.expires_at) - now < 3_600_000 ? WARN : QUIET,
    },
  ]);
}

function runLine(run: RunBody, { width, now }: RowContext): Line {
  const state = run.question_id === null ? stateOf(run.state) : { text: '? asks you', style: WARN };
  const progress = isLive(run) && run.progress !== null ? ` · ${run.progress.message}` : '';
  const from = run.started_at ?? run.created_at;
  const lasted = run.ended_at === null ? since(from, now) : since(from, Date.parse(run.ended_at));
  return columns(width, [
    { text: '', width: 0 },
    { text: state.text, width: 13, style: state.style },
    { text: run.agent, width: 14, from: 70 },
    { text: run.role, width: 8, from: 60, style: QUIET },
    { text: `${aboutRun(run)}${progress}`, width: null },
    { text: lasted, width: 6, align: 'end', style: QUIET },
    { text: dollars(run.usage.cost_micros), width: 8, align: 'end', from: 50, style: QUIET },
  ]);
}

function targetLine(target: TargetBody, { width }: RowContext): Line {
  const control = target.control === 'running' ? { text: '', style: PLAIN } : { text: `‖ ${target.control}`, style: WARN };
  const waiting = target.entries.filter(({ state }) => state === 'queued').length + Math.max(0, target.total - target.entries.length);
  const moving = target.entries.filter(({ state }) => state !== 'queued').length;
  return columns(width, [
    { text: '', width: 0 },
    { text: `${target.repo ?? target.repository_id} ${target.target}`, width: null, style: STRONG },
    { text: control.text, width: 10, style: control.style },
    { text: counted(target.lanes, 'lane'), width: 8, align: 'end', style: QUIET },
    { text: `${moving} under way, ${waiting} waiting`, width: 24, align: 'end', from: 60, style: QUIET },
  ]);
}

function entryLine(entry: WaitingEntryBody, place: number, { width, now }: RowContext): Line {
  const state = stateOf(entry.state);
  const lane = entry.wait?.lane;
  return columns(width, [
    { text: String(place), width: 4, align: 'end', style: QUIET },
    { text: state.text, width: 13, style: state.style },
    { text: lane === null || lane === undefined ? '' : `lane ${lane}`, width: 7, from: 70, style: QUIET },
    { text: firstLine(entry.summary), width: null },
    { text: entry.wait?.sentence ?? '', width: Math.max(20, Math.floor(width / 3)), from: 100, style: QUIET },
    { text: since(entry.submitted_at, now), width: 6, align: 'end', style: QUIET },
  ]);
}

function quarantinedLine(entry: QuarantinedBody, { width, now }: RowContext): Line {
  return columns(width, [
    { text: '', width: 0 },
    { text: '✗ set aside', width: 13, style: BAD },
    { text: firstLine(entry.summary), width: null },
    { text: whyAside(entry), width: Math.floor(width / 3), from: 60, style: QUIET },
    { text: since(entry.since, now), width: 6, align: 'end', style: QUIET },
  ]);
}

const TONES: Readonly<Record<Problem['tone'], { text: string; style: Style }>> = {
  alarm: { text: '▲', style: ALARM },
  bad: { text: '✗', style: BAD },
  warn: { text: '!', style: WARN },
};

function problemLine(problem: Problem, { width, now }: RowContext): Line {
  const tone = TONES[problem.tone];
  return columns(width, [
    { text: '', width: 0 },
    { text: tone.text, width: 1, style: tone.style },
    { text: problem.title, width: null },
    { text: problem.why, width: Math.floor(width / 2), from: 90, style: QUIET },
    { text: since(problem.since, now), width: 6, align: 'end', style: QUIET },
  ]);
}

type Asked = Extract<Row, { kind: 'question' | 'escalation' | 'review' }>;

function askedLine(item: Asked, { width, now }: RowContext): Line {
  const [word, text, time] =
    item.kind === 'question'
      ? ['? asks', `${item.agent}: ${firstLine(item.question)}`, left(item.expiresAt, now)]
      : item.kind === 'escalation'
        ? [item.state === 'failed' ? '✗ failed' : '? info', `#${item.number ?? ''} ${item.title}`, since(item.changedAt, now)]
        : ['◇ review', `${item.repository}#${item.number} ${item.title}`, since(item.askedAt, now)];
  return columns(width, [
    { text: '', width: 1 },
    { text: word, width: 8, style: word.startsWith('✗') ? BAD : WARN },
    { text, width: null },
    { text: time, width: 11, align: 'end', style: QUIET },
  ]);
}

export const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** A line across. */
export const ruleLine = (width: number): Line => lineOf(span('─'.repeat(Math.max(0, width)), QUIET));
