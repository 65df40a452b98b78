import { describeFailedChecks, type EndedCheck } from '#kernel/failing-lines.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { JournalRow, QueueEntry } from './model.ts';

/** Where a change request came from, as the modules above the queue know it. Null members: not known, or not applicable. */
export interface EntryOrigin {
  issue: {
    id: string;
    number: number | null;
    title: string;
    source: string;
    url: string | null;
    requested_by: string | null;
    requested_at: string;
  } | null;
  plan: { id: string; version: number; planner: string; approval: Decision | null; made_at: string } | null;
  task: { id: string; key: string; title: string; role: string; assignee: string | null } | null;
  run: {
    id: string;
    agent: string;
    started_at: string | null;
    ended_at: string | null;
    checks: Array<{ name: string; exit_code: number | null }>;
  } | null;
  /** The action that published it. */
  publication: ({ action_id: string; kind: string } & Decision) | null;
}

/** Who allowed something. `by` null: the policy alone. */
export interface Decision {
  status: string;
  by: string | null;
  at: string | null;
  reason: string | null;
}

/** What people are told of a landing, derived from rows that do not change any more. */
export interface EntrySummary {
  change_request_id: string;
  state: EntryState;
  /** One line. */
  headline: string;
  what: { summary: string; files: number; added: number; deleted: number; paths: string[]; notes: string[] };
  why: { issue: EntryOrigin['issue']; plan: EntryOrigin['plan']; task: EntryOrigin['task']; depends_on: string[]; reverts: string | null };
  who: { submitted_by: string; agent: string | null; approved_by: string[]; resolved_by: string | null };
  checks: Array<{ name: string; command: string | null; exit_code: number | null; by: 'queue' | 'submitter' }>;
  verified_tree: string | null;
  landed: { target: string; commit: string; tree: string; rung: string | null; at: string; seconds: number } | null;
  retries: number;
  /** Since it landed: taken back by, or put back by. */
  rolled_back_by: string[];
}

const MOST_PATHS = 100;

/** Pure: an entry, its journal and its origin in, what people read out. */
export function summarise(
  entry: QueueEntry,
  journal: readonly JournalRow[],
  facts: { origin: EntryOrigin; rolledBackBy: readonly string[] },
): EntrySummary {
  const { origin } = facts;
  const { document, effect } = entry;
  return {
    change_request_id: entry.id,
    state: entry.state,
    headline: headlineOf(entry),
    what: {
      summary: document.summary,
      files: effect.length,
      added: effect.reduce((sum, { added }) => sum + (added ?? 0), 0),
      deleted: effect.reduce((sum, { deleted }) => sum + (deleted ?? 0), 0),
      paths: effect.slice(0, MOST_PATHS).map(({ path }) => path.toWellFormed()),
      notes: entry.notes,
    },
    why: { issue: origin.issue, plan: origin.plan, task: origin.task, depends_on: document.intent.depends_on, reverts: document.intent.reverts },
    who: {
      submitted_by: entry.submittedBy,
      agent: origin.run?.agent ?? null,
      approved_by: approversOf(origin),
      resolved_by: entry.resolution?.by ?? null,
    },
    checks: checksOf(entry, journal),
    verified_tree: entry.verifiedTree,
    landed: landedOf(entry),
    retries: entry.retries,
    rolled_back_by: [...facts.rolledBackBy],
  };
}

function headlineOf(entry: QueueEntry): string {
  const subject = entry.document.summary.split('\n')[0] ?? '';
  if (entry.state !== 'landed') return `${subject}: ${entry.state.replace('_', ' ')}`;
  return `${subject}: landed on ${entry.target} as ${(entry.landedCommit ?? '').slice(0, 10)} (${entry.rung ?? '-'})`;
}

function approversOf({ plan, publication }: EntryOrigin): string[] {
  const people = [plan?.approval?.by, publication?.by].filter((by): by is string => typeof by === 'string');
  return [...new Set(people)];
}

function landedOf(entry: QueueEntry): EntrySummary['landed'] {
  const { landedCommit: commit, landedTree: tree, landedAt: at } = entry;
  if (entry.state !== 'landed' || commit === null || tree === null || at === null) return null;
  const seconds = Math.max(0, Math.round((at.getTime() - entry.submittedAt.getTime()) / 1000));
  return { target: entry.target, commit, tree, rung: entry.rung, at: at.toISOString(), seconds };
}

