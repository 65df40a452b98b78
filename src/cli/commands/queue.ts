import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { show } from '../output.ts';
import { addQueueBenchCommand } from './queue-bench.ts';
import { addQueueDecisionCommands } from './queue-decide.ts';
import { addQueueHistoryCommands } from './queue-history.ts';
import { addQueueListCommands } from './queue-lists.ts';
import { addQueueShowCommands } from './queue-show.ts';
import { addQueueStatusCommands } from './queue-status.ts';

export type { EntryBody } from './queue-status.ts';

/** `reeve queue`: the merge queue. */
export function addQueueCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const queue = program.command('queue').description('the merge queue');
  addQueueStatusCommands(queue, context);
  addQueueShowCommands(queue, context);

  queue
    .command('submit <files...>')
    .description('submit change requests (JSON files)')
    .action(async (files: string[]) => {
      const client = await api();
      const results: unknown[] = [];
      for (const file of files) results.push(await client.post('/v1/change-requests', parse(file, await context.local.readFile(file))));
      show(terminal, format(), { items: results }, () => `${results.length} submitted.`);
    });

  addQueueDecisionCommands(queue, context);
  addQueueHistoryCommands(queue, context);
  addQueueListCommands(queue, context);
  addQueueBenchCommand(queue, context);
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
