import type { Command } from 'commander';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import type { EntryBody, WaitBody } from './queue-status.ts';

/** What, why, who and which checks. */
interface SummaryBody {
  headline: string;
  what: { files: number; added: number; deleted: number; notes: string[] };
  why: {
    issue: { number: number | null; title: string; requested_by: string | null } | null;
    plan: { id: string; approval: { status: string; by: string | null } | null } | null;
    task: { id: string; title: string } | null;
    depends_on: string[];
    reverts: string | null;
  };
  who: { submitted_by: string; agent: string | null; approved_by: string[]; resolved_by: string | null };
  checks: Array<{ name: string; exit_code: number | null; by: string }>;
  landed: { commit: string; rung: string | null; seconds: number } | null;
  rolled_back_by: string[];
}

interface DetailBody extends EntryBody {
  timeline: Array<{ at: string; event: string; actor: string; detail: string }>;
  account: SummaryBody;
  wait: WaitBody | null;
  lost: boolean;
}

interface ConflictBody {
  id: string;
  open: boolean;
  target: string;
  base: string;
  head: string;
  moved: boolean;
  files: Array<{ path: string; message: string; base: string | null; ours: string | null; theirs: string | null }>;
}

/** `reeve queue list`, `show` and `conflict`. */
export function addQueueShowCommands(queue: Command, context: CliContext): void {
  const { terminal, format, api } = context;

  queue
    .command('list')
    .description('change requests of all states, newest first')
    .option('--state <state>', 'queued, merging, verifying, publishing, landed, quarantined, dropped or already_landed')
    .option('--target <branch>', 'of one target')
    .option('--task <id>', 'of one task')
    .option('--issue <id>', 'of one issue')
    .action(async ({ state, target, task, issue }: { state?: string; target?: string; task?: string; issue?: string }) => {
      const items = await (await api()).all<EntryBody>('/v1/change-requests', { state, target, task, issue });
      const rows = items.map((item) => [
        item.id,
        item.target,
        item.state,
        item.rung,
        item.attempt,
        item.submitted_at,
        item.summary.split('\n')[0] ?? '',
      ]);
      show(terminal, format(), { items }, () => table(['ID', 'TARGET', 'STATE', 'RUNG', 'ATTEMPT', 'SUBMITTED', 'SUMMARY'], rows));
    });

  queue
    .command('show <id>')
    .description('one change request from the request to the commit: why, who, checks, and every step')
    .action(async (id: string) => {
      const found = await (await api()).get<DetailBody>(`/v1/change-requests/${id}`);
      show(terminal, format(), found, () => detailText(found));
    });

  queue
    .command('conflict <id>')
    .description('the conflict of a change request: base, ours (the target) and theirs (what was submitted) of each file')
    .action(async (id: string) => {
      const conflict = await (await api()).get<ConflictBody>(`/v1/change-requests/${id}/conflict`);
      show(terminal, format(), conflict, () => conflictText(conflict));
    });
}

function detailText(found: DetailBody): string {
  const { why, who, what, landed, checks, rolled_back_by: undoneBy } = found.account;
  const issue =
    why.issue === null
      ? null
      : `for ${why.issue.number === null ? 'the request' : `issue #${why.issue.number}`} "${visible(why.issue.title)}", asked by ${visible(why.issue.requested_by ?? '-')}`;
  const approved = who.approved_by.length === 0 ? null : `approved by ${who.approved_by.map(visible).join(', ')}`;
  const lines = [
    `${found.id} -> ${visible(found.target)}: ${found.state}${found.rung === null ? '' : ` (${found.rung})`}`,
    ...found.summary.split('\n').map(visible),
    `task ${visible(found.task_id)}, attempt ${found.attempt}, by ${visible(who.agent ?? who.submitted_by)}; ${what.files} files, +${what.added} -${what.deleted}`,
    issue,
    approved,
    who.resolved_by === null ? null : `conflict resolved by ${visible(who.resolved_by)}`,
    why.reverts === null ? null : `reverts ${why.reverts}`,
    landed === null ? null : `commit ${landed.commit}, ${landed.seconds} s after it was submitted`,
    checks.length === 0
      ? 'no checks'
      : `checks: ${checks.map((check) => `${visible(check.name)} ${check.exit_code === 0 ? 'passed' : 'failed'} (${check.by})`).join(', ')}`,
    found.wait === null ? null : `waiting: ${found.wait.sentence}${found.wait.expected_at === null ? '' : ` Expected ${found.wait.expected_at}.`}`,
    found.last_error === null ? null : `last error: ${visible(found.last_error.split('\n')[0] ?? '')}`,
    found.lost ? 'LOST: somebody took it off the branch; `reeve queue reland` puts it back.' : null,
    undoneBy.length === 0 ? null : `rolled back by ${undoneBy.join(', ')}`,
    ...what.notes.map((note) => `note: ${visible(note)}`),
    ...found.timeline.map((row) => `  ${row.at}  ${row.event.padEnd(16)} ${visible(row.actor)}  ${visible(row.detail)}`),
  ];
  return lines.filter((line) => line !== null).join('\n');
}

function conflictText(conflict: ConflictBody): string {
  const moved = conflict.moved ? `; ${visible(conflict.target)} has gone on since` : '';
  const head = `${conflict.id}: ${conflict.files.length} files in conflict with ${conflict.head.slice(0, 10)}${moved}${conflict.open ? '' : ' (decided)'}`;
  const files = conflict.files.map((file) =>
    [`\n== ${visible(file.path)}: ${visible(file.message)}`, side('base', file.base), side('ours', file.ours), side('theirs', file.theirs)].join(
      '\n',
    ),
  );
  return [head, ...files].join('\n');
}

function side(name: string, content: string | null): string {
  if (content === null) return `-- ${name}: no file, or not shown as text`;
  const lines = content
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `   ${visible(line)}`);
  return [`-- ${name}`, ...lines].join('\n');
}
