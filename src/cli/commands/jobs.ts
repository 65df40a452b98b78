import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

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

/** `reeve job`: agent runs. */
export function addJobCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const job = program.command('job').description('agent runs');

  job
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .option('--state <state>', 'only this state')
    .option('--limit <n>', 'most rows', '100')
    .action(async (options: { state?: string; limit: string }) => {
      const items = await (await api()).all<JobBody>('/v1/jobs', { state: options.state }, Number(options.limit));
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
            item.detail,
          ]),
        ),
      );
    });

  job
    .command('show <id>')
    .description('one run')
    .action(async (id: string) => {
      const found = await (await api()).get<JobBody>(`/v1/jobs/${id}`);
      show(terminal, format(), found, () => JSON.stringify(found, null, 2));
    });

  job
    .command('logs <id>')
    .description('the execution log, JSON lines')
    .option('-f, --follow', 'go on until the run ends')
    .action(async (id: string, options: { follow?: boolean }) => {
      const client = await api();
      if (options.follow !== true) {
        terminal.out((await client.text(`/v1/jobs/${id}/log`)).trimEnd());
        return;
      }
      for await (const event of client.stream(`/v1/jobs/${id}/log?follow=1`, new AbortController().signal))
        if (event.event !== 'end') terminal.out(event.data);
    });

  job
    .command('start')
    .description('start a run for a task')
    .requiredOption('--task <id>', 'the task')
    .option('--agent <name>', 'which agent')
    .action(async (options: { task: string; agent?: string }) => {
      const started = await (await api()).post<JobBody>('/start-job', { task_id: options.task, agent: options.agent });
      show(terminal, format(), started, () => `Started ${started.id}.`);
    });

  job
    .command('stop <id>')
    .description('stop a run; no process of it is left')
    .action(async (id: string) => {
      const stopped = await (await api()).post<JobBody>('/stop-job', { job_id: id });
      show(terminal, format(), stopped, () => `${id}: ${stopped.state}`);
    });
}
