import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { CliContext } from '../program.ts';
import { lines, show, table, visible } from '../output.ts';
import { addIssueStoryCommands } from './issues-story.ts';
import { planText, type PlanBody } from './plan.ts';
import { instant, wholeNumber } from './queue-options.ts';

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
  risk: string | null;
  waits_for: { who: string; text: string; since: string | null; id: string | null } | null;
}

interface ListOptions {
  state?: string;
  type?: string;
  priority?: string;
  size?: string;
  risk?: string;
  label?: string;
  worker?: string;
  requestedBy?: string;
  waitsForPerson?: boolean;
  changedSince?: string;
  endedSince?: string;
  open?: boolean;
  search?: string;
  sort?: string;
  project?: string;
  limit: number;
}

/** `reeve issue`, `reeve import`: work. */
export function addIssueCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const issue = program.command('issue').description('issues and requests');

  addListCommand(issue, context);

  issue
    .command('show <id>')
    .description('one issue and its story so far; an issue is named by its id or its number')
    .action(async (named: string) => {
      const client = await api();
      const id = await issueIdOf(client, named);
      const item = await client.get<IssueBody>(`/v1/issues/${id}`);
      const plans = await client.all<PlanBody>('/v1/plans', { work_item_id: id });
      show(
        terminal,
        format(),
        { ...item, plans },
        () =>
          `${item.number === null ? item.id : `#${item.number}`} ${visible(item.title)}\n${item.state}${item.state_reason === null ? '' : `: ${visible(item.state_reason)}`}${item.waits_for === null ? '' : `\n${visible(item.waits_for.text)}`}\n\n${lines(item.body)}\n\n${plans.map(planText).join('\n\n')}`,
      );
    });

  issue
    .command('orchestrate <id>')
    .description('start or resume the story of an issue')
    .action(async (named: string) => {
      const client = await api();
      const id = await issueIdOf(client, named);
      const story = await client.post<{ issue_id: string; generation: number; workflow_id: string }>(`/orchestrate/${id}`);
      show(terminal, format(), story, () => `Story ${story.generation} of ${story.issue_id} is under way.`);
    });

  issue
    .command('stop <id>')
    .description('stop the story of an issue: its agents, approvals and change requests; the issue on its tracker stays as it is')
    .option('--reason <text>', 'why')
    .action(async (named: string, options: { reason?: string }) => {
      const client = await api();
      const id = await issueIdOf(client, named);
      const story = await client.post<{ issue_id: string; ended_as: string; detail: string }>(`/v1/issues/${id}/stop`, {
        reason: options.reason ?? null,
      });
      show(terminal, format(), story, () => visible(story.detail));
    });

  addIssueStoryCommands(issue, context, issueIdOf);

  issue
    .command('import <file>')
    .description('create issues from a JSON-lines file: {"project_id", "title", "body", ...} per line')
    .action(async (file: string) => importLines(context, file, '/v1/issues'));

  program
    .command('import <file>')
    .description('send events from a JSON-lines file: {"source", "delivery_id", "headers", "body"} per line')
    .action(async (file: string) => importLines(context, file, '/v1/events/import'));
}

function addListCommand(issue: Command, { terminal, format, api }: CliContext): void {
  issue
    .command('list', { isDefault: true })
    .description('list work items, newest first')
    .option('--state <states>', 'only these states, separated by commas; so with type, priority, size and risk')
    .option('--type <types>', 'only these types')
    .option('--priority <priorities>', 'only these priorities')
    .option('--size <sizes>', 'only these sizes')
    .option('--risk <risks>', 'only these risks')
    .option('--label <label>', 'only with this label')
    .option('--worker <who>', 'who does it or one of its tasks: person:<handle>, agent:<name>, person, agent or nobody')
    .option('--requested-by <handle>', 'who asked for it')
    .option('--waits-for-person', 'only what a person must do something about')
    .option('--changed-since <instant>', 'changed then or later: a day (2026-11-21), or with its time, UTC without a zone', instant)
    .option('--ended-since <instant>', 'merged, declined, failed or found to be a duplicate then or later', instant)
    .option('--open', 'only what has not ended')
    .option('--search <words>', 'words in title and text')
    .option('--sort <order>', 'created, updated or priority')
    .option('--project <id>', 'only this project')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async ({ limit, requestedBy, waitsForPerson, changedSince: changed_since, endedSince: ended_since, search, ...given }: ListOptions) => {
      const { state, type, priority, size, risk, label, worker, sort, project } = given;
      const waits_for = waitsForPerson === true ? 'person' : undefined;
      const open = given.open === true ? 'true' : undefined;
      const items = await (
        await api()
      ).all<IssueBody>(
        '/v1/issues',
        {
          brief: 'true',
          state,
          type,
          priority,
          size,
          risk,
          label,
          worker,
          requested_by: requestedBy,
          waits_for,
          changed_since,
          ended_since,
          open,
          q: search,
          sort,
          project,
        },
        limit,
      );
      show(terminal, format(), { items }, () =>
        table(
          ['#', 'TITLE', 'STATE', 'TYPE', 'SIZE', 'PRIORITY', 'RISK', 'WAITS FOR', 'ID'],
          items.map((item) => [
            item.number,
            item.title,
            item.state,
            item.type,
            item.size,
            item.priority,
            item.risk,
            item.waits_for?.text ?? null,
            item.id,
          ]),
        ),
      );
    });
}

/** The id of the issue a person means: an id, or the number its tracker gave it where only one issue has it. */
async function issueIdOf(client: ApiClient, named: string): Promise<string> {
  const number = /^\d{1,9}$/.test(named) ? named : undefined;
  if (number === undefined) return named;
  const found = await client.all<IssueBody>('/v1/issues', { number });
  const [first] = found;
  if (first === undefined) throw new AppError('not_found', `There is no issue #${number}.`, { hint: '`reeve issue list` shows them.' });
  if (found.length > 1)
    throw new AppError('invalid', `${found.length} issues have the number ${number}.`, {
      hint: `Name one by its id: ${found.map(({ id }) => id).join(', ')}`,
    });
  return first.id;
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
