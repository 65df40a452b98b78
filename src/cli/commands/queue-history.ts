import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { launchedText } from './queue-decide.ts';
import type { EntryBody } from './queue-status.ts';

interface ReplayBody {
  target: string;
  head: string | null;
  head_tree: string | null;
  tree: string | null;
  same: boolean;
  landed: number;
  rebuilt: number;
  copied: number;
  absorbed: number;
  taken_back: number;
  divergences: Array<{ kind: string; detail: string; commits: Array<{ commit: string; subject: string }>; files: string[] }>;
}

interface PlanBody {
  target: string;
  rolls_back: Array<{ id: string; summary: string; commit: string }>;
  dependents: Array<{ id: string; summary: string; of: string; reason: string; files: string[]; included: boolean }>;
  waiting: Array<{ id: string; summary: string }>;
  outsiders: Array<{ commit: string; subject: string }>;
  conflicts: Array<{ id: string; files: string[] }>;
  files: Array<{ path: string; added: number | null; deleted: number | null }>;
  lands: 'queue' | 'action';
}

interface RollbackBody {
  id: string;
  state: string;
  action_id: string | null;
  change_request: EntryBody | null;
}

interface RollbackOptions {
  withDependents: boolean;
  target?: string;
  repo?: string;
  yes?: true;
  reason: string;
}

// A long history takes a while to rebuild.
const REPLAY_PATIENCE_MS = 30 * 60_000;

/** `reeve queue replay` and `rollback`. */
export function addQueueHistoryCommands(queue: Command, context: CliContext): void {
  const { terminal, format, api } = context;

  queue
    .command('replay [target]')
    .description('rebuild a target from the journal in a scratch repository and compare it with the branch; exit 1 when they differ')
    .option('--repo <name>', 'the repository, where several have a target of that name')
    .option('--steps', 'tell of every landing (with --json)', false)
    .action(async (target: string | undefined, { repo, steps }: { repo?: string; steps: boolean }) => {
      const report = await (await api()).post<ReplayBody>('/v1/queue/replay', { target, repo, steps }, {}, REPLAY_PATIENCE_MS);
      show(terminal, format(), report, () => replayText(report));
      if (!report.same) context.answerNo();
    });

  queue
    .command('rollback <subject>')
    .description(
      'undo a landed change request, or everything that landed after a commit, by an inverse change request; without --yes only tells what would happen',
    )
    .option('--with-dependents', 'undo what was built on it too', false)
    .option('--target <branch>', 'the target, when a commit is given')
    .option('--repo <name>', 'the repository, when a commit is given')
    .option('--yes', 'do it')
    .option('--reason <text>', 'why', '')
    .action(async (subject: string, options: RollbackOptions) => {
      const client = await api();
      const body = toSubject(subject, options);
      const plan = await client.post<PlanBody>('/v1/queue/rollback/plan', body);
      if (options.yes !== true) {
        show(terminal, format(), { plan, done: null }, () => `${planText(plan)}\nNothing was done; --yes does it.`);
        context.answerNo();
        return;
      }
      const confirm = plan.rolls_back.map(({ id }) => id);
      const done = await client.post<RollbackBody>('/v1/queue/rollback', { ...body, confirm, reason: options.reason });
      show(terminal, format(), { plan, done }, () => `${planText(plan)}\n${launchedText(done)}`);
    });
}

function toSubject(subject: string, options: RollbackOptions): Record<string, unknown> {
  const { target, repo, withDependents } = options;
  if (subject.startsWith('cr_')) return { change_request: subject, with_dependents: withDependents };
  if (!/^[0-9a-f]{7,64}$/.test(subject)) throw new AppError('invalid', `${subject} is neither a change request (cr_…) nor a commit id.`);
  return { commit: subject, target, repo, with_dependents: withDependents };
}

function replayText(report: ReplayBody): string {
  const lines = [
    `${visible(report.target)}: ${report.landed} landed; ${report.rebuilt} rebuilt, ${report.copied} in part from the repository, ${report.absorbed} moves of others, ${report.taken_back} taken back`,
    `tree of the journal ${report.tree ?? '-'}, of the branch ${report.head_tree ?? '-'}: ${report.same ? 'the same' : 'NOT the same'}`,
  ];
  for (const { detail, files, commits } of report.divergences) {
    lines.push(`- ${visible(detail)}`);
    if (files.length > 0) lines.push(`    files: ${files.map(visible).join(', ')}`);
    lines.push(...commits.map(({ commit, subject }) => `    ${commit.slice(0, 10)} ${visible(subject)}`));
  }
  return lines.join('\n');
}

const REASONS: Readonly<Record<string, string>> = {
  depends_on: 'needs it',
  same_files: 'touches the same files',
  imports: 'imports what it changed',
};

function planText(plan: PlanBody): string {
  const undone = table(
    ['UNDONE', 'COMMIT', 'SUMMARY'],
    plan.rolls_back.map(({ id, commit, summary }) => [id, commit.slice(0, 10), summary.split('\n')[0] ?? '']),
  );
  const dependents = plan.dependents.map(
    ({ id, of, reason, files, included, summary }) =>
      `- ${id} ${visible(summary.split('\n')[0] ?? '')}: ${REASONS[reason] ?? reason} (${of}${files.length === 0 ? '' : `: ${files.map(visible).join(', ')}`})${included ? '' : '; stays'}`,
  );
  const how =
    plan.lands === 'action'
      ? `It has left the mirror: the push to ${visible(plan.target)} needs its approval.`
      : `It lands on ${visible(plan.target)} through the queue.`;
  return [
    undone,
    ...(dependents.length === 0 ? [] : ['Built on it:', ...dependents]),
    ...(plan.waiting.length === 0 ? [] : [`Waiting for it: ${plan.waiting.map(({ id }) => id).join(', ')}`]),
    ...(plan.outsiders.length === 0
      ? []
      : [`Left in place, pushed by others: ${plan.outsiders.map(({ commit, subject }) => `${commit.slice(0, 10)} ${visible(subject)}`).join('; ')}`]),
    ...plan.conflicts.map(({ id, files }) => `In the way of undoing ${id}: later changes in ${files.map(visible).join(', ')}`),
    `Files: ${plan.files.map(({ path, added, deleted }) => `${visible(path)} +${added ?? '-'} -${deleted ?? '-'}`).join(', ') || '-'}`,
    how,
  ].join('\n');
}
