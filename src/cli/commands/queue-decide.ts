import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { show } from '../output.ts';
import type { CliContext } from '../program.ts';
import { showPreview } from './queue-lists.ts';
import { collect } from './queue-options.ts';
import type { EntryBody } from './queue-status.ts';

interface RelandBody {
  id: string;
  state: string;
  action_id: string | null;
  change_request: EntryBody | null;
}

interface ResolveOptions {
  ours?: true;
  theirs?: true;
  drop?: true;
  edit: string[];
  oursFor: string[];
  theirsFor: string[];
  delete: string[];
  preview?: true;
  reason: string;
}

/** What people decide about one change request. */
export function addQueueDecisionCommands(queue: Command, context: CliContext): void {
  const { terminal, format, api } = context;

  queue
    .command('retry <id>')
    .description('put a quarantined change request back into the queue')
    .action(async (id: string) => {
      const entry = await (await api()).post<EntryBody>(`/v1/queue/${id}/retry`);
      show(terminal, format(), entry, () => `${id}: ${entry.state}`);
    });

  queue
    .command('drop <id>')
    .description('take a change request out for good')
    .option('--reason <text>', 'why', 'Dropped by a person.')
    .action(async (id: string, { reason }: { reason: string }) => {
      const entry = await (await api()).post<EntryBody>(`/v1/queue/${id}/drop`, { reason });
      show(terminal, format(), entry, () => `${id}: ${entry.state}`);
    });

  queue
    .command('resolve <id>')
    .description('decide a conflict; the result is a new attempt of the same task')
    .option('--ours', "keep the target's version of every conflicting file that is not named")
    .option('--theirs', 'take the submitted version of every conflicting file that is not named')
    .option('--edit <path=file>', 'take the content of a file of yours for this path (several)', collect, [])
    .option('--ours-for <path>', "keep the target's version of this file (several)", collect, [])
    .option('--theirs-for <path>', 'take the submitted version of this file (several)', collect, [])
    .option('--delete <path>', 'delete this file (several)', collect, [])
    .option('--drop', 'take the change request out instead')
    .option('--preview', 'show what it would make of the target, and submit nothing')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, options: ResolveOptions) => {
      const body = await toOrder(options, context);
      if (options.preview === true) {
        await showPreview(context, id, body);
        return;
      }
      const entry = await (await api()).post<EntryBody>(`/v1/change-requests/${id}/resolve`, body);
      show(terminal, format(), entry, () =>
        entry.id === id ? `${id}: ${entry.state}` : `${id} became ${entry.id}, attempt ${entry.attempt}: ${entry.state}`,
      );
    });

  queue
    .command('reland <id>')
    .description('land again what landed and is no longer on its branch')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, { reason }: { reason: string }) => {
      const done = await (await api()).post<RelandBody>(`/v1/change-requests/${id}/reland`, { reason });
      show(terminal, format(), done, () => launchedText(done));
    });
}

/** What became of something that was sent into the queue. */
export function launchedText(done: RelandBody): string {
  if (done.change_request !== null) return `${done.id}: submitted as ${done.change_request.id}`;
  return `${done.id}: waits for the approval of its push (reeve approvals show ${done.action_id ?? ''})`;
}

async function toOrder(options: ResolveOptions, { local }: CliContext): Promise<Record<string, unknown>> {
  const { reason } = options;
  const chosen = [options.ours, options.theirs, options.drop].filter((one) => one === true).length;
  if (chosen > 1) throw new AppError('invalid', 'Give only one of --ours, --theirs and --drop.');
  if (options.drop === true) return { choice: 'drop', reason };
  const files = [
    ...options.oursFor.map((path) => ({ path, choice: 'ours' })),
    ...options.theirsFor.map((path) => ({ path, choice: 'theirs' })),
    ...options.delete.map((path) => ({ path, choice: 'delete' })),
  ];
  const edited = [];
  for (const pair of options.edit) {
    const at = pair.indexOf('=');
    if (at < 1) throw new AppError('invalid', `--edit takes PATH=FILE, not ${pair}.`);
    edited.push({ path: pair.slice(0, at), content: await local.readFile(pair.slice(at + 1)) });
  }
  const choice = options.ours === true ? 'ours' : options.theirs === true ? 'theirs' : 'edit';
  if (choice === 'edit' && files.length + edited.length === 0)
    throw new AppError('invalid', 'Nothing was chosen.', {
      hint: 'Give --ours, --theirs, --edit PATH=FILE or --drop; `reeve queue conflict ID` shows the files.',
    });
  return { choice, files: [...files, ...edited], reason };
}
