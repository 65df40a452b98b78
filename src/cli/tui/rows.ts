import type { ApprovalBody, QuarantinedBody, RunBody, TargetBody, WaitingEntryBody } from './bodies.ts';
import type { State, View } from './model.ts';
import { problemsOf, type Problem } from './problems.ts';

/** One thing a list shows. Headings cannot be chosen. */
export type Row =
  | { kind: 'heading'; id: string; title: string; count: string }
  | { kind: 'note'; id: string; text: string }
  | { kind: 'approval'; id: string; approval: ApprovalBody }
  | { kind: 'question'; id: string; runId: string; agent: string; question: string; expiresAt: string }
  | { kind: 'escalation'; id: string; number: number | null; title: string; state: string; reason: string | null; changedAt: string }
  | { kind: 'review'; id: string; repository: string; number: number; title: string; askedAt: string }
  | { kind: 'run'; id: string; run: RunBody }
  | { kind: 'target'; id: string; target: TargetBody }
  | { kind: 'entry'; id: string; entry: WaitingEntryBody; place: number }
  | { kind: 'quarantined'; id: string; entry: QuarantinedBody }
  | { kind: 'problem'; id: string; problem: Problem };

export const mayChoose = (row: Row): boolean => row.kind !== 'heading' && row.kind !== 'note';

/** Rows of one list that are read; a terminal shows a few dozen. */
export const MOST_SHOWN = 200;

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'handed_back']);
export const isLive = (run: Pick<RunBody, 'state'>): boolean => !ENDED.has(run.state);

export function aboutRun(run: RunBody): string {
  const number = run.issue_number === null ? '' : `#${run.issue_number} `;
  return `${number}${run.task_title ?? run.issue_title ?? run.id}`;
}

/** What a view lists, what the filter leaves out left out. */
export function rowsOf(state: State, view: View = state.view): Row[] {
  const rows = LISTS[view](state);
  const wanted = state.filter.trim().toLowerCase();
  if (wanted === '') return rows;
  const words = wanted.split(/\s+/);
  // That there is more than was read is said all the same; that there is nothing is not so.
  const isKept = (row: Row): boolean =>
    row.kind === 'note' ? row.id === 'more' : row.kind === 'heading' || words.every((word) => haystack(row).includes(word));
  const kept = rows.filter(isKept);
  // A heading without anything under it says nothing.
  return kept.filter((row, at) => row.kind !== 'heading' || (kept[at + 1] !== undefined && kept[at + 1]?.kind !== 'heading'));
}

const LISTS: Readonly<Record<View, (state: State) => Row[]>> = {
  overview: overviewRows,
  runs: ({ snapshot }) => (snapshot.runs.value ?? []).map((run): Row => ({ kind: 'run', id: run.id, run })),
  queue: queueRows,
  approvals: approvalRows,
  problems: (state) => problemsOf(state).map((problem) => ({ kind: 'problem', id: problem.id, problem })),
};

const REASONS: Readonly<Record<string, string>> = {
  conflict: 'conflicts with what landed',
  checks_failed: 'checks fail',
  effect_lost: 'a part would be lost',
  publish_refused: 'the branch refused it',
  retries_exhausted: 'tried often enough',
};

/** Why it was set aside, in a few words. */
export const whyAside = ({ kind, names }: QuarantinedBody): string => `${REASONS[kind] ?? kind}${names[0] === undefined ? '' : `: ${names[0]}`}`;

/** What the screen shows of a row, as words; what it does not show, such as ids and digests, finds nothing. */
function shownOf(row: Row): ReadonlyArray<string | null> {
  switch (row.kind) {
    case 'approval':
      return [row.approval.risk, row.approval.headline, row.approval.record.trigger_user];
    case 'question':
      return ['asks', row.agent, row.question];
    case 'escalation':
      return [row.state === 'failed' ? 'failed' : 'info', `#${row.number ?? ''}`, row.title];
    case 'review':
      return ['review', `${row.repository}#${row.number}`, row.title];
    case 'run': {
      const { question_id: question, state, agent, role, progress } = row.run;
      return [
        question === null ? state.replaceAll('_', ' ') : 'asks you',
        agent,
        role,
        aboutRun(row.run),
        isLive(row.run) ? (progress?.message ?? null) : null,
      ];
    }
    case 'target':
      return [row.target.repo ?? row.target.repository_id, row.target.target, row.target.control === 'running' ? null : row.target.control];
    case 'entry':
      return [row.entry.state, row.entry.summary, row.entry.wait?.sentence ?? null];
    case 'quarantined':
      return ['set aside', row.entry.summary, whyAside(row.entry)];
    case 'problem':
      return [row.problem.title, row.problem.why];
    default:
      return [];
  }
}

