import type { ApprovalBody, ChangesBody, QuarantinedBody, RunBody, TargetBody, WaitingEntryBody } from './bodies.ts';
import { clock, count, counted, dollars, left, since } from './format.ts';
import { changedArgs } from './edit.ts';
import type { ApprovalDetail, Change, State } from './model.ts';
import type { Problem } from './problems.ts';
import { remembered } from './remembered.ts';
import { aboutRun, isLive, type Row } from './rows.ts';
import { ACCENT, BAD, GOOD, PLAIN, QUIET, STRONG, TITLE, WARN, type Style } from './style.ts';
import { row, span, wrap, type Line } from './text.ts';
import { logRows } from './view.log.ts';
import { riskOf, stateOf } from './view.row.ts';

/** Text in rows, one blank from the left. */
const paragraph = (text: string, width: number, style: Style = PLAIN, indent = 1): Line[] =>
  wrap(text, width - indent).map((part) => row(' '.repeat(indent), span(part, style)));

const BLANK: Line = [];

/** `name  value`, the value wrapped beside it. */
function fact(name: string, value: string, width: number, style: Style = PLAIN): Line[] {
  const NAME = 11;
  return wrap(value, width - NAME - 1).map((part, at) => row(span(` ${at === 0 ? name.padEnd(NAME) : ' '.repeat(NAME)}`, QUIET), span(part, style)));
}

/** Everything about one row. Rows that do not fit are scrolled to. */
export function detailLines(item: Row | null, state: State, width: number): Line[] {
  switch (item?.kind) {
    case 'approval':
      return approvalDetail(item.approval, state, width);
    case 'run':
      return runDetail(item.run, state, width);
    case 'entry':
      return entryDetail(item.entry, state, width);
    case 'quarantined':
      return quarantinedDetail(item.entry, state, width);
    case 'target':
      return targetDetail(item.target, width);
    case 'problem':
      return problemDetail(item.problem, state, width);
    case 'question':
      return [
        ...paragraph(`${item.agent} asks`, width, TITLE),
        ...paragraph(item.question, width),
        ...choiceLines(item.id, state, width),
        BLANK,
        ...fact('time', left(item.expiresAt, state.now), width),
        ...paragraph('r answers it.', width, QUIET),
      ];
    case 'escalation':
      return [...paragraph(`#${item.number ?? ''} ${item.title}`, width, TITLE), ...paragraph(item.reason ?? 'It needs a person to go on.', width)];
    case 'review':
      return paragraph(`Your review is asked for on ${item.repository}#${item.number}: ${item.title}`, width);
    default:
      return [];
  }
}

/** The answers that an agent offers, by their numbers. */
function choiceLines(id: string, { questions }: State, width: number): Line[] {
  const choices = questions.get(id)?.value?.choices ?? [];
  return choices.length === 0 ? [] : [BLANK, ...choices.flatMap((choice, at) => fact(String(at + 1), choice, width))];
}

function approvalDetail(approval: ApprovalBody, state: State, width: number): Line[] {
  if (state.prompt?.kind === 'modify' && state.prompt.approval.id === approval.id) return changeDetail(approval, state.prompt.change, width);
  const part = state.details.get(approval.id);
  const risk = riskOf(approval.risk);
  const more = part?.value ?? null;
  const votes = approval.votes.needed > 1 ? `${approval.votes.yes} of ${approval.votes.needed} said yes` : '';
  return [
    ...(state.prompt?.kind === 'unfit' && state.prompt.approval.id === approval.id ? paragraph(state.prompt.problem, width, BAD) : []),
    ...paragraph(approval.headline, width, TITLE),
    ...(approval.warning === null ? [] : paragraph(`It would be refused even after a yes. ${approval.warning}`, width, WARN)),
    ...(approval.you?.why_not ? paragraph(`You may not decide this. ${approval.you.why_not.reason}`, width, WARN) : []),
    ...fact('risk', `${risk.text}${votes === '' ? '' : ` · ${votes}`}`, width, risk.style),
    ...fact('asked by', approval.record.trigger_user ?? '-', width),
    ...fact('why', approval.why, width),
    ...fact('time', `${left(approval.expires_at, state.now)}, until ${approval.expires_at.slice(0, 16).replace('T', ' ')} UTC`, width),
    ...(approval.asked === null ? [] : fact('waits for', approval.asked, width)),
    ...(more === null ? cardLines(approval, part?.problem ?? null, width) : exactLines(more, width)),
    ...approval.notes.flatMap((note) => fact(note.kind, `${note.by}: ${note.text}`, width)),
    BLANK,
    ...fact('digest', approval.digest, width, QUIET),
  ];
}

