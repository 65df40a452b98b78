import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ApprovalBody } from './approvals.ts';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

export interface IssueBody {
  id: string;
  number: number | null;
  title: string;
  body: string;
  state: string;
  state_reason: string | null;
  type: string | null;
  size: string | null;
  priority: string;
  labels: string[];
  assignee: string | null;
  source: string;
  target_branch: string | null;
}

export interface PlanBody {
  id: string;
  work_item_id: string;
  version: number;
  state: string;
  planner: string;
  document: {
    story: string;
    estimate: string;
    acceptance: Array<{ id: string; text: string }>;
    tasks: Array<{ key: string; title: string; scope: string[]; depends_on: string[]; estimate: string }>;
    risks: Array<{ text: string; severity: string }>;
  };
}

/** `reeve issue`, `reeve plan`, `reeve import`: work and what is planned for it. */
export function addIssueCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const issue = program.command('issue').description('issues and requests');

  issue
    .command('list', { isDefault: true })
    .description('list work items, newest first')
    .option('--state <state>', 'only this state')
    .option('--project <id>', 'only this project')
    .option('--limit <n>', 'most rows', '100')
    .action(async (options: { state?: string; project?: string; limit: string }) => {
      const items = await (await api()).all<IssueBody>('/v1/issues', { state: options.state, project: options.project }, Number(options.limit));
      show(terminal, format(), { items }, () =>
        table(
          ['#', 'TITLE', 'STATE', 'TYPE', 'SIZE', 'ASSIGNEE', 'ID'],
          items.map((item) => [item.number, item.title, item.state, item.type, item.size, item.assignee, item.id]),
        ),
      );
    });

  issue
    .command('show <id>')
    .description('one issue and its story so far')
    .action(async (id: string) => {
      const client = await api();
      const item = await client.get<IssueBody>(`/v1/issues/${id}`);
      const plans = await client.all<PlanBody>('/v1/plans', { work_item_id: id });
      show(
        terminal,
        format(),
        { ...item, plans },
        () =>
          `${item.number === null ? item.id : `#${item.number}`} ${visible(item.title)}\n${item.state}${item.state_reason === null ? '' : `: ${item.state_reason}`}\n\n${item.body}\n\n${plans.map(planText).join('\n\n')}`,
      );
    });

  issue
    .command('orchestrate <id>')
    .description('start or resume the story of an issue')
    .action(async (id: string) => {
      const story = await (await api()).post<{ issue_id: string; generation: number; workflow_id: string }>(`/orchestrate/${id}`);
      show(terminal, format(), story, () => `Story ${story.generation} of ${story.issue_id} is under way.`);
    });

  issue
    .command('import <file>')
    .description('create issues from a JSON-lines file: {"project_id", "title", "body", ...} per line')
    .action(async (file: string) => importLines(context, file, '/v1/issues'));

  program
    .command('import <file>')
    .description('send events from a JSON-lines file: {"source", "delivery_id", "headers", "body"} per line')
    .action(async (file: string) => importLines(context, file, '/v1/events/import'));

  const plan = program.command('plan').description('plans and their approval');
  plan
    .command('show <id>')
    .description('show a plan')
    .action(async (id: string) => {
      const found = await (await api()).get<PlanBody>(`/v1/plans/${id}`);
      show(terminal, format(), found, () => planText(found));
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
}

function planText(plan: PlanBody): string {
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

async function importLines(context: CliContext, file: string, path: string): Promise<void> {
  const client = await context.api();
  const lines = (await context.local.readFile(file)).split('\n').filter((line) => line.trim() !== '');
  const results: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    let body: unknown;
    try {
      body = JSON.parse(line);
    } catch {
      throw new AppError('invalid', `${file}, line ${index + 1} is not JSON.`, {
        hint: `${index} line${index === 1 ? '' : 's'} before it were imported; sending them again does no harm.`,
      });
    }
    results.push(await client.post(path, body));
    if ((index + 1) % 100 === 0) context.terminal.err(`${index + 1} of ${lines.length}`);
  }
  show(context.terminal, context.format(), { imported: results.length, items: results }, () => `${results.length} imported.`);
}