const haystack = (row: Row): string => shownOf(row).join(' ').toLowerCase();

const HOUR_MS = 60 * 60_000;
const byExpiry = (a: string, b: string): number => Date.parse(a) - Date.parse(b);

/** What needs a person: what runs out first on top, then approvals by risk, then what has no end. */
function needsOf({ snapshot, now }: State): Row[][] {
  const { home, approvals } = snapshot;
  const mine = (approvals.value ?? []).filter((approval) => approval.you?.may_decide === true && !approval.you.voted);
  const isUrgent = ({ expires_at: at }: ApprovalBody): boolean => Date.parse(at) - now <= HOUR_MS;
  const toRow = (approval: ApprovalBody): Row => ({ kind: 'approval', id: approval.id, approval });
  const questions = (home.value?.questions.items ?? []).map(({ id, job_id: runId, agent, question, expires_at: expiresAt }) => ({
    expiresAt,
    row: { kind: 'question', id, runId, agent, question, expiresAt } satisfies Row as Row,
  }));
  const soon = mine.filter(isUrgent).map((approval) => ({ expiresAt: approval.expires_at, row: toRow(approval) }));
  return [
    [...questions, ...soon].toSorted((a, b) => byExpiry(a.expiresAt, b.expiresAt)).map(({ row }) => row),
    mine.filter((approval) => !isUrgent(approval)).map(toRow),
    (home.value?.escalations.items ?? []).map(({ changed_at: changedAt, ...issue }): Row => ({ kind: 'escalation', ...issue, changedAt })),
    (home.value?.reviews.items ?? []).map(({ pull_id: id, repository, number, title, asked_at: askedAt }): Row => ({
      kind: 'review',
      id,
      repository,
      number,
      title,
      askedAt,
    })),
  ];
}

/** How many there are, which is more than are read of some of them. */
function needsCount({ snapshot }: State, read: number): string {
  const { home, approvals } = snapshot;
  if (home.value === null) return `${read}${(approvals.value?.length ?? 0) < MOST_SHOWN ? '' : '+'}`;
  const groups = [home.value.approvals, home.value.questions, home.value.escalations, home.value.reviews];
  // A list that is whole is as new as its rows; the figure beside it may not be.
  if ((approvals.value?.length ?? MOST_SHOWN) < MOST_SHOWN && groups.slice(1).every(({ count, items, more }) => count === items.length && !more))
    return String(read);
  return `${groups.reduce((sum, { count }) => sum + count, 0)}${groups.some(({ more }) => more) ? '+' : ''}`;
}

/** Rows that each group gets where there is room for so many only: one after the other, until none is left. */
function sharesOf(lengths: readonly number[], room: number): number[] {
  const shares = lengths.map(() => 0);
  for (let left = room; left > 0;) {
    const before = left;
    for (const [at, length] of lengths.entries())
      if (left > 0 && (shares[at] ?? 0) < length) {
        shares[at] = (shares[at] ?? 0) + 1;
        left -= 1;
      }
    if (left === before) break;
  }
  return shares;
}

/** Of what needs somebody, so many rows are shown at least, however small the screen. */
const LEAST_NEEDS = 4;
/** Agents at work that stay on the screen below what needs somebody. */
const MOST_BESIDE = 5;
/** From so many rows on there are lines above and below the list, and the block about health and money. */
export const RULES_FROM = 16;

