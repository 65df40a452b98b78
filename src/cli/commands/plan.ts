import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import type { ApprovalBody } from './approvals.ts';
import { wholeNumber } from './queue-options.ts';

export interface PlanBody {
  id: string;
  work_item_id: string;
  version: number;
  state: string;
  planner: string;
  created_at: string;
  document: {
    story: string;
    estimate: string;
    acceptance: Array<{ id: string; text: string }>;
    tasks: Array<{ key: string; title: string; scope: string[]; depends_on: string[]; estimate: string }>;
    risks: Array<{ text: string; severity: string }>;
  };
}

interface TaskBody {
  id: string;
  key: string;
  state: string;
  assignee: string | null;
  assignment: {
    reason: string;
    candidates: Array<{ who: string; score: number | null; says: string[] }>;
    accountable: { who: string; reason: string } | null;
  } | null;
}

interface PairBody {
  left: string;
  right: string;
  verdict: 'ordered' | 'independent' | 'related' | 'serialise';
  conflict_chance: number;
  reason: string;
}

interface CheckBody {
  plan_id: string | null;
  repository: string;
  tasks: Array<{ key: string; title: string }>;
  holds: boolean;
  cycle: string[];
  waves: string[][] | null;
  width: number;
  planned_width: number;
  independent_share: number;
  parallel_share: number;
  independent_task_share: number;
  dependencies: Array<{ task: string; on: string; why: string; reason: string }>;
  pairs: PairBody[];
  hot_files: Array<{ path: string; share: number }>;
}

interface CheckOptions {
  repo?: string;
  strict?: boolean;
}

/** `reeve plan`: what is planned for work, who does it, its approval and its check. */
export function addPlanCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const plan = program.command('plan').description('plans of work and their approval');
  plan
    .command('list', { isDefault: true })
    .description('list plans, newest first')
    .option('--project <id>', 'only this project')
    .option('--state <state>', 'draft, awaiting_approval, approved, declined or superseded')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async (options: { project?: string; state?: string; limit: number }) => {
      const client = await api();
      const items = await client.all<PlanBody>('/v1/plans', { project: options.project, state: options.state }, options.limit);
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'ISSUE', 'VERSION', 'STATE', 'TASKS', 'PLANNER', 'MADE', 'STORY'],
          items.map(({ document, ...item }) => [
            item.id,
            item.work_item_id,
            item.version,
            item.state,
            document.tasks.length,
            item.planner,
            item.created_at,
            shortened(document.story),
          ]),
        ),
      );
    });
  plan
    .command('show <id>')
    .description('show a plan')
    .action(async (id: string) => {
      const client = await api();
      const found = await client.get<PlanBody>(`/v1/plans/${id}`);
      const tasks = await client.all<TaskBody>('/v1/tasks', { plan_id: id });
      show(terminal, format(), { ...found, tasks }, () => `${planText(found)}\n\nWho does it:\n${tasks.map(assignmentText).join('\n')}`);
    });
  plan
    .command('assign <task> <who>')
    .description('give a task to person:HANDLE, agent:NAME, or nobody')
    .action(async (task: string, who: string) => {
      const changed = await (await api()).patch<TaskBody>(`/v1/tasks/${task}`, { assignee: who === 'nobody' ? null : who });
      show(terminal, format(), changed, () => assignmentText(changed));
    });
  plan
    .command('approve <id>')
    .description('approve the pending plan (the same decision as in `reeve approvals`)')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, options: { reason: string }) => {
      const client = await api();
      const pending = await client.all<ApprovalBody>('/v1/approvals', {
        status: 'pending',
      });
      const approval = pending.find((item) => item.kind === 'plan.approve' && item.record.args['plan_id'] === id);
      if (approval === undefined) throw new AppError('not_found', `No pending approval belongs to the plan ${id}.`);
      const decided = await client.post<{ status: string }>(`/v1/approvals/${approval.id}/decision`, {
        decision: 'approve',
        digest: approval.digest,
        reason: options.reason,
      });
      show(terminal, format(), decided, () => `The plan is ${decided.status}.`);
    });

  plan
    .command('check [plan]')
    .description('which tasks of a plan may run side by side; exit 1 when it claims too much or waits in a circle')
    .addHelpText(
      'after',
      '\nThe plan is an id (plan_…), a JSON file (a plan document, or {"tasks": [{"key", "scope", "depends_on"}]}) with --repo, or the newest plan when left out.',
    )
    .option('--repo <name>', 'repository a file is held against: owner/name, or a folder')
    .option('--strict', 'tasks that are connected in any way and run side by side count as claiming too much')
    .action(async (given: string | undefined, options: CheckOptions) => {
      const checked = await checkOf(context, await api(), given, options);
      show(terminal, format(), checked, () => render(checked));
      const claimed = options.strict === true && checked.pairs.some(({ verdict }) => verdict === 'related');
      if (!checked.holds || claimed) context.answerNo();
    });
}

