import { Argument, type Command } from 'commander';
import { show, table, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { addConversationCommands } from './pulls-conversations.ts';
import { wholeNumber } from './queue-options.ts';

interface PullBody {
  id: string;
  number: number;
  title: string;
  state: string;
  issue_id: string | null;
  head_sha: string;
  author: string | null;
  author_kind: string;
  waiting: { for: string; names: string[]; why: string; since: string | null };
}

interface LoadBody {
  items: Array<{
    handle: string;
    asked: number;
    answered: number;
    open: number;
    load: number;
    wip_limit: number;
    median_minutes: number | null;
    reason: string | null;
    waiting: Array<{ repository: string; number: number; asked_at: string }>;
  }>;
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

/** `reeve pulls`: pull requests, who should review them, what their tests run, and what is said beside their lines. */
export function addPullCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const pulls = program.command('pulls').description('pull requests: who should review them, what their tests run, what is said beside their lines');
  pulls
    .command('list', { isDefault: true })
    .description('list pull requests, newest first')
    .option('--project <id>', 'only this project (id or key)')
    .option('--state <state>', 'open, merged or closed')
    .option('--waits-on <name>', 'only what waits for this handle, login or role:<role>')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async (options: { project?: string; state?: string; waitsOn?: string; limit: number }) => {
      const { project, state, waitsOn: waits_on, limit } = options;
      const items = await (await api()).all<PullBody>('/v1/pulls', { project, state, waits_on }, limit);
      show(terminal, format(), { items }, () =>
        table(
          ['id', 'number', 'state', 'opened by', 'waits for', 'title'],
          items.map((pull) => [pull.id, `#${pull.number}`, pull.state, openedBy(pull), waitsFor(pull), visible(pull.title)]),
        ),
      );
    });
  pulls
    .command('load')
    .description('reviewers in the order of the alphabet: what waits for each, how long their reviews take, load against capacity')
    .option('--project <id>', 'only this project (id or key)')
    .option('--days <n>', 'requests of the last so many days', wholeNumber(1, 365), 30)
    .action(async (options: { project?: string; days: number }) => {
      const body = await (await api()).get<LoadBody>('/v1/reviewers', { project: options.project, days: String(options.days) });
      show(terminal, format(), body, () =>
        table(
          ['reviewer', 'asked', 'answered', 'median', 'load', 'waits longest'],
          body.items.map((row) => [
            row.handle,
            String(row.asked),
            String(row.answered),
            medianOf(row),
            `${row.load} of ${row.wip_limit}`,
            longestOf(row),
          ]),
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
  addConversationCommands(pulls, context);
  pulls
    .command('fix <id>')
    .description('have an agent work on the open remarks of its reviews, or on its conflict with the base; a merge that waits is taken back')
    .addArgument(new Argument('<what>', 'what to work on').choices(['reviews', 'conflict']))
    .action(async (id: string, what: string) => {
      const fix = await (await api()).post<{ id: string }>(`/v1/pulls/${encodeURIComponent(id)}/fix`, { what });
      show(terminal, format(), fix, () => `Asked for: the story of the pull request takes it up (${visible(fix.id)}).`);
    });
}

const openedBy = ({ author, author_kind: kind }: PullBody): string => (kind === 'agent' ? 'Reeve' : visible(author ?? 'a person'));
const waitsFor = ({ waiting }: PullBody): string => visible(waiting.names.length === 0 ? waiting.for : `${waiting.for}: ${waiting.names.join(', ')}`);
const medianOf = ({ median_minutes: minutes, reason }: LoadBody['items'][number]): string =>
  minutes === null ? visible(reason ?? '') : `${Math.round(minutes)} min`;
const longestOf = ({ waiting: [first] }: LoadBody['items'][number]): string =>
  first === undefined ? '' : visible(`${first.repository}#${first.number} since ${first.asked_at}`);

const uncovered = ({ files }: CoverageBody['reports'][number]): string =>
  files
    .filter((file) => file.uncovered !== '')
    .map((file) => `  ${file.path}: ${file.uncovered}`)
    .join('\n');