function overviewRows(state: State): Row[] {
  const { home, runs } = state.snapshot;
  const groups = needsOf(state);
  const read = groups.flat().length;
  const live = (runs.value ?? []).filter(isLive).map((run): Row => ({ kind: 'run', id: run.id, run }));
  // A filter searches all of them, and what is open is open whatever its place.
  const isWhole = state.filter !== '' || state.opened;
  const around = state.size.rows < RULES_FROM ? 2 : 7;
  const beside = 3 + Math.min(Math.max(1, live.length), MOST_BESIDE);
  const shares = sharesOf(
    groups.map(({ length }) => length),
    isWhole ? read : Math.max(LEAST_NEEDS, state.size.rows - around - beside),
  );
  const needs = groups.flatMap((rows, group) => rows.filter(({ id }, at) => at < (shares[group] ?? 0) || id === state.chosen.overview));
  const count = needsCount(state, read);
  const hidden = Number.parseInt(count, 10) - needs.length;
  return [
    { kind: 'heading', id: 'needs', title: 'Needs you', count },
    ...(needs.length === 0 && home.value !== null ? [{ kind: 'note', id: 'no-needs', text: 'Nothing waits for you.' } as const] : needs),
    ...(hidden <= 0 ? [] : [{ kind: 'note', id: 'more-needs', text: `${hidden} more: see Approvals and Problems` } as const]),
    { kind: 'heading', id: 'live', title: 'Agents at work', count: amountShown(live.length) },
    ...(live.length === 0 && runs.value !== null ? [{ kind: 'note', id: 'no-live', text: 'No agent works at the moment.' } as const] : live),
    ...laneRows(state),
  ];
}

/** An amount that was counted on a page which ends at `MOST_SHOWN`. */
export const amountShown = (amount: number): string => (amount < MOST_SHOWN ? String(amount) : `${MOST_SHOWN}+`);

function approvalRows({ snapshot }: State): Row[] {
  const shown = (snapshot.approvals.value ?? []).map((approval): Row => ({ kind: 'approval', id: approval.id, approval }));
  if (shown.length < MOST_SHOWN) return shown;
  const more = (snapshot.home.value?.approvals.all ?? 0) - shown.length;
  const text = more > 0 ? `${more} more wait than are shown here: reeve approvals` : 'More may wait than are shown here: reeve approvals';
  return [...shown, { kind: 'note', id: 'more', text }];
}

/** The approval that a person looks at or is asked about; null: none. */
export function lookedAt(state: State): string | null {
  const { prompt } = state;
  if (prompt?.kind === 'modify' || prompt?.kind === 'unfit') return prompt.approval.id;
  if (prompt?.kind === 'note') return prompt.id;
  if (prompt?.kind === 'decide' && prompt.chosen.length === 1) return prompt.chosen[0]?.id ?? null;
  const row = state.opened ? chosenRow(state) : null;
  return row?.kind === 'approval' ? row.id : null;
}

function laneRows({ snapshot }: State): Row[] {
  const targets = snapshot.queue.value?.targets ?? [];
  if (targets.length === 0) return [];
  return [{ kind: 'heading', id: 'lanes', title: 'Lanes', count: String(targets.length) }, ...targets.map(targetRow)];
}

const targetRow = (target: TargetBody): Row => ({ kind: 'target', id: `${target.repository_id} ${target.target}`, target });

function queueRows({ snapshot }: State): Row[] {
  const { queue, quarantined } = snapshot;
  const aside = (quarantined.value ?? []).filter((entry) => entry.superseded_by === null);
  return [
    ...(queue.value?.targets ?? []).flatMap((target) => [
      targetRow(target),
      ...target.entries.map((entry, at): Row => ({ kind: 'entry', id: entry.id, entry, place: at + 1 })),
    ]),
    ...(aside.length === 0 ? [] : [{ kind: 'heading', id: 'quarantine', title: 'Quarantine', count: amountShown(aside.length) } as const]),
    ...aside.map((entry): Row => ({ kind: 'quarantined', id: entry.id, entry })),
  ];
}

/** The row that is chosen: the one of that id, or the first that can be. */
export function chosenRow(state: State, rows: readonly Row[] = rowsOf(state)): Row | null {
  const wanted = state.chosen[state.view];
  return rows.find((row) => row.id === wanted && mayChoose(row)) ?? rows.find(mayChoose) ?? null;
}