/** The queue's own run of the checks is what counts; what the submitter says it ran stands beside it. */
function checksOf(entry: QueueEntry, journal: readonly JournalRow[]): EntrySummary['checks'] {
  const verified = journal.findLast((row) => row.event === 'verified' && Array.isArray(row.detail['checks']));
  const failed = entry.quarantine?.kind === 'checks_failed' ? entry.quarantine.checks : [];
  const own = [...list(verified?.detail['checks']).map(toCheck), ...failed.map(({ name, command, exit_code }) => ({ name, command, exit_code }))];
  return [
    ...own.map((check) => ({ ...check, by: 'queue' as const })),
    ...entry.document.checks.map(({ name, command, exit_code }) => ({ name, command, exit_code, by: 'submitter' as const })),
  ];
}

const list = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((one): one is JsonObject => typeof one === 'object' && one !== null && !Array.isArray(one)) : [];

function toCheck(value: JsonObject): { name: string; command: string | null; exit_code: number | null } {
  const { name, command, exit_code: code } = value;
  return {
    name: typeof name === 'string' ? name : '',
    command: typeof command === 'string' ? command : null,
    exit_code: typeof code === 'number' ? code : null,
  };
}

const toEndedCheck = (value: JsonObject): EndedCheck => ({ ...toCheck(value), output: typeof value['output'] === 'string' ? value['output'] : '' });

/** One line of the way from a request to a commit. */
export interface TimelineRow {
  at: string;
  event: string;
  actor: string;
  /** A sentence. */
  detail: string;
}

/** The way of a change from the request to the commit, oldest first. */
export function timelineOf(journal: readonly JournalRow[], origin: EntryOrigin): TimelineRow[] {
  const { issue, plan, run, publication } = origin;
  const rows: Array<Omit<TimelineRow, 'at'> & { at: string | null }> = [];
  if (issue !== null) {
    const number = issue.number === null ? '' : `#${issue.number} `;
    rows.push({ at: issue.requested_at, event: 'requested', actor: issue.requested_by ?? issue.source, detail: `${number}${issue.title}` });
  }
  if (plan !== null) rows.push({ at: plan.made_at, event: 'planned', actor: plan.planner, detail: `plan ${plan.id}, version ${plan.version}` });
  if (plan !== null && plan.approval !== null) rows.push(decided('plan', plan.approval));
  if (run !== null) {
    rows.push({ at: run.started_at, event: 'run.started', actor: run.agent, detail: run.id });
    rows.push({ at: run.ended_at, event: 'run.ended', actor: run.agent, detail: run.id });
  }
  if (publication !== null) rows.push(decided(publication.kind, publication));
  rows.push(...journal.map((row) => ({ at: row.at.toISOString(), event: row.event, actor: row.actor, detail: sentenceOf(row) })));
  // Stable, so that rows of one instant keep the order of the story.
  return rows.filter((row): row is TimelineRow => row.at !== null).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const decided = (what: string, { status, by, at, reason }: Decision) => ({
  at,
  event: `${what}.${status}`,
  actor: by ?? 'policy',
  detail: reason ?? '',
});

function sentenceOf({ event, detail }: JournalRow): string {
  const text = (name: string): string => {
    const value = detail[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const short = (name: string): string => text(name).slice(0, 10);
  switch (event) {
    case 'submitted':
      return `made on ${short('base')}`;
    case 'merged':
      return `onto ${short('head')} by ${text('rung')}`;
    case 'verified':
      return `tree ${short('tree')} passed${detail['again'] === false ? ' before' : ''}: ${
        list(detail['checks'])
          .map((check) => toCheck(check).name)
          .join(', ') || 'no checks'
      }`;
    case 'landed':
      return `commit ${short('commit')} by ${text('rung')}`;
    case 'reverted':
      return `taken back by ${short('commit')}`;
    case 'quarantined':
      return reasonOf(detail['reason']);
    case 'resolved':
      return `as ${text('superseded_by')}`;
    default:
      return text('reason') || text('error');
  }
}

function reasonOf(reason: JsonValue | undefined): string {
  if (typeof reason !== 'object' || reason === null || Array.isArray(reason)) return '';
  const { kind, detail, conflicts, checks } = reason;
  const paths = list(conflicts).map((conflict) => (typeof conflict['path'] === 'string' ? conflict['path'] : ''));
  const failed = describeFailedChecks(list(checks).map(toEndedCheck));
  return [typeof kind === 'string' ? kind.replace('_', ' ') : '', typeof detail === 'string' ? detail : failed || paths.join(', ')]
    .filter((part) => part !== '')
    .join(': ');
}