/** What somebody wrote in the place of what was asked for, before it is sent. */
const changeDetail = (approval: ApprovalBody, { leaving, verdict }: Change, width: number): Line[] => [
  ...paragraph(`Changed: ${approval.headline}`, width, TITLE),
  ...paragraph(verdict, width, WARN),
  ...changedArgs(approval.record.args, leaving).flatMap(({ name, before, after }) => [
    BLANK,
    row(span(` ${name}`, STRONG)),
    ...(before === null ? [] : signed('-', before, width, BAD)),
    ...(after === null ? [] : signed('+', after, width, GOOD)),
  ]),
  BLANK,
  ...paragraph('It gets a digest of its own, and is decided anew.', width, QUIET),
];

/** Before its parts were read: the text for people. */
const cardLines = (approval: ApprovalBody, problem: string | null, width: number): Line[] => [
  BLANK,
  ...(problem === null ? [] : paragraph(problem, width, WARN)),
  ...paragraph(approval.card, width),
];

/** Exactly what would be sent, then what it would change. */
const exactLines = remembered(({ detail, changes }: ApprovalDetail, width: number): Line[] => {
  const parts = detail.parts.flatMap((part) => [
    BLANK,
    row(span(` ${part.label}`, STRONG), span(part.only_shown ? ' (shown to you, sent nowhere)' : '', QUIET)),
    ...(part.hidden === 0 ? [] : paragraph(`${counted(part.hidden, 'hidden character')}, shown as escapes`, width, WARN)),
    ...(part.before === null ? paragraph(part.text, width, PLAIN, 2) : replaced(part.before, part.text, width)),
  ]);
  const changed = typeof changes === 'string' ? paragraph(`What it changes could not be read. ${changes}`, width, WARN) : changeLines(changes, width);
  return [...parts, ...changed, BLANK, ...fact('undo', detail.undo.sentence, width)];
});

/** A text in the place of another: the signs say which is which where colours do not. */
const replaced = (before: string, after: string, width: number): Line[] => [...signed('-', before, width, BAD), ...signed('+', after, width, GOOD)];

const signed = (sign: string, text: string, width: number, style: Style): Line[] =>
  wrap(text, width - 4).map((part) => row(span(`  ${sign} ${part}`, style)));

function changeLines(changes: ChangesBody, width: number): Line[] {
  if (changes.unavailable !== null) return [BLANK, ...paragraph(changes.unavailable, width, QUIET)];
  const head = `${counted(changes.files, 'file')} changed, +${changes.added} −${changes.deleted}${changes.onto === null ? '' : `, onto ${changes.onto}`}`;
  return [
    BLANK,
    row(span(` ${head}`, STRONG)),
    ...changes.items.flatMap((file) => [
      row(span(` ${file.status} ${file.path}`, ACCENT), span(`  +${file.added ?? '-'} −${file.deleted ?? '-'}`, QUIET)),
      ...file.hunks.split('\n').flatMap((text) => (text === '' ? [] : hunkLine(text, width))),
      ...(file.cut ? paragraph('More of this file is not shown here: open it in the browser (o).', width, QUIET, 2) : []),
    ]),
    ...(changes.next_cursor === null ? [] : paragraph('More files are not shown here: open it in the browser (o).', width, QUIET)),
  ];
}

/** A line of a diff; where it goes on in a second row, that row is set in. */
const hunkLine = (text: string, width: number): Line[] =>
  wrap(text, width - 4).map((part, at) => row(at === 0 ? '  ' : '    ', span(part, hunkStyle(text))));

const hunkStyle = (text: string): Style => (text.startsWith('+') ? GOOD : text.startsWith('-') ? BAD : text.startsWith('@@') ? ACCENT : PLAIN);

/** One line about the run, then its log to the end. */
function runDetail(run: RunBody, whole: State, width: number): Line[] {
  const { log, now } = whole;
  const state = stateOf(run.state);
  const tokens = `${count(run.usage.input_tokens)} in, ${count(run.usage.output_tokens)} out, ${dollars(run.usage.cost_micros)}`;
  const head: Line[] = [
    row(span(` ${aboutRun(run)}`, TITLE)),
    row(
      span(` ${state.text}`, state.style),
      span(` · ${run.agent} as ${run.role}, try ${run.attempt} · ${run.repository ?? ''} ${run.target} · ${tokens}`, QUIET),
    ),
    ...sandboxLines(run, width),
    ...(run.stop_requested_by === null || !isLive(run) ? [] : paragraph(`${run.stop_requested_by} asked it to stop.`, width, WARN)),
    ...(run.question_id === null ? [] : questionLines(run.question_id, whole, width)),
    ...(run.detail === null ? [] : paragraph(run.detail, width, run.state === 'failed' ? BAD : PLAIN)),
  ];
  if (log === null || log.runId !== run.id) return [...head, ...paragraph('Reading the log…', width, QUIET)];
  if (log.lines.length === 0) return [...head, ...paragraph(log.problem ?? 'It has said nothing yet.', width, QUIET)];
  const quiet = isLive(run) && run.last_heard_at !== null && now - Date.parse(run.last_heard_at) > 60_000;
  return [
    ...head,
    ...logRows(log.lines, width),
    ...(log.problem === null ? [] : paragraph(log.problem, width, WARN)),
    ...(quiet ? paragraph(`Nothing has been heard of it for ${since(run.last_heard_at, now)}.`, width, WARN) : []),
  ];
}

