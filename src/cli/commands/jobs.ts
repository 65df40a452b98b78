import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { lines, show, table, visible } from '../output.ts';
import { wholeNumber } from './queue-options.ts';

export interface JobBody {
  id: string;
  task_id: string | null;
  work_item_id: string | null;
  agent: string;
  role: string;
  attempt: number;
  state: string;
  failure: string | null;
  detail: string | null;
  sandbox: string;
  sealed: boolean;
  created_at: string;
}

export interface QuestionBody {
  id: string;
  job_id: string;
  task_id: string | null;
  agent: string;
  question: string;
  choices: string[];
  state: string;
  answer: string | null;
  answered_by: string | null;
  expires_at: string;
}

/** `reeve job`: agent runs. */
export function addJobCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const job = program.command('job').description('agent runs');

  job
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .option('--state <state>', 'only this state')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async (options: { state?: string; limit: number }) => {
      const client = await api();
      const items = await client.all<JobBody>('/v1/jobs', { state: options.state }, options.limit);
      const waiting = await client.all<QuestionBody>('/v1/questions', { state: 'waiting' });
      const asks = (id: string): string | null => {
        const question = waiting.find((each) => each.job_id === id);
        return question === undefined ? null : 'waits for an answer: reeve job questions';
      };
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'AGENT', 'ROLE', 'TRY', 'STATE', 'SANDBOX', 'WHY'],
          items.map((item) => [
            item.id,
            item.agent,
            item.role,
            item.attempt,
            item.state,
            `${item.sandbox}${item.sealed ? '' : ', unsealed'}`,
            item.detail ?? asks(item.id),
          ]),
        ),
      );
    });

  job
    .command('show <id>')
    .description('one run')
    .action(async (id: string) => {
      const found = await (await api()).get<JobBody>(`/v1/jobs/${id}`);
      show(terminal, format(), found, () => lines(JSON.stringify(found, null, 2)));
    });

  job
    .command('logs <id>')
    .description('the execution log, JSON lines; with --json (and without --follow) one document')
    .option('-f, --follow', 'go on until the run ends')
    .action(async (id: string, options: { follow?: boolean }) => {
      const client = await api();
      // Agents write these lines: a person's terminal gets hidden characters as escapes, a program the log as it is.
      const shown = (text: string): string => (terminal.interactive ? lines(text) : text);
      if (options.follow !== true) {
        const log = (await client.text(`/v1/jobs/${id}/log`)).trimEnd();
        const entries = () => log.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]));
        terminal.out(format().json ? JSON.stringify({ items: entries() }, null, 2) : shown(log));
        return;
      }
      for await (const event of client.stream(`/v1/jobs/${id}/log?follow=1`, new AbortController().signal))
        if (event.event !== 'end') terminal.out(shown(event.data));
    });

  job
    .command('questions')
    .description('what agents ask people, those that wait for an answer')
    .option('--all', 'answered and expired ones too')
    .option('--job <id>', 'only of this run')
    .action(async (options: { all?: boolean; job?: string }) => {
      const items = await (
        await api()
      ).all<QuestionBody>('/v1/questions', { state: options.all === true ? undefined : 'waiting', job_id: options.job });
      show(terminal, format(), { items }, () => (items.length === 0 ? 'No question waits for an answer.' : items.map(questionText).join('\n\n')));
    });

  job
    .command('answer <question> [text...]')
    .description('answer a question an agent waits for')
    .option('--choice <n>', 'take one of the answers it offers: 1 is the first')
    .action(async (id: string, words: string[], options: { choice?: string }) => {
      const client = await api();
      const answer =
        options.choice === undefined ? words.join(' ').trim() : await choiceOf(client.get<QuestionBody>(`/v1/questions/${id}`), options.choice);
      if (answer === '') throw new AppError('invalid', 'There is no answer.', { hint: 'Give it as text, or --choice N.' });
      const answered = await client.post<QuestionBody>(`/v1/questions/${id}/answer`, { answer });
      show(terminal, format(), answered, () => `Answered; ${visible(answered.agent)} goes on.`);
    });

  job
    .command('start')
    .description('start a run for a task')
    .requiredOption('--task <id>', 'the task')
    .option('--agent <name>', 'give the task to this agent; left out: whoever has it')
    .action(async (options: { task: string; agent?: string }) => {
      const started = await (await api()).make<JobBody>('/start-job', { task_id: options.task, agent: options.agent });
      show(terminal, format(), started, () => `Started ${started.id}: ${visible(started.agent)} as ${visible(started.role)}.`);
    });

  job
    .command('stop <id>')
    .description('stop a run; no process of it is left')
    .action(async (id: string) => {
      const stopped = await (await api()).post<JobBody>('/stop-job', { job_id: id });
      show(terminal, format(), stopped, () => `${id}: ${stopped.state}`);
    });
}

function questionText(item: QuestionBody): string {
  const state = item.state === 'waiting' ? `waits until ${item.expires_at}` : item.state;
  return [
    `${item.id}  ${visible(item.agent)} in ${item.job_id}, ${state}`,
    `  ${visible(item.question)}`,
    ...item.choices.map((choice, index) => `  ${index + 1}. ${visible(choice)}`),
    ...(item.answer === null ? [] : [`  ${item.answered_by ?? ''}: ${visible(item.answer)}`]),
  ].join('\n');
}

async function choiceOf(question: Promise<QuestionBody>, given: string): Promise<string> {
  const { choices } = await question;
  const choice = choices[Number(given) - 1];
  if (choice === undefined)
    throw new AppError('invalid', `There is no choice ${given}.`, {
      hint: choices.length === 0 ? 'The question offers none: answer with text.' : `It offers 1 to ${choices.length}.`,
    });
  return choice;
}
