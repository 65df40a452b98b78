import { InvalidArgumentError, Option, type Command } from 'commander';
import { createApiClient, type ApiClient } from '../api/client.ts';
import { AppError } from '#kernel/errors.ts';
import type { Estate, OwnServer, SampleGithub } from '../local.ts';
import { show } from '../output.ts';
import type { CliContext } from '../program.ts';
import { approvePending, narrate } from '../story.ts';
import { consoleLink } from './console.ts';
import type { IssueBody } from './issues.ts';
import type { EntryBody } from './queue.ts';

interface DemoOptions {
  yes?: boolean;
  exit?: boolean;
  port?: number;
  forge: 'local' | 'github';
}

interface DemoSummary {
  issues: { total: number; merged: number; duplicates: number; declined: number; asked: number; failed: number };
  change_requests: { submitted: number; landed: number; quarantined: number };
  approvals: number;
  ledger: { entries: number; verified: boolean };
  branch_head: string;
  first_merge_ms: number | null;
  elapsed_ms: number;
}

const ENDED = new Set(['merged', 'duplicate', 'declined', 'failed', 'needs_info']);

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port number');
  return port;
}

/** `reeve demo`: the main job on a sample estate, with nothing but what a stranger's installation would have. */
export function addDemoCommand(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('the whole way on a sample estate: twelve issues, five people, two agents')
    .option('--yes', 'decide approvals as the sample manager')
    .option('--exit', 'stop when every sample issue has ended')
    .option('--port <n>', 'port of the demo server', parsePort)
    .addOption(
      new Option('--forge <name>', 'where the sample repository lives: the embedded forge, or a stand-in for GitHub')
        .choices(['local', 'github'])
        .default('local'),
    )
    .action(async (options: DemoOptions) => {
      const startedAtMs = Date.now();
      const say = (line: string) => (context.format().json ? context.terminal.err(line) : context.terminal.out(line));
      say('Starting a server with its own database for the sample estate …');
      const github = options.forge === 'github' ? await context.local.startSampleGithub() : null;
      try {
        await onServer(context, github, options, (server) => play(context, { server, github, options, startedAtMs, say }));
      } finally {
        await github?.stop();
      }
    });
}

