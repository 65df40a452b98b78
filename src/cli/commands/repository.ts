import { setTimeout as delay } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';

interface Backfill {
  state: 'running' | 'paused' | 'done' | 'failed';
  since: string | null;
  waits_until: string | null;
  problem: string | null;
  pages: number;
  seen: number;
  stored: number;
  parts: Array<{ part: string; pages: number; seen: number; stored: number; done: boolean; note: string | null }>;
}

interface Options {
  since?: string;
  status?: boolean;
  pause?: boolean;
  resume?: boolean;
  wait: boolean;
}

const LOOK_MS = 1000;

/** `reeve repository backfill NAME`: a repository's history, read once and told here while it is. */
export function addRepositoryCommands(program: Command, context: CliContext): void {
  const { terminal, format, api, answerNo } = context;
  const repository = program.command('repository').description('what Reeve knows of a repository');
  repository
    .command('backfill')
    .description('read the history of a repository on GitHub; it starts nothing. Exit 1 when it failed or was paused')
    .argument('<name>', 'owner/name, or the id of the repository')
    .option('--since <date>', 'leave out what was last changed before (2026-01-31, or with a time)')
    .addOption(new Option('--status', 'only say how far it has got').conflicts(['since', 'pause', 'resume']))
    .addOption(new Option('--pause', 'stop after the page that is being read').conflicts(['since', 'resume']))
    .addOption(new Option('--resume', 'go on where it stopped').conflicts('since'))
    .option('--no-wait', 'begin it and do not wait for its end')
    .action(async (name: string, options: Options) => {
      const client = await api();
      const address = `/v1/repositories/${encodeURIComponent(await idOf(client, name))}/backfill`;
      const first = await begin(client, address, options);
      const only = options.status === true || options.pause === true || !options.wait;
      const last = only ? first : await follow(context, client, address, first);
      if (last.state === 'failed' || (last.state === 'paused' && options.pause !== true && options.status !== true)) answerNo();
      show(terminal, format(), last, () => backfillText(last));
    });
}

async function idOf(client: ApiClient, name: string): Promise<string> {
  if (/^repo_\w{26}$/.test(name)) return name;
  const all = await client.all<{ id: string; name: string; forge: string }>('/v1/repositories', {}, 10_000);
  const named = all.filter((repository) => repository.name.toLowerCase() === name.toLowerCase());
  const found = named.find(({ forge }) => forge === 'github') ?? named[0];
  if (found === undefined)
    throw new AppError('not_found', `Reeve knows no repository ${visible(name)}.`, { hint: 'Register it first, or name it in reeve.yaml.' });
  return found.id;
}

async function begin(client: ApiClient, address: string, { since, status, pause, resume }: Options): Promise<Backfill> {
  if (status === true) return client.get<Backfill>(address);
  if (pause === true) return client.post<Backfill>(`${address}/pause`, {});
  if (resume === true) return client.post<Backfill>(`${address}/resume`, {});
  return client.post<Backfill>(address, { since: since === undefined ? null : instantOf(since) });
}

function instantOf(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new AppError('invalid', `${visible(text)} is not a date like 2026-01-31.`);
  return new Date(at).toISOString();
}

/** Its numbers on stderr whenever they change, until it rests. */
async function follow({ terminal }: CliContext, client: ApiClient, address: string, first: Backfill): Promise<Backfill> {
  let told = '';
  for (let now = first; ; now = await client.get<Backfill>(address)) {
    const line = progressLine(now);
    if (line !== told) terminal.err(line);
    told = line;
    if (now.state !== 'running') return now;
    await delay(LOOK_MS);
  }
}

function progressLine({ pages, seen, stored, parts, waits_until: until, problem }: Backfill): string {
  const part = parts.find(({ done, note }) => !done && note === null)?.part ?? 'the end';
  const rest = until !== null ? `; GitHub asks to wait until ${until}` : problem === null ? '' : `; ${visible(problem)}`;
  return `${pages} pages, ${seen} seen, ${stored} facts stored; at ${part.replaceAll('_', ' ')}${rest}`;
}

function backfillText(backfill: Backfill): string {
  const { state, since, problem, parts } = backfill;
  const rows = parts.map((part) => [part.part.replaceAll('_', ' '), part.pages, part.seen, part.stored, part.note ?? (part.done ? 'done' : '')]);
  const head = `${state}${since === null ? '' : `, since ${since}`}${problem === null ? '' : `: ${visible(problem)}`}`;
  return `${head}\n\n${table(['PART', 'PAGES', 'SEEN', 'STORED', ''], rows)}`;
}
