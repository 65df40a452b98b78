import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

export interface EntryBody {
  id: string;
  task_id: string;
  issue_id: string | null;
  target: string;
  attempt: number;
  state: string;
  rung: string | null;
  retries: number;
  last_error: string | null;
  landed_commit: string | null;
  submitted_at: string;
  landed_at: string | null;
  quarantine: Record<string, unknown> | null;
  summary: string;
}

interface QueueBody {
  targets: Array<{ target: string; entries: Array<EntryBody & { waits_for: string[] }> }>;
  counts: Array<{ state: string; rung: string | null; count: number }>;
}

interface JournalBody {
  at: string;
  event: string;
  to_state: string;
  actor: string;
}

/** `reeve queue`: the merge queue. */
export function addQueueCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const queue = program.command('queue').description('the merge queue');

  queue
    .command('status', { isDefault: true })
    .description('what is waiting, merging, verified and quarantined')
    .action(async () => {
      const status = await (await api()).get<QueueBody>('/v1/queue');
      const waiting = status.targets.flatMap((target) => target.entries);
      const rows = waiting.map((item) => [
        item.id,
        item.target,
        item.state,
        item.rung,
        item.retries,
        item.waits_for.join(' '),
        item.summary.split('\n')[0] ?? '',
      ]);
      const counts = status.counts.map(({ state, rung, count }) => `${count} ${state}${rung === null ? '' : ` (${rung})`}`).join(', ');
      show(terminal, format(), status, () => `${table(['ID', 'TARGET', 'STATE', 'RUNG', 'TRIES', 'WAITS FOR', 'SUMMARY'], rows)}\n${counts}`);
    });

  queue
    .command('submit <files...>')
    .description('submit change requests (JSON files)')
    .action(async (files: string[]) => {
      const client = await api();
      const results: unknown[] = [];
      for (const file of files) results.push(await client.post('/v1/change-requests', parse(file, await context.local.readFile(file))));
      show(terminal, format(), { items: results }, () => `${results.length} submitted.`);
    });

  queue
    .command('show <id>')
    .description('one change request from submission to commit')
    .action(async (id: string) => {
      const found = await (await api()).get<EntryBody & { journal: JournalBody[] }>(`/v1/change-requests/${id}`);
      show(terminal, format(), found, () =>
        [
          `${found.id} -> ${visible(found.target)}: ${found.state}${found.rung === null ? '' : ` (${found.rung})`}`,
          visible(found.summary),
          `task ${found.task_id}, attempt ${found.attempt}${found.landed_commit === null ? '' : `, commit ${found.landed_commit}`}`,
          ...found.journal.map((row) => `  ${row.at}  ${row.to_state.padEnd(11)} ${row.event}  ${row.actor}`),
        ].join('\n'),
      );
    });

  for (const [verb, description] of [
    ['retry', 'put a quarantined change request back into the queue'],
    ['drop', 'take a change request out for good'],
  ] as const) {
    queue
      .command(`${verb} <id>`)
      .description(description)
      .option('--reason <text>', 'why', '')
      .action(async (id: string, options: { reason: string }) => {
        const entry = await (await api()).post<EntryBody>(`/v1/queue/${id}/${verb}`, { reason: options.reason });
        show(terminal, format(), entry, () => `${id}: ${entry.state}`);
      });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
