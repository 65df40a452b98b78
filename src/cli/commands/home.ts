import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, visible } from '../output.ts';

interface Group<T> {
  count: number;
  more: boolean;
  items: T[];
}

interface HomeBody {
  approvals: Group<{ id: string; headline: string; risk: string; expires_at: string }> & { all: number };
  questions: Group<{ id: string; agent: string; question: string; expires_at: string }>;
  escalations: Group<{ id: string; number: number | null; title: string; state: string }>;
  reviews: Group<{ number: number; repository: string; title: string }>;
  running: Group<{ id: string; agent: string; title: string | null; state: string }>;
  merged: Group<{ id: string }>;
  landed: Group<{ id: string; summary: string; target: string }>;
  stuck: Group<{ kind: string; title: string; why: string }>;
}

/** `reeve home`: the first page of the console as text. */
export function addHomeCommand(program: Command, { terminal, format, api }: CliContext): void {
  program
    .command('home')
    .description('what needs you now, what runs, what landed today, what is stuck and why')
    .action(async () => {
      const home = await (await api()).get<HomeBody>('/v1/home', { shown: '10' });
      show(terminal, format(), home, () => textOf(home));
    });
}

function textOf(home: HomeBody): string {
  return [
    ...part(
      'approvals wait for you',
      home.approvals,
      (item) => `${item.id}  ${item.headline} (${item.risk} risk, until ${item.expires_at.slice(0, 16)} UTC)`,
    ),
    ...part('questions of agents', home.questions, (item) => `${item.id}  ${item.agent}: ${item.question}`),
    ...part('reviews asked of you', home.reviews, (item) => `${item.repository} #${item.number}  ${item.title}`),
    ...part('escalations', home.escalations, (item) => `${item.number === null ? item.id : `#${item.number}`}  ${item.title} (${item.state})`),
    ...part('agents at work', home.running, (item) => `${item.id}  ${item.agent}: ${item.title ?? ''} (${item.state})`),
    ...part('changes landed today', home.landed, (item) => `${item.summary} on ${item.target}`),
    ...part('stuck', home.stuck, (item) => `${item.title}: ${item.why}`),
  ].join('\n');
}

function part<T>(name: string, { count, more, items }: Group<T>, line: (item: T) => string): string[] {
  return [`${count}${more ? '+' : ''} ${name}`, ...items.map((item) => `  ${visible(line(item))}`)];
}
