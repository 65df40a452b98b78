import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show } from '../output.ts';

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
    .action(async (options: { role: ServeRole }) => {
      if ((await local.serve({ role: options.role })) !== 0) context.answerNo();
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
      const status = await (await context.api()).get<Record<string, unknown>>('/status');
      show(terminal, format(), status, () =>
        Object.entries(status)
          .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
          .join('\n'),
      );
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
    .description('put a backup into an empty data directory')
    .action(async (source: string) => {
      const done = await local.restore(source);
      show(terminal, format(), done, () => `Restored into ${done.dataDir}.`);
    });
}
