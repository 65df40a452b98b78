import { InvalidArgumentError, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { ReadyServer } from '../local.ts';
import type { CliContext } from '../program.ts';
import { show, visible } from '../output.ts';
import { consoleLink } from './console.ts';
import { parseInstant, wholeNumber } from './queue-options.ts';

interface StatusBody {
  version: string;
  started_at: string;
  worker: string;
  database: string;
  queue: { waiting: number; paused: string[]; alarms: number; landed_last_day: number };
  pending_approvals: number;
  ledger: { seq: number; hash: string };
  agents: string[];
}

function statusText({ queue, ...status }: StatusBody): string {
  const notes = [
    queue.paused.length === 0 ? '' : `; paused: ${queue.paused.map(visible).join(', ')}`,
    queue.alarms === 0 ? '' : `; ${queue.alarms} alarms, see \`reeve queue\``,
  ];
  return [
    `Reeve ${status.version}, process ${status.worker}, since ${status.started_at}`,
    `database   ${status.database}`,
    `agents     ${status.agents.length === 0 ? 'none is configured' : status.agents.join(', ')}`,
    `approvals  ${status.pending_approvals} wait for a decision`,
    `queue      ${queue.waiting} wait or are under way, ${queue.landed_last_day} landed in the last day${notes.join('')}`,
    `ledger     ${status.ledger.seq} entries, the last ${status.ledger.hash.slice(0, 16)}…`,
  ].join('\n');
}

/** The first start leads into the console; later ones name it. A server that serves is not ended because this could not be said. */
async function showTheWay({ terminal }: CliContext, { server, first }: ReadyServer): Promise<void> {
  const again = '`reeve console` prints an address that signs you in';
  if (!first) return terminal.err(`\n  Console: ${server.url}  (${again})\n`);
  const link = await consoleLink(server, '/welcome').catch(() => null);
  if (link === null) terminal.err(`\n  Console: ${server.url}  (${again})\n`);
  else terminal.err(`\n  Open the console in a browser (good once, for a quarter of an hour; ${again} later):\n\n  ${link}\n`);
}

type ServeRole = 'all' | 'api' | 'worker';

function parseRole(text: string): ServeRole {
  if (text === 'all' || text === 'api' || text === 'worker') return text;
  throw new InvalidArgumentError('one of all, api, worker');
}

/** `reeve serve`, `doctor`, `status`, `backup`, `restore`. */
export function addMachineCommands(program: Command, context: CliContext): void {
  const { terminal, format, local } = context;

  program
    .command('serve')
    .description('run the server until it is told to stop')
    .option('--role <role>', 'all, api or worker', parseRole, 'all')
    .option('--port <n>', 'port to listen on instead of REEVE_PORT; 0 takes any free one', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on instead of REEVE_HOST')
    .action(async (options: { role: ServeRole; port?: number; host?: string }) => {
      // Only a person who just started it, on the machine where the browser is, has a use for the way in.
      const onReady = (ready: ReadyServer): Promise<void> =>
        terminal.interactive && ready.loopback ? showTheWay(context, ready) : Promise.resolve();
      if ((await local.serve({ ...options, onReady })) !== 0) context.answerNo();
    });

  program
    .command('doctor')
    .description('look at the machine and say what is missing, and what to do about it')
    .action(async () => {
      const report = await local.doctor();
      if (!report.ok) context.answerNo();
      show(terminal, format(), report, () =>
        report.checks
          .map(
            (check) =>
              `${check.ok ? 'ok  ' : check.needed ? 'FAIL' : 'warn'} ${check.name}: ${check.detail}${check.ok || check.fix === null ? '' : `\n     ${check.fix}`}`,
          )
          .join('\n'),
      );
    });

  program
    .command('status')
    .description('what the server is doing')
    .action(async () => {
      const status = await (await context.api()).get<StatusBody>('/status');
      show(terminal, format(), status, () => statusText(status));
    });

  program
    .command('backup <target>')
    .description('copy the database while it runs (a new folder, or a file for a server database)')
    .action(async (target: string) => {
      const made = await local.backup(target);
      show(terminal, format(), made, () => `Backed up to ${made.path} (${made.bytes} bytes).`);
    });

  program
    .command('restore <source>')
    .description('put a backup into an empty data directory, and archived log on top')
    .option('--archive <folder>', 'replay the log that REEVE_WAL_ARCHIVE_DIR gathered since the backup')
    .option('--until <time>', 'with --archive: go to this time instead of the end (2026-11-21T02:57:00Z; without a zone, UTC)', parseInstant)
    .action(async (source: string, options: { archive?: string; until?: Date }) => {
      const { archive, until } = options;
      if (archive === undefined && until !== undefined)
        throw new AppError('invalid', '--until says how far an archive is replayed.', { hint: 'Name the folder with --archive.' });
      const done = await local.restore(source, archive === undefined ? null : { folder: archive, ...(until === undefined ? {} : { until }) });
      show(terminal, format(), done, () =>
        archive === undefined
          ? `Restored into ${done.dataDir}.`
          : `Restored into ${done.dataDir}, ${done.replayedTo === null ? 'the archive held nothing newer' : `with what was committed until ${done.replayedTo}`}.`,
      );
    });
}
