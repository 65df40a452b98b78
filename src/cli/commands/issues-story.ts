import { InvalidArgumentError, type Command } from 'commander';
import type { ApiClient } from '../api/client.ts';
import { lines, show, visible } from '../output.ts';
import type { CliContext } from '../program.ts';
import { wholeNumber } from './queue-options.ts';

interface EntryBody {
  at: string;
  stage: string;
  tone: string;
  actor: string;
  text: string;
  detail: string | null;
  evidence: string[];
  links: Record<string, string | number | null>;
}

const MOST_OF_DETAIL = 12;

/** `reeve issue timeline`, `ask`: what became of an issue, and a question to its author. `idOf`: the id of the issue a person means. */
export function addIssueStoryCommands(issue: Command, context: CliContext, idOf: (client: ApiClient, named: string) => Promise<string>): void {
  const { terminal, format, api } = context;

  issue
    .command('timeline <id>')
    .description('what became of an issue, from the event that brought it to its merge, with where to look each thing up')
    .option('--all', 'everything on record, not only what a person would tell')
    .option('--stage <stages>', 'only these parts, separated by commas (triage,run,ci …)', stages)
    .option('--limit <n>', 'most entries', wholeNumber(1, 100_000), 500)
    .action(async (named: string, options: { all?: boolean; stage?: string; limit: number }) => {
      const client = await api();
      const id = await idOf(client, named);
      const level = options.all === true ? undefined : 'main';
      const items = await client.all<EntryBody>(`/v1/issues/${id}/timeline`, { level, stage: options.stage }, options.limit);
      show(terminal, format(), { items }, () => items.map(entryText).join('\n'));
    });

  issue
    .command('ask <id> <question>')
    .description('ask the author of an issue something; nothing goes on before it is answered, and what runs is set aside')
    .action(async (named: string, question: string) => {
      const client = await api();
      const id = await idOf(client, named);
      const asked = await client.post<{ how: keyof typeof ASKED; action_id: string | null }>(`/v1/issues/${id}/needs-info`, { question });
      show(terminal, format(), asked, () => ASKED[asked.how]);
    });
}

const ASKED = {
  decision: 'The plan was declined with your question; it is asked on the issue.',
  comment: 'Your question is written on the issue.',
  record: 'Your question stands with the request.',
} as const;

function stages(given: string): string {
  if (!/^[a-z_]+(,[a-z_]+)*$/.test(given)) throw new InvalidArgumentError('Stages are words separated by commas.');
  return given;
}

const MARKS: Readonly<Record<string, string>> = { good: '+', bad: '!', waiting: '?', plain: ' ' };

function entryText({ at, tone, text, detail, evidence, links }: EntryBody): string {
  const where = Object.entries(links)
    .filter(([name, value]) => value !== null && name !== 'url' && name !== 'pull_number')
    .map(([name, value]) => (name === 'ledger_seq' ? `ledger ${value}` : visible(String(value))));
  const more = [...(detail === null ? [] : lines(detail).split('\n').slice(0, MOST_OF_DETAIL)), ...evidence.map((one) => `- ${visible(one)}`)];
  const head = `${at.slice(0, 19).replace('T', ' ')} ${MARKS[tone] ?? ' '} ${visible(text)}`;
  return [`${head}${where.length === 0 ? '' : `  [${where.join(' ')}]`}`, ...more.map((line) => `${' '.repeat(22)}${line}`)].join('\n');
}
