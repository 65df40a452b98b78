import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { createApiClient, type ApiClient } from '../api/client.ts';
import type { RepositoryFacts } from '../local.ts';
import { show, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { approvePending, narrate } from '../story.ts';
import type { PlanBody } from './plan.ts';
import type { EntryBody } from './queue.ts';

interface RunOptions {
  repo: string;
  target?: string;
  agent?: string;
  check: string[];
  yes?: boolean;
}

interface StoryBody {
  issue_id: string;
  generation: number;
  workflow_id: string;
  ended_as: string | null;
  detail: string | null;
  published_branch: string | null;
}

const collect = (value: string, before: string[]) => [...before, value];

/** `reeve run`: a person's request on a repository of theirs. The checkout stays as it is; the work lands on `--target`. */
export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command('run <request>')
    .description('split a request over agents and land the result on a branch of a local repository')
    .requiredOption('--repo <path>', 'a git repository on this machine')
    .option('--target <branch>', 'branch to land on (default: reeve/<words of the request>)')
    .option('--agent <name>', 'agent of reeve.yaml (default: roles.coder)')
    .option('--check <command>', 'a command that must pass; may be given several times', collect, [])
    .option('--yes', 'agree to what asks, as the owner of the repository')
    .action(async (request: string, options: RunOptions) => {
      const facts = await context.local.inspectRepository(options.repo);
      const running = await context.local.findServer();
      if (running !== null) {
        if (options.check.length > 0) {
          throw new AppError('invalid', '--check names commands only for a server that `reeve run` started for itself.', {
            hint: 'A running server runs the checks of its project.',
          });
        }
        if (options.yes === true) {
          throw new AppError('invalid', '--yes decides only on a server that `reeve run` started for itself.', {
            hint: 'Leave --yes out and decide with `reeve approvals`.',
          });
        }
        await carryOut(context, createApiClient(running), request, options, facts, false);
        return;
      }
      context.terminal.err('Starting a server for this request …');
      const own = await context.local.startServer({ settings: { REEVE_SELF_APPROVAL: 'local' } });
      // Our server ends with us; once said, the signal does what it would have done.
      const interrupt = () => {
        context.terminal.err('Stopped. What was begun is kept: the next `reeve serve` or `reeve run` with this data folder goes on with it.');
        process.kill(process.pid, 'SIGINT');
      };
      process.once('SIGINT', interrupt);
      try {
        await carryOut(context, createApiClient(own), request, options, facts, true);
      } finally {
        process.removeListener('SIGINT', interrupt);
        await own.stop();
      }
    });
}

async function carryOut(
  context: CliContext,
  client: ApiClient,
  request: string,
  options: RunOptions,
  facts: RepositoryFacts,
  own: boolean,
): Promise<void> {
  await refuseWithoutAgent(client, options.agent, own);
  const repositoryId = await ensureRepository(client, facts, options.check, own);
  const started = await client.make<{ issue_id: string; target: string; story: StoryBody }>('/v1/requests', {
    text: request,
    repository_id: repositoryId,
    target: options.target ?? null,
    agent: options.agent ?? null,
    checks: [],
  });
  const watching = new AbortController();
  const told = narrate(client, watching.signal, started.issue_id, (line) => context.terminal.err(line));
  const story = await waitForEnd(context, client, started.issue_id, own && options.yes === true);
  watching.abort();
  await told;
  await report(context, client, started.issue_id, started.target, story);
}

/** Says at once what would otherwise come out at the end of the plan. On a server of many, a person may take the work instead. */
async function refuseWithoutAgent(client: ApiClient, wanted: string | undefined, own: boolean): Promise<void> {
  const { items: agents } = await client.get<{ items: Array<{ name: string; roles: string[] }> }>('/v1/agents');
  if (wanted !== undefined && !agents.some(({ name }) => name === wanted))
    throw new AppError('invalid', `There is no agent ${wanted}.`, {
      hint: agents.length === 0 ? NAME_AN_AGENT : `Configured are ${agents.map(({ name }) => name).join(', ')}.`,
    });
  if (own && wanted === undefined && !agents.some(({ roles }) => roles.includes('coder')))
    throw new AppError('unavailable', 'No agent is configured for the role coder.', {
      hint: agents.length === 0 ? NAME_AN_AGENT : 'Name one under `roles:` in reeve.yaml (`roles: { coder: NAME }`), or pass --agent NAME.',
    });
}

