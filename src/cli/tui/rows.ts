import type { ApprovalBody, QuarantinedBody, RunBody, TargetBody, WaitingEntryBody } from './bodies.ts';
import type { State, View } from './model.ts';
import { problemsOf, type Problem } from './problems.ts';

/** One thing a list shows. Headings cannot be chosen. */
export type Row =
  | { kind: 'heading'; id: string; title: string; count: number | null }
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

/** What a view lists, what the filter leaves out left out. */
export function rowsOf(state: State, view: View = state.view): Row[] {
  const rows = LISTS[view](state);
  const wanted = state.filter.trim().toLowerCase();
  if (wanted === '') return rows;
  const words = wanted.split(/\s+/);
  const kept = rows.filter((row) => !mayChoose(row) || words.every((word) => haystack(row).includes(word)));
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

const haystacks = new WeakMap<object, string>();

/** Everything one could type to find it. Rows are made anew for each screen, what they are about stays the same. */
function haystack(row: Row): string {
  const about = 'approval' in row ? row.approval : 'run' in row ? row.run : 'entry' in row ? row.entry : 'target' in row ? row.target : null;
  if (about === null) return JSON.stringify(row).toLowerCase();
  const before = haystacks.get(about);
  if (before !== undefined) return before;
  const text = JSON.stringify(about).toLowerCase();
  haystacks.set(about, text);
  return text;
}

function overviewRows(state: State): Row[] {
  const { home, approvals, runs } = state.snapshot;
  const mine = (approvals.value ?? []).filter((approval) => approval.you?.may_decide === true && !approval.you.voted);
  const needs: Row[] = [
    ...mine.map((approval): Row => ({ kind: 'approval', id: approval.id, approval })),
    ...(home.value?.questions.items ?? []).map(({ id, job_id: runId, agent, question, expires_at: expiresAt }): Row => ({
      kind: 'question',
      id,
      runId,
      agent,
      question,
      expiresAt,
    })),
    ...(home.value?.escalations.items ?? []).map(({ changed_at: changedAt, ...issue }): Row => ({ kind: 'escalation', ...issue, changedAt })),
    ...(home.value?.reviews.items ?? []).map(({ pull_id: id, repository, number, title, asked_at: askedAt }): Row => ({
      kind: 'review',
      id,
      repository,
      number,
      title,
      askedAt,
    })),
  ];
  const live = (runs.value ?? []).filter(isLive).map((run): Row => ({ kind: 'run', id: run.id, run }));
  return [
    { kind: 'heading', id: 'needs', title: 'Needs you', count: needs.length },
    ...(needs.length === 0 && home.value !== null ? [{ kind: 'note', id: 'no-needs', text: 'Nothing waits for you.' } as const] : needs),
    { kind: 'heading', id: 'live', title: 'Agents at work', count: live.length },
    ...(live.length === 0 && runs.value !== null ? [{ kind: 'note', id: 'no-live', text: 'No agent works at the moment.' } as const] : live),
    ...laneRows(state),
  ];
}

function approvalRows({ snapshot }: State): Row[] {
  const shown = (snapshot.approvals.value ?? []).map((approval): Row => ({ kind: 'approval', id: approval.id, approval }));
  if (shown.length < MOST_SHOWN) return shown;
  return [...shown, { kind: 'note', id: 'more', text: 'More may wait than are shown here: reeve approvals' }];
}

function laneRows({ snapshot }: State): Row[] {
  const targets = snapshot.queue.value?.targets ?? [];
  if (targets.length === 0) return [];
  return [{ kind: 'heading', id: 'lanes', title: 'Lanes', count: targets.length }, ...targets.map(targetRow)];
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
    ...(aside.length === 0 ? [] : [{ kind: 'heading', id: 'quarantine', title: 'Quarantine', count: aside.length } as const]),
    ...aside.map((entry): Row => ({ kind: 'quarantined', id: entry.id, entry })),
  ];
}

/** The row that is chosen: the one of that id, or the first that can be. */
export function chosenRow(state: State, rows: readonly Row[] = rowsOf(state)): Row | null {
  const wanted = state.chosen[state.view];
  return rows.find((row) => row.id === wanted && mayChoose(row)) ?? rows.find(mayChoose) ?? null;
}