/** Two things: whether it is shut in, and whether the network is open to it. */
function sandboxLines(run: RunBody, width: number): Line[] {
  const verb = isLive(run) ? 'runs' : 'ran';
  if (run.sandbox === 'none') return paragraph(`It ${verb} without a sandbox, with the network open.`, width, WARN);
  return paragraph(`It ${verb} in a sandbox (${run.sandbox}), the network ${run.sealed ? 'sealed' : 'open'}.`, width, run.sealed ? QUIET : PLAIN);
}

/** What a run waits for an answer to. */
function questionLines(id: string, state: State, width: number): Line[] {
  const question = state.questions.get(id)?.value ?? null;
  return question === null
    ? paragraph('It asks a question: r answers it.', width, WARN)
    : [...paragraph(`It asks: ${question.question}`, width, WARN), ...choiceLines(id, state, width), ...paragraph('r answers it.', width, QUIET)];
}

function entryDetail(entry: WaitingEntryBody, { now }: State, width: number): Line[] {
  const state = stateOf(entry.state);
  return [
    ...paragraph(entry.summary, width, TITLE),
    ...fact(
      'state',
      `${state.text}${entry.rung === null ? '' : `, ${entry.rung}`}${entry.retries === 0 ? '' : `, ${counted(entry.retries, 'retry', 'retries')}`}`,
      width,
      state.style,
    ),
    ...(entry.wait === null ? [] : fact('waits', entry.wait.sentence, width)),
    ...(entry.wait?.expected_at ? fact('expected', `${clock(Date.parse(entry.wait.expected_at))} UTC`, width) : []),
    ...(entry.last_error === null ? [] : fact('last error', entry.last_error, width, BAD)),
    ...fact('from', `${entry.submitted_by}, ${since(entry.submitted_at, now)} ago, try ${entry.attempt} of ${entry.task_id}`, width),
    ...entry.notes.flatMap((note) => fact('note', note, width)),
    ...entry.files.map((file) => row(span(`   ${file.path}`), span(`  +${file.added ?? '-'} −${file.deleted ?? '-'}`, QUIET))),
    BLANK,
    ...fact('id', entry.id, width, QUIET),
  ];
}

function quarantinedDetail(entry: QuarantinedBody, { now }: State, width: number): Line[] {
  return [
    ...paragraph(entry.summary, width, TITLE),
    ...fact('set aside', `${since(entry.since, now)} ago, from ${entry.repo ?? ''} ${entry.target}`, width),
    ...fact('why', entry.reason ?? entry.kind.replaceAll('_', ' '), width, BAD),
    ...entry.names.map((name) => row(span(`   ${name}`))),
    BLANK,
    ...paragraph(`Decide it in the browser (o), or: reeve queue show ${entry.id}`, width, QUIET),
  ];
}

function targetDetail(target: TargetBody, width: number): Line[] {
  const by = `${target.control_by ?? ''}${target.control_reason ? `: ${target.control_reason}` : ''}`;
  return [
    ...paragraph(`${target.repo ?? target.repository_id} ${target.target}`, width, TITLE),
    ...(target.control === 'running' ? [] : fact(target.control, by, width, WARN)),
    ...fact('lanes', String(target.lanes), width),
    ...fact('checks', target.verify_ms === null ? 'not measured yet' : `about ${Math.round(target.verify_ms / 1000)} s`, width),
    ...fact('waiting', counted(target.total, 'change request'), width),
  ];
}

function problemDetail(problem: Problem, { now }: State, width: number): Line[] {
  return [
    ...paragraph(problem.title, width, TITLE),
    ...paragraph(problem.why, width),
    ...(problem.since === null ? [] : fact('since', `${since(problem.since, now)}`, width)),
    BLANK,
    ...paragraph(problem.leads === null ? 'o shows it in the browser.' : 'Enter shows it here, o in the browser.', width, QUIET),
  ];
}