const NAME_AN_AGENT =
  'Name one under `agents:` and `roles:` in reeve.yaml: `agents: { mine: { harness: acp, command: [PROGRAM] } }`, `roles: { coder: mine }`.';

/** The repository as the server knows it; on our own server it is added and allowlisted, because the person named it. */
async function ensureRepository(client: ApiClient, facts: RepositoryFacts, checks: string[], own: boolean): Promise<string> {
  interface Known {
    id: string;
    project_id: string;
    forge: string;
    name: string;
  }
  const known = (await client.all<Known>('/v1/repositories')).find((item) => item.forge === 'path' && item.name === facts.path);
  if (!own) {
    if (known === undefined)
      throw new AppError('forbidden', `The running server does not know ${facts.path}.`, {
        hint: 'An admin adds it with POST /v1/repositories; or stop that server and run again.',
      });
    return known.id;
  }
  const named = checks.map((command, index) => ({ name: checks.length === 1 ? 'check' : `check-${index + 1}`, command, timeout_s: 600 }));
  const made = await client.post<{ repository_id: string }>('/v1/requests/repository', {
    path: facts.path,
    default_branch: facts.defaultBranch,
    checks: named,
  });
  return made.repository_id;
}

async function waitForEnd(context: CliContext, client: ApiClient, issueId: string, decide: boolean): Promise<StoryBody> {
  const shown = new Set<string>();
  for (;;) {
    const story = await client.get<StoryBody>(`/v1/issues/${issueId}/story`);
    if (story.ended_as !== null) return story;
    if (decide) await approvePending(client, (approval) => approval.work_item_id === issueId, 'Given on the command line with --yes.');
    else await tellWhatWaits(context, client, issueId, shown);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function tellWhatWaits(context: CliContext, client: ApiClient, issueId: string, shown: Set<string>): Promise<void> {
  for (const approval of await client.all<{ id: string; kind: string; work_item_id: string | null; card: string }>('/v1/approvals', {
    status: 'pending',
  })) {
    if (approval.work_item_id !== issueId || shown.has(approval.id)) continue;
    shown.add(approval.id);
    context.terminal.err(`${approval.card}\nDecide with: reeve approvals approve ${approval.id}   (or decline)`);
  }
}

async function report(context: CliContext, client: ApiClient, issueId: string, target: string, story: StoryBody): Promise<void> {
  const entries = await client.all<EntryBody>('/v1/change-requests', { issue: issueId });
  const plans = await client.all<PlanBody>('/v1/plans', { work_item_id: issueId });
  const tasks = await client.all<{ id: string; key: string; title: string; state: string; assignee: string | null }>('/v1/tasks', {
    work_item_id: issueId,
  });
  const landed = entries.filter((entry) => entry.state === 'landed').sort((a, b) => (a.landed_at ?? '').localeCompare(b.landed_at ?? ''));
  const ok = story.ended_as === 'landed';
  const branch = story.published_branch ?? target;
  if (!ok) context.answerNo();
  const result = {
    outcome: story.ended_as,
    detail: story.detail,
    target,
    // The one that was named, or the one beside it when that could not take the work.
    branch: ok || story.published_branch !== null ? branch : null,
    // Landed in the queue's own mirror is not yet on the person's branch.
    branch_head: ok ? (landed.at(-1)?.landed_commit ?? null) : null,
    tasks: tasks.map(({ id, key, title, state, assignee }) => ({ id, key, title, state, assignee })),
    change_requests: entries.map((entry) => ({
      id: entry.id,
      task_id: entry.task_id,
      attempt: entry.attempt,
      state: entry.state,
      rung: entry.rung,
      commit: entry.landed_commit,
      last_error: entry.last_error,
    })),
    trace: { issue_id: issueId, plan_id: plans.at(-1)?.id ?? null, workflow_id: story.workflow_id },
  };
  show(context.terminal, context.format(), result, () =>
    [
      visible(story.detail ?? story.ended_as ?? ''),
      ...result.change_requests.map(
        (entry) =>
          `  ${entry.id}  ${entry.state}${entry.rung === null ? '' : ` (${entry.rung})`}${entry.commit === null ? '' : `  ${entry.commit.slice(0, 10)}`}`,
      ),
      ok ? `Your checkout is as it was. See the work: git log ${branch}` : 'Your checkout is as it was.',
    ].join('\n'),
  );
}
