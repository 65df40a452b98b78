import type { Command } from 'commander';
import { table, show, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { wholeNumber } from './queue-options.ts';

export interface EntryBody {
  id: string;
  task_id: string;
  work_item_id: string | null;
  target: string;
  repo: string;
  attempt: number;
  state: string;
  rung: string | null;
  retries: number;
  last_error: string | null;
  landed_commit: string | null;
  submitted_at: string;
  landed_at: string | null;
  quarantine: Record<string, unknown> | null;
  summary: string;
}

export interface WaitBody {
  kind: string;
  sentence: string;
  lane: number | null;
  expected_at: string | null;
}

interface AlarmBody {
  id: number;
  target: string;
  at: string;
  from: string;
  to: string;
  lost: string[];
}

interface TargetBody {
  repo: string | null;
  repository_id: string;
  target: string;
  control: string;
  control_by: string | null;
  control_reason: string | null;
  verify_ms: number | null;
  total: number;
  entries: Array<EntryBody & { waits_for: string[]; wait: WaitBody | null }>;
}

interface QueueBody {
  targets: TargetBody[];
  counts: Array<{ state: string; rung: string | null; count: number }>;
  alarms: AlarmBody[];
  last_day: { landed: number; p50_s: number | null; p90_s: number | null; p99_s: number | null };
}

/** `reeve queue status`, and what stops and starts a target. */
export function addQueueStatusCommands(queue: Command, context: CliContext): void {
  const { terminal, format, api } = context;

  queue
    .command('status', { isDefault: true })
    .description('what is under way and waits, in which order, and why; targets that are paused, and alarms')
    .option('--limit <number>', 'most change requests of each target', wholeNumber(1, 200), 50)
    .action(async (options: { limit: number }) => {
      const { limit } = options;
      const status = await (await api()).get<QueueBody>('/v1/queue', { limit });
      show(terminal, format(), status, () => statusText(status));
    });

  for (const [order, description] of [
    ['pause', 'stop a target: nothing is begun and nothing lands; submissions are taken'],
    ['resume', 'let a paused or draining target go on'],
    ['drain', 'let a target land what was begun, then pause it'],
  ] as const) {
    queue
      .command(`${order} <target>`)
      .description(description)
      .option('--repo <name>', 'the repository, where several have a target of that name')
      .option('--reason <text>', 'why', '')
      .action(async (target: string, { repo, reason }: { repo?: string; reason: string }) => {
        const done = await (await api()).post<TargetBody>(`/v1/queue/targets/${order}`, { target, repo, reason });
        show(terminal, format(), done, () => `${visible(done.repo ?? done.repository_id)} ${visible(done.target)}: ${done.control}`);
      });
  }

  queue
    .command('dismiss <alarm>')
    .description('take note of an alarm about a rewritten target')
    .option('--reason <text>', 'why', '')
    .action(async (alarm: string, { reason }: { reason: string }) => {
      const id = wholeNumber(1, Number.MAX_SAFE_INTEGER)(alarm);
      const done = await (await api()).post<AlarmBody>(`/v1/queue/alarms/${id}/dismiss`, { reason });
      show(terminal, format(), done, () => `Alarm ${done.id} was taken note of.`);
    });
}

function statusText(status: QueueBody): string {
  const counts = status.counts.map(({ state, rung, count }) => `${count} ${state}${rung === null ? '' : ` (${rung})`}`).join(', ');
  const { landed, p50_s: p50, p90_s: p90, p99_s: p99 } = status.last_day;
  const lastDay =
    landed === 0
      ? 'Nothing landed in the last day.'
      : `${landed} landed in the last day; half of them within ${seconds(p50)}, 90 % within ${seconds(p90)}, 99 % within ${seconds(p99)}.`;
  return [...status.alarms.map(alarmText), ...status.targets.map(targetText), counts === '' ? 'The queue is empty.' : counts, lastDay].join('\n');
}

const seconds = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} s`);

function alarmText(alarm: AlarmBody): string {
  const lost = alarm.lost.length === 0 ? 'nothing that is known' : alarm.lost.join(', ');
  return `ALARM ${alarm.id}: ${visible(alarm.target)} was rewritten from ${alarm.from.slice(0, 10)} to ${alarm.to.slice(0, 10)}; lost: ${lost}.
  Land it again with \`reeve queue reland ID\`, or \`reeve queue dismiss ${alarm.id}\`.`;
}

function targetText(target: TargetBody): string {
  const why = target.control_reason === null || target.control_reason === '' ? '' : `: ${visible(target.control_reason)}`;
  const control = target.control === 'running' ? '' : ` [${target.control} by ${visible(target.control_by ?? '-')}${why}]`;
  const rows = target.entries.map((item, at) => [
    at + 1,
    item.id,
    item.state,
    item.wait?.lane ?? null,
    item.rung,
    item.retries,
    item.wait?.expected_at ?? '-',
    item.wait?.sentence ?? item.waits_for.join(' '),
    item.summary.split('\n')[0] ?? '',
  ]);
  const more = target.total > target.entries.length ? `\n  and ${target.total - target.entries.length} more` : '';
  const list =
    rows.length === 0 ? '  nothing waits' : table(['#', 'ID', 'STATE', 'LANE', 'RUNG', 'TRIES', 'EXPECTED', 'WHY IT WAITS', 'SUMMARY'], rows);
  return `${visible(target.repo ?? target.repository_id)} ${visible(target.target)}${control}\n${list}${more}\n`;
}