async function onServer(context: CliContext, github: SampleGithub | null, options: DemoOptions, work: (server: OwnServer) => Promise<void>) {
  const server = await context.local.startServer({
    temporary: true,
    port: options.port ?? 0,
    configText: context.local.demoConfig(),
    // Two agents at once: the sample agents compute on this machine, so more of them would only finish later.
    settings: { REEVE_WORKER_CONCURRENCY: '2', ...github?.settings },
  });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

interface Playing {
  server: OwnServer;
  github: SampleGithub | null;
  options: DemoOptions;
  startedAtMs: number;
  say: (line: string) => void;
}

async function play(context: CliContext, { server, github, options, startedAtMs, say }: Playing): Promise<void> {
  const stopping = new AbortController();
  const interrupt = () => stopping.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const gone: { lastWords: string | null } = { lastWords: null };
  void server.ended.then((words) => {
    gone.lastWords = words;
    stopping.abort();
  });
  try {
    const estate = await context.local.makeEstate(server, github);
    const viewer = createApiClient(server);
    const manager = createApiClient({ url: server.url, token: estate.manager_token });
    // Whoever only watches the numbers needs no way into the browser.
    const page = options.exit === true ? null : await consoleLink({ url: server.url, token: estate.manager_token }, '/?tour=1');
    introduce(server, estate, { ...options, page }, say);
    const names = new Map<string, string>();
    const told = narrate(
      viewer,
      stopping.signal,
      null,
      (line) => say(`${((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)}s ${line}`),
      (id, data) => (id === null ? '' : `${nameOf(names, id, data)} `),
    );
    const onWait = createCall(viewer, page, say);
    const watching = { names, startedAtMs, signal: stopping.signal, headOf: headOf(viewer, github), onWait };
    const summary = await watch(viewer, manager, estate, options, watching);
    if (summary !== null) report(context, summary, say);
    if (options.exit !== true && !stopping.signal.aborted) {
      say(`The server stays up at ${server.url} (console at /, API documentation at /docs). Stop it with Ctrl-C.`);
      await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    stopping.abort();
    await told;
  } catch (error) {
    // Whatever did not reach the server then says less.
    if (gone.lastWords === null) throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
  if (gone.lastWords !== null) throw new AppError('unavailable', 'The server of the demo has ended by itself.', { hint: gone.lastWords });
}

/** A story may begin before the issues were looked at again; its first event has the number too. */
function nameOf(names: Map<string, string>, id: string, data: Record<string, unknown>): string {
  if (!names.has(id) && typeof data['number'] === 'number') names.set(id, `#${data['number']}`);
  return names.get(id) ?? id;
}

function introduce(server: OwnServer, estate: Estate, options: DemoOptions & { page: string | null }, say: (line: string) => void): void {
  say(`A shop in ${estate.repository}, five people, two agents, ${estate.issues.length} issues labelled AI-Ready:`);
  for (const issue of estate.issues) say(`  #${issue.number} ${issue.title}\n      (${issue.shows})`);
  if (options.page !== null) {
    say('');
    say(options.yes === true ? 'Watch it in a browser:' : 'It waits for decisions. Open this in a browser to make them as the sample manager:');
    say(`  ${options.page}`);
    say('  (good once, for a quarter of an hour; `npx reeve console` makes another)');
    say('');
  }
  say('Or in another terminal:');
  say(`  export REEVE_URL=${server.url} REEVE_TOKEN=${estate.manager_token}`);
  say(
    options.yes === true
      ? '  npx reeve issue; npx reeve job; npx reeve queue'
      : '  npx reeve approvals; npx reeve approvals show ID; npx reeve approvals approve ID',
  );
}

/** Says once, below what scrolled by, that the first decision waits, and where to make it. */
function createCall(viewer: ApiClient, page: string | null, say: (line: string) => void): () => Promise<void> {
  let told = page === null;
  return async () => {
    if (told) return;
    const { items } = await viewer.get<{ items: unknown[] }>('/v1/approvals?status=pending&limit=1');
    if (items.length === 0) return;
    told = true;
    say(`\nThe first decision waits for you. In a browser, as the sample manager:\n\n  ${page}\n`);
  };
}

interface Watching {
  names: Map<string, string>;
  startedAtMs: number;
  signal: AbortSignal;
  headOf: HeadOf;
  /** Called at every look at which nobody decided for the person. */
  onWait(): Promise<void>;
}

/** The commit at the end of a repository's default branch. */
type HeadOf = (repository: string) => Promise<string>;

function headOf(viewer: ApiClient, github: SampleGithub | null): HeadOf {
  if (github !== null) return (repository) => github.branchHead(repository, 'main');
  return async (repository) => {
    const [owner = '', name = ''] = repository.split('/');
    return (await viewer.get<{ head: string }>(`/v1/local/repositories/${owner}/${name}`)).head;
  };
}

/** An issue that was left to people stays triaged: its story says that it has ended. */
async function allEnded(viewer: ApiClient, issues: IssueBody[]): Promise<boolean> {
  for (const issue of issues.filter((each) => !ENDED.has(each.state))) {
    if (issue.state !== 'triaged') return false;
    const story = await viewer.get<{ ended_as: string | null }>(`/v1/issues/${issue.id}/story`);
    if (story.ended_as === null) return false;
  }
  return true;
}

/** Looks every 250 ms, decides when told to, until every issue has ended; null when interrupted. */
async function watch(viewer: ApiClient, manager: ApiClient, estate: Estate, options: DemoOptions, watching: Watching): Promise<DemoSummary | null> {
  let approvals = 0;
  let firstMergeMs: number | null = null;
  while (!watching.signal.aborted) {
    const issues = await viewer.all<IssueBody>('/v1/issues');
    for (const issue of issues) watching.names.set(issue.id, issue.number === null ? issue.id : `#${issue.number}`);
    if (firstMergeMs === null && issues.some((issue) => issue.state === 'merged')) firstMergeMs = Date.now() - watching.startedAtMs;
    if (issues.length >= estate.issues.length && (await allEnded(viewer, issues)))
      return summarise(viewer, issues, { ...watching, approvals, firstMergeMs, repository: estate.repository });
    if (options.yes === true) approvals += await approvePending(manager, () => true, 'Sample decision of the demo.');
    else await watching.onWait();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return null;
}

async function summarise(
  viewer: ApiClient,
  issues: IssueBody[],
  facts: Pick<Watching, 'startedAtMs' | 'headOf'> & { approvals: number; firstMergeMs: number | null; repository: string },
): Promise<DemoSummary> {
  const count = (state: string) => issues.filter((issue) => issue.state === state).length;
  const entries = await viewer.all<EntryBody>('/v1/change-requests');
  const quarantined = await viewer.all<{ seq: number }>('/v1/ledger', { kind: 'change_request.quarantined' });
  const decided = await viewer.all<{ status: string }>('/v1/approvals', { status: 'approved' });
  const ledger = await viewer.get<{ entries: number; verified: boolean }>('/v1/ledger/verify');
  return {
    issues: {
      total: issues.length,
      merged: count('merged'),
      duplicates: count('duplicate'),
      declined: count('declined'),
      asked: count('needs_info'),
      failed: count('failed'),
    },
    change_requests: {
      submitted: entries.length,
      landed: entries.filter((entry) => entry.state === 'landed').length,
      quarantined: quarantined.length,
    },
    approvals: Math.max(decided.length, facts.approvals),
    ledger: { entries: ledger.entries, verified: ledger.verified },
    branch_head: await facts.headOf(facts.repository),
    first_merge_ms: facts.firstMergeMs,
    elapsed_ms: Date.now() - facts.startedAtMs,
  };
}

function report(context: CliContext, summary: DemoSummary, say: (line: string) => void): void {
  if (!summary.ledger.verified || summary.issues.failed > 0) context.answerNo();
  const { issues, change_requests: changes } = summary;
  if (!context.format().json) say('');
  show(context.terminal, context.format(), summary, () =>
    [
      `${issues.total} issues: ${issues.merged} merged, ${issues.duplicates} duplicate, ${issues.asked} asked about, ${issues.declined} declined, ${issues.failed} failed`,
      `${changes.submitted} change requests: ${changes.landed} landed, ${changes.quarantined} set aside on the way`,
      `${summary.approvals} approvals, ledger of ${summary.ledger.entries} entries ${summary.ledger.verified ? 'verified' : 'NOT VERIFIED'}`,
      `main is at ${summary.branch_head.slice(0, 10)}, after ${(summary.elapsed_ms / 1000).toFixed(1)} s`,
    ].join('\n'),
  );
}