/** The first line, short enough for a row. */
function shortened(story: string): string {
  const line = story.split('\n')[0] ?? '';
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

async function checkOf(context: CliContext, client: ApiClient, given: string | undefined, options: CheckOptions): Promise<CheckBody> {
  if (given !== undefined && !given.startsWith('plan_')) {
    const tasks = tasksIn(given, await context.local.readFile(given));
    if (options.repo === undefined)
      throw new AppError('invalid', 'A file says nothing about where its paths are.', { hint: 'Name the repository with --repo.' });
    return client.post<CheckBody>('/v1/plans/check', { repository: await repositoryName(context, options.repo), tasks });
  }
  const id = given ?? (await client.get<{ items: Array<{ id: string }> }>('/v1/plans', { limit: 1 })).items[0]?.id;
  if (id === undefined)
    throw new AppError('not_found', 'There is no plan yet.', { hint: 'Give a file and --repo to check a plan before it is stored.' });
  return client.get<CheckBody>(`/v1/plans/${encodeURIComponent(id)}/check`);
}

/** A folder becomes the path the server knows it by. */
async function repositoryName(context: CliContext, repo: string): Promise<string> {
  if (/^[\w.-]+\/[\w.-]+$/.test(repo) && !repo.startsWith('.')) return repo;
  return (await context.local.inspectRepository(repo)).path;
}

const FIELDS = ['key', 'title', 'scope', 'depends_on', 'estimate'] as const;

/** The tasks of a document, and of each only what decides about its order; the server says what is wrong with them. */
function tasksIn(file: string, text: string): unknown[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const tasks = typeof document === 'object' && document !== null && 'tasks' in document ? document.tasks : document;
  if (!Array.isArray(tasks)) throw new AppError('invalid', `${file} has no list "tasks".`);
  return tasks.map((task: unknown) => {
    const fields = typeof task === 'object' && task !== null ? (task as Record<string, unknown>) : {};
    return Object.fromEntries(FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
  });
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function render(checked: CheckBody): string {
  const connected = checked.pairs.filter(({ verdict }) => verdict !== 'independent');
  const parts = [
    `${checked.plan_id ?? 'The plan'} on ${visible(checked.repository)}: ${verdictOf(checked)}`,
    `${percent(checked.independent_task_share)} of the tasks need wait for no other; ${percent(checked.independent_share)} of the pairs have nothing to do with each other, ${percent(checked.parallel_share)} may run side by side.`,
  ];
  if (checked.waves !== null) parts.push(...checked.waves.map((wave, at) => `  wave ${at + 1}: ${wave.join(' ')}`));
  if (connected.length > 0) {
    const rows = connected.map((pair) => [`${pair.left} ${pair.right}`, pair.verdict, percent(pair.conflict_chance)]);
    const lines = table(['PAIR', 'VERDICT', 'CONFLICT'], rows).split('\n');
    parts.push('', ...lines.map((line, at) => (at === 0 ? `${line}  WHY` : `${line}  ${visible(connected[at - 1]?.reason ?? '')}`)));
  }
  if (checked.hot_files.length > 0)
    parts.push(
      '',
      `Files that many recent commits touch: ${checked.hot_files.map(({ path, share }) => `${visible(path)} (${percent(share)})`).join(', ')}`,
    );
  return parts.join('\n');
}

function verdictOf({ cycle, pairs, width, planned_width: planned }: CheckBody): string {
  if (cycle.length > 0) return `${cycle.join(', ')} wait for each other in a circle.`;
  const claimed = pairs.filter(({ verdict }) => verdict === 'serialise').length;
  if (claimed === 0) return `it holds; up to ${width} task${width === 1 ? '' : 's'} at once.`;
  return `it claims too much: ${claimed} pair${claimed === 1 ? '' : 's'} must wait for each other; ${width} at once instead of ${planned}.`;
}

function assignmentText({ key, id, state, assignee, assignment }: TaskBody): string {
  const losers = (assignment?.candidates ?? []).filter(({ who }) => who !== assignee);
  return [
    `  ${key} (${id}, ${state}): ${visible(assignee ?? 'nobody')}`,
    ...(assignment === null ? [] : [`      ${visible(assignment.reason)}`]),
    ...(assignment?.accountable ? [`      accountable: ${visible(assignment.accountable.who)}. ${visible(assignment.accountable.reason)}`] : []),
    ...losers.map(({ who, score, says }) => `      ${visible(who)}: ${score === null ? 'cannot' : score}, ${visible(says.join('; '))}`),
  ].join('\n');
}

/** A plan as people read it. */
export function planText(plan: PlanBody): string {
  const { document } = plan;
  return [
    `Plan ${plan.id} v${plan.version} (${plan.state}, by ${plan.planner}, ${document.estimate})`,
    visible(document.story),
    ...document.acceptance.map((criterion) => `  [${criterion.id}] ${visible(criterion.text)}`),
    ...document.tasks.map(
      (task) =>
        `  ${task.key} ${visible(task.title)} (${task.estimate}) in ${task.scope.join(', ')}${task.depends_on.length > 0 ? ` after ${task.depends_on.join(', ')}` : ''}`,
    ),
    ...document.risks.map((risk) => `  risk ${risk.severity}: ${visible(risk.text)}`),
  ].join('\n');
}
