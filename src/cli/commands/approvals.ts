import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { cut, lines, show, table, visible, withMore } from '../output.ts';
import { addApprovalAsides, decideAll, whereOf } from './approvals.batch.ts';
import { oneOf, wholeNumber } from './queue-options.ts';

export interface ApprovalBody {
  id: string;
  kind: string;
  status: string;
  digest: string;
  /** What will happen, in one sentence. */
  headline: string;
  risk: string;
  mode: string;
  card: string;
  expires_at: string;
  work_item_id: string | null;
  /** What the decision is bound to. */
  record: { args: Record<string, unknown>; trigger_user: string | null; target: { repo: string; number: number | null } };
  /** What a person types before a yes to high risk. */
  confirm: string | null;
  asked: string | null;
  /** Why it would not be done even after a yes. */
  warning: string | null;
}

/** `reeve approvals`: what waits for a person, and the decision. */
export function addApprovalCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const approvals = program.command('approvals').description('what waits for a decision, and deciding it');

  addList(approvals, context);

  approvals
    .command('show <id>')
    .description('show exactly what would happen')
    .action(async (id: string) => {
      const item = await (await api()).get<ApprovalBody>(`/v1/approvals/${id}`);
      show(
        terminal,
        format(),
        item,
        () =>
          `${item.card}${item.warning === null ? '' : `\n\nWarning: it would be refused even after a yes. ${visible(item.warning)}`}\n\nStatus: ${item.status}\nDigest: ${item.digest}`,
      );
    });

  addDiff(approvals, context);
  addDecisions(approvals, context);

  approvals
    .command('modify <id>')
    .description('replace the action by one with other arguments; it is decided anew')
    .requiredOption('--args <json>', 'the new arguments as a JSON object')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, options: { args: string; reason: string }) => {
      const client = await api();
      const current = await client.get<ApprovalBody>(`/v1/approvals/${id}`);
      const decided = await client.post<ApprovalBody>(`/v1/approvals/${id}/decision`, {
        decision: 'modify',
        digest: current.digest,
        reason: options.reason,
        modified_args: parseObject(options.args),
      });
      show(terminal, format(), decided, () => `${decided.id}: ${decided.status}`);
    });

  addApprovalAsides(approvals, context);
}

/** What waits, or waited, and what each is about. */
function addList(approvals: Command, { terminal, format, api }: CliContext): void {
  approvals
    .command('list', { isDefault: true })
    .description('list approvals: what each is about, and until when it waits')
    .option('--status <status>', `${STATUSES.join(', ')} (whatever waits no longer) or all`, oneOf([...STATUSES, 'all']), 'pending')
    .option('--mine', 'only what you may decide and have not said yes to')
    .option('--kind <kind>', 'one kind of action')
    .option('--risk <risk>', 'low, medium or high', oneOf(['low', 'medium', 'high']))
    .option('--project <project>', 'id or key')
    .option('--order <order>', 'newest, expiring (what runs out first) or risk', oneOf(['newest', 'expiring', 'risk']), 'newest')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 100)
    .action(async ({ status, mine, limit, ...filter }: ListOptions) => {
      const query = { ...filter, status: status === 'all' ? undefined : status, ...(mine === true ? { mine: 'true' } : {}) };
      const { items, more } = cut(await (await api()).all<ApprovalBody>('/v1/approvals', query, limit + 1), limit);
      show(terminal, format(), { items, more }, () => {
        const header = ['ID', 'ACTION', 'RISK', 'ASKED BY', 'STATUS', 'EXPIRES', 'WHAT'];
        const rows = items.map((item) => [
          item.id,
          item.kind,
          item.risk,
          item.record.trigger_user ?? '-',
          item.status,
          item.expires_at,
          aboutOf(item),
        ]);
        return withMore(table(header, rows, WIDEST), more);
      });
    });
}

const STATUSES = ['pending', 'approved', 'declined', 'modified', 'expired', 'withdrawn', 'decided'];
/** A sentence with the names of a repository and a branch in it. */
const WIDEST = 120;

/** Its sentence, and the place where that does not name it. */
function aboutOf(item: ApprovalBody): string {
  const { repo, number } = item.record.target;
  const isNamed = item.headline.includes(repo) && (number === null || item.headline.includes(`#${number}`));
  return isNamed ? item.headline : `${whereOf(item)}: ${item.headline}`;
}

