import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { lines, show } from '../output.ts';

interface ReleaseOptions {
  project: string;
  repository?: string;
  name?: string;
  from?: string;
  to?: string;
}

/** `reeve report release --project P [--from INSTANT] [--to INSTANT]`. */
export function addReportCommands(program: Command, { terminal, format, api }: CliContext): void {
  const report = program.command('report').description('reports about what was done');
  report
    .command('release')
    .description('release notes of what was merged in a period, as Markdown')
    .requiredOption('--project <project>', 'id or key')
    .option('--repository <owner/name>', 'one repository of a project that has several')
    .option('--name <name>', 'name of the release, such as v1.4.0')
    .option('--from <instant>', 'merges from this instant on (ISO 8601, UTC); from the first when left out')
    .option('--to <instant>', 'up to this instant, which is left out; now when left out')
    .action(async ({ project, repository, name, from, to }: ReleaseOptions) => {
      const body = await (await api()).get<{ markdown: string }>('/v1/reports/release', { project, repository, name, from, to });
      show(terminal, format(), body, () => lines(body.markdown));
    });
}
