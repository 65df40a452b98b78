import { Argument, type Command } from 'commander';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { wholeNumber } from './queue-options.ts';

interface PullBody {
  id: string;
  number: number;
  title: string;
  state: string;
  issue_id: string | null;
  head_sha: string;
}

interface ReviewersBody {
  suggested: Array<{ handle: string; login: string | null; score: number; reasons: string[] }>;
  passed_over: Array<{ handle: string; why: string }>;
  detail: string;
}

interface CoverageBody {
  head_sha: string;
  reports: Array<{
    check: string;
    format: string | null;
    lines_covered: number;
    lines_found: number;
    problem: string | null;
    files: Array<{ path: string; lines_covered: number; uncovered: string }>;
  }>;
}

/** `reeve pulls`: pull requests, who should review them, and what their tests run. */
export function addPullCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const pulls = program.command('pulls').description('pull requests: who should review them, what their tests run');
  pulls
    .command('list')
    .description('list pull requests, newest first')
    .option('--project <id>', 'only this project (id or key)')
    .option('--state <state>', 'open, merged or closed')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async (options: { project?: string; state?: string; limit: number }) => {
      const items = await (await api()).all<PullBody>('/v1/pulls', { project: options.project, state: options.state }, options.limit);
      show(terminal, format(), { items }, () =>
        table(
          ['id', 'number', 'state', 'opened by', 'title'],
          items.map((pull) => [pull.id, `#${pull.number}`, pull.state, pull.issue_id === null ? 'a person' : 'Reeve', visible(pull.title)]),
        ),
      );
    });
  pulls
    .command('reviewers <id>')
    .description('who should review a pull request, with the reasons')
    .action(async (id: string) => {
      const body = await (await api()).get<ReviewersBody>(`/v1/pulls/${encodeURIComponent(id)}/reviewers`);
      show(terminal, format(), body, () =>
        [
          body.detail,
          ...body.suggested.map(
            ({ handle, login, score, reasons }) => `${handle} (${score} of 100${login === null ? ', no login known' : ''}): ${reasons.join('; ')}`,
          ),
          ...body.passed_over.map(({ handle, why }) => `not ${handle}: ${why}`),
        ]
          .map((line) => visible(line))
          .join('\n'),
      );
    });
  pulls
    .command('coverage <id>')
    .description("which lines the tests run at the pull request's head")
    .action(async (id: string) => {
      const body = await (await api()).get<CoverageBody>(`/v1/pulls/${encodeURIComponent(id)}/coverage`);
      show(terminal, format(), body, () =>
        body.reports.length === 0
          ? `No check wrote a coverage report at ${body.head_sha}.`
          : body.reports
              .map((report) => {
                const head = `${report.check}: ${report.lines_covered} of ${report.lines_found} lines${report.format === null ? '' : ` (${report.format})`}`;
                return [head, ...(report.problem === null ? [] : [report.problem]), uncovered(report)].map((line) => visible(line)).join('\n');
              })
              .join('\n\n'),
      );
    });
  pulls
    .command('fix <id>')
    .description('have an agent work on the open remarks of its reviews, or on its conflict with the base; a merge that waits is taken back')
    .addArgument(new Argument('<what>', 'what to work on').choices(['reviews', 'conflict']))
    .action(async (id: string, what: string) => {
      const fix = await (await api()).post<{ id: string }>(`/v1/pulls/${encodeURIComponent(id)}/fix`, { what });
      show(terminal, format(), fix, () => `Asked for: the story of the pull request takes it up (${visible(fix.id)}).`);
    });
}

const uncovered = ({ files }: CoverageBody['reports'][number]): string =>
  files
    .filter((file) => file.uncovered !== '')
    .map((file) => `  ${file.path}: ${file.uncovered}`)
    .join('\n');