interface ChangesBody {
  unavailable: string | null;
  onto: string | null;
  files: number;
  added: number;
  deleted: number;
  protected_files: number;
  items: Array<{
    path: string;
    from: string | null;
    status: string;
    added: number | null;
    deleted: number | null;
    protected: boolean;
    hunks: string;
    cut: boolean;
  }>;
  next_cursor: string | null;
}

/** The files it would change, as a unified diff in which nothing is hidden. */
function addDiff(approvals: Command, { api, terminal, format }: CliContext): void {
  approvals
    .command('diff <id>')
    .description('show the files it would change')
    .option('--file <path>', 'this file alone, and all of it')
    .action(async (id: string, options: { file?: string }) => {
      const client = await api();
      const read = (cursor?: string) => client.get<ChangesBody>(`/v1/approvals/${id}/changes`, { path: options.file, cursor });
      const changes = await read();
      for (let { next_cursor: cursor } = changes; cursor !== null;) {
        const more = await read(cursor);
        changes.items.push(...more.items);
        cursor = more.next_cursor;
      }
      changes.next_cursor = null;
      show(terminal, format(), changes, () => changes.unavailable ?? [headOf(changes), ...changes.items.map(fileText)].join('\n'));
    });
}

const headOf = ({ files, added, deleted, protected_files: guarded, onto }: ChangesBody): string =>
  `${files} ${files === 1 ? 'file' : 'files'}, ${added} lines added, ${deleted} deleted, onto ${visible(onto ?? '')}${guarded === 0 ? '' : `; ${guarded} protected by the policy`}\n`;

function fileText({ path, from, status, hunks, cut, added, protected: guarded }: ChangesBody['items'][number]): string {
  const name = from === null ? visible(path) : `${visible(from)} -> ${visible(path)}`;
  const text = added === null ? '(no text)\n' : lines(hunks);
  return `${status} ${name}${guarded ? ' [protected]' : ''}\n${text}${cut ? '… more of it is not shown: add --file PATH\n' : ''}`;
}

interface ListOptions {
  status: string;
  mine?: boolean;
  kind?: string;
  risk?: string;
  project?: string;
  order: string;
  limit: number;
}

/** Yes and no, to one or to all of a kind. */
function addDecisions(approvals: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  for (const decision of ['approve', 'decline'] as const) {
    approvals
      .command(`${decision} [id]`)
      .description(decision === 'approve' ? 'say yes to exactly what `show` showed' : 'say no')
      .option('--reason <text>', 'why', '')
      .option('--digest <digest>', 'refuse unless the action still has this digest')
      .option('--confirm <name>', 'the name of the repository, for high risk; needed where a person sits at the terminal')
      .option('--all', 'every pending one of --kind; shows the list first')
      .option('--kind <kind>', 'with --all: the kind of action')
      .option('--yes', 'with --all: the list was read')
      .action(async (id: string | undefined, options: DecideOptions) => {
        if (options.all === true) return decideAll(context, decision, options);
        if (id === undefined) throw new AppError('invalid', 'Name an approval, or use --all --kind KIND.');
        const client = await api();
        const digest = options.digest ?? (await client.get<ApprovalBody>(`/v1/approvals/${id}`)).digest;
        if (decision === 'approve' && options.confirm === undefined && terminal.interactive)
          insistOnName(await client.get<ApprovalBody>(`/v1/approvals/${id}`));
        const { reason, confirm } = options;
        const decided = await client.post<ApprovalBody>(`/v1/approvals/${id}/decision`, { decision, digest, reason, confirm });
        show(terminal, format(), decided, () => `${visible(decided.kind)} ${decided.id}: ${decided.status}`);
      });
  }
}

interface DecideOptions {
  reason: string;
  digest?: string;
  confirm?: string;
  all?: boolean;
  kind?: string;
  yes?: boolean;
}

/** A person at a terminal reads the card before a yes to high risk, and types where it will happen. */
function insistOnName({ id, confirm, status }: ApprovalBody): void {
  if (confirm === null || status !== 'pending') return;
  throw new AppError('invalid', 'This is high risk: type the name of the repository to approve it.', {
    code: 'confirm_missing',
    hint: `Read \`reeve approvals show ${id}\`, then add --confirm NAME.`,
  });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the one sentence
  }
  throw new AppError('invalid', '--args is not a JSON object.');
}
