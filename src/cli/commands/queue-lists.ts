import { Option, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { instant, wholeNumber } from './queue-options.ts';

interface ListedBody {
  id: string;
  target: string;
  repo: string | null;
  summary: string;
  rung: string | null;
  submitted_by: string;
  issue: { number: number | null; title: string } | null;
  run: { agent: string } | null;
}
interface LandingBody extends ListedBody {
  event: string;
  at: string;
  commit: string;
  rollbacks: Array<{ id: string; outcome: string }>;
  lost: boolean;
}
interface QuarantinedBody extends ListedBody {
  kind: string;
  names: string[];
  since: string;
  superseded_by: string | null;
}
interface RollbackBody {
  id: string;
  kind: string;
  target: string;
  outcome: string;
  change_requests: string[];
  action_id: string | null;
  requested_by: string;
  created_at: string;
  reason: string;
}
interface TargetBody {
  repo: string | null;
  target: string;
  control: string;
  waiting: number;
  quarantined: number;
  landed: number;
  active_at: string;
}
interface FiguresBody {
  from: string;
  submitted: number;
  ended: number;
  landed: number;
  quarantined: number;
  dropped: number;
  success_share: number | null;
  conflicts: number;
  conflict_share: number | null;
  to_land: { p50_s: number | null; p90_s: number | null; p99_s: number | null };
  by_rung: Array<{ rung: string | null; count: number }>;
  verifications: { passed: number; failed: number; infrastructure: number; p50_ms: number | null };
}
interface DiffBody {
  text: string;
  truncated: boolean;
  files: Array<{ path: string; added: number | null; deleted: number | null }>;
}

interface PlaceOptions {
  target?: string;
  repo?: string;
  project?: string;
  limit: number;
  /** These of `landed` alone. */
  from?: string;
  to?: string;
  event?: string;
}

/** `reeve queue landed`, `quarantined`, `rollbacks`, `targets`, `figures` and `diff`. */
export function addQueueListCommands(queue: Command, context: CliContext): void {
  const { terminal, format, api } = context;

  const list = <Body>(name: string, description: string, path: string, heads: readonly string[], row: (item: Body) => Cell[]): Command =>
    queue
      .command(name)
      .description(description)
      .option('--target <branch>', 'of one target')
      .option('--repo <name>', 'of one repository')
      .option('--project <key>', 'of one project')
      .option('--limit <number>', 'at most so many', wholeNumber(1, 200), 50)
      .action(async ({ repo, ...filter }: PlaceOptions) => {
        const page = await (await api()).get<{ items: Body[]; next_cursor: string | null }>(path, { ...filter, repository: repo });
        const more = page.next_cursor === null ? '' : `\nThere are more; --limit shows up to 200.`;
        show(terminal, format(), page, () => `${table([...heads], page.items.map(row))}${more}`);
      });

  list<LandingBody>('landed', 'what landed, newest first, and what became of it', '/v1/queue/landings', LANDED, landingRow)
    .option('--from <instant>', 'then or later: a day (2026-11-21), or with its time, UTC without a zone', instant)
    .option('--to <instant>', 'before then', instant)
    .addOption(
      new Option('--event <event>', 'only landings that stand, or only those that the queue took back by itself').choices(['landed', 'reverted']),
    );
  list<QuarantinedBody>('quarantined', 'what was set aside and waits for a person', '/v1/queue/quarantine', QUARANTINED, quarantinedRow);
  list<RollbackBody>('rollbacks', 'confirmed rollbacks with what became of each', '/v1/queue/rollbacks', ROLLBACKS, rollbackRow);
  list<TargetBody>('targets', 'branches something was submitted to, the last active first', '/v1/queue/targets', TARGETS, targetRow);
  addFiguresCommand(queue, context);
  addDiffCommand(queue, context);
}

type Cell = string | number | null;

const LANDED = ['ID', 'AT', 'TARGET', 'COMMIT', 'RUNG', 'BY', 'SINCE THEN', 'SUMMARY'];
const landingRow = (item: LandingBody): Cell[] => [
  item.id,
  item.at,
  item.target,
  item.commit.slice(0, 10),
  item.rung,
  authorOf(item),
  item.event === 'reverted' ? 'taken back by the queue' : item.lost ? 'LOST' : (item.rollbacks[0]?.outcome ?? '-'),
  item.summary,
];

const QUARANTINED = ['ID', 'SINCE', 'TARGET', 'REASON', 'ABOUT', 'BY', 'SUMMARY'];
const quarantinedRow = (item: QuarantinedBody): Cell[] => [
  item.id,
  item.since,
  item.target,
  item.superseded_by === null ? item.kind : `${item.kind} (${item.superseded_by} took its place)`,
  item.names.join(' '),
  authorOf(item),
  item.summary,
];

const ROLLBACKS = ['ID', 'AT', 'KIND', 'TARGET', 'OUTCOME', 'APPROVAL', 'BY', 'OF', 'REASON'];
const rollbackRow = (item: RollbackBody): Cell[] => [
  item.id,
  item.created_at,
  item.kind,
  item.target,
  item.outcome,
  item.action_id,
  item.requested_by,
  item.change_requests.join(' '),
  item.reason,
];

const TARGETS = ['REPOSITORY', 'TARGET', 'CONTROL', 'WAITING', 'SET ASIDE', 'LANDED', 'LAST ACTIVE'];
const targetRow = (item: TargetBody): Cell[] => [item.repo, item.target, item.control, item.waiting, item.quarantined, item.landed, item.active_at];

const authorOf = ({ run, submitted_by: by }: ListedBody): string => run?.agent ?? by;

function addFiguresCommand(queue: Command, { terminal, format, api }: CliContext): void {
  queue
    .command('figures')
    .description('throughput, success, conflicts and time to land of the last hours')
    .option('--hours <number>', 'how far back', wholeNumber(1, 2160), 24)
    .option('--target <branch>', 'of one target')
    .option('--repo <name>', 'of one repository')
    .option('--project <key>', 'of one project')
    .action(async ({ hours, target, repo, project }: { hours: number; target?: string; repo?: string; project?: string }) => {
      const figures = await (await api()).get<FiguresBody>('/v1/queue/figures', { hours, target, repository: repo, project });
      show(terminal, format(), figures, () => figuresText(figures));
    });
}

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);
const seconds = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} s`);

function figuresText(figures: FiguresBody): string {
  const { to_land: toLand, verifications: runs } = figures;
  const rungs = figures.by_rung.map(({ rung, count }) => `${rung ?? '-'} ${count}`).join(', ');
  return [
    `Since ${figures.from}: ${figures.submitted} submitted, ${figures.landed} landed, ${figures.quarantined} set aside, ${figures.dropped} dropped.`,
    `Landed of what ended: ${percent(figures.success_share)} of ${figures.ended}. Set aside in conflict: ${figures.conflicts} (${percent(figures.conflict_share)}).`,
    `From submission to landing: half within ${seconds(toLand.p50_s)}, 90 % within ${seconds(toLand.p90_s)}, 99 % within ${seconds(toLand.p99_s)}.`,
    `Rungs: ${rungs === '' ? '-' : rungs}. Checks: ${runs.passed} passed, ${runs.failed} failed, ${runs.infrastructure} could not be run.`,
  ].join('\n');
}

function addDiffCommand(queue: Command, { terminal, format, api }: CliContext): void {
  queue
    .command('diff <id>')
    .description('what a change request does to the commit it was made on')
    .action(async (id: string) => {
      const diff = await (await api()).get<DiffBody>(`/v1/change-requests/${id}/diff`);
      show(terminal, format(), diff, () => diffText(diff));
    });
}

/** The diff with hidden characters made visible, and what it leaves out. */
export function diffText({ text, truncated, files }: DiffBody): string {
  if (files.length === 0) return 'No file is changed.';
  const cut = truncated ? `\nThe diff is longer; --json has the counts of all ${files.length} files.` : '';
  return `${text.replace(/\n$/, '').split('\n').map(visible).join('\n')}${cut}`;
}

/** What a choice would make of a conflict. AppError invalid for a drop, which makes nothing. */
export async function showPreview(context: CliContext, id: string, order: Record<string, unknown>): Promise<void> {
  const { choice, files } = order;
  if (choice === 'drop') throw new AppError('invalid', '--preview shows what a choice of contents makes; --drop makes nothing.');
  const { terminal, format, api } = context;
  const preview = await (await api()).post<{ nothing_left: boolean; diff: DiffBody }>(`/v1/change-requests/${id}/resolve/preview`, { choice, files });
  show(terminal, format(), preview, () => {
    const told = preview.nothing_left ? 'Nothing would be left to land: it would be dropped.' : diffText(preview.diff);
    return `${told}\nNothing was submitted.`;
  });
}
