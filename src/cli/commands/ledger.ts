import { Option, type Command } from 'commander';
import type { ApiClient } from '../api/client.ts';
import type { LedgerReport } from '../local.ts';
import type { CliContext } from '../program.ts';
import { show, visible, type Terminal } from '../output.ts';
import { addAuditCommands, instantOf } from './ledger-audit.ts';
import { wholeNumber } from './queue-options.ts';

type VerifyBody = LedgerReport & { head?: string | null };

/** `reeve ledger`: the proof of what happened. Verification that fails exits 1. */
export function addLedgerCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const ledger = program.command('ledger').description('the tamper-evident record');

  ledger
    .command('verify')
    .description('walk the whole chain; name the first bad row')
    .option('--entries <file>', 'verify entries kept as JSON lines (`reeve ledger entries`), without a server')
    .addOption(new Option('--file <file>', 'the same').hideHelp())
    .option('--checkpoint <file>', 'hold it against signed checkpoints kept elsewhere: one, or a line each')
    .action(async (options: { entries?: string; file?: string; checkpoint?: string }) => {
      const file = options.entries ?? options.file;
      const report: VerifyBody =
        file === undefined
          ? await verifyServed(context, await api(), options.checkpoint ?? null)
          : await context.local.verifyLedger(file, options.checkpoint ?? null);
      if (!report.verified) context.answerNo();
      show(terminal, format(), report, () =>
        report.verified
          ? `Verified: ${report.entries} entries.`
          : `NOT verified: ${report.reason ?? 'a row is wrong'}${report.first_bad_seq === null ? '' : ` (first bad row ${report.first_bad_seq})`}`,
      );
    });

  ledger
    .command('checkpoint')
    .description('a signed statement of the newest entry, to keep outside')
    .action(async () => {
      const checkpoint = await (await api()).get('/v1/ledger/checkpoint');
      terminal.out(JSON.stringify(checkpoint, null, 2));
    });

  addAuditCommands(ledger, context);

  ledger
    .command('entries')
    .description('every entry as a JSON line, oldest first, as verify --entries reads them; with --json one document')
    .action(async () => {
      const entries = entriesOf(await api());
      if (!format().json) for await (const entry of entries) terminal.out(JSON.stringify(entry));
      else await showWhole(terminal, entries);
    });

  addListCommand(ledger, context);

  ledger
    .command('show')
    .description('one entry, whole')
    .argument('<seq>', 'number of the entry')
    .action(async (seq: string) => terminal.out(JSON.stringify(await (await api()).get(`/v1/ledger/${encodeURIComponent(seq)}`), null, 2)));
}

/** One document, which is written as it is read: a ledger may be larger than memory. */
async function showWhole(terminal: Terminal, entries: AsyncIterable<unknown>): Promise<void> {
  let before = '{"items": [';
  for await (const entry of entries) {
    terminal.out(before);
    before = `${JSON.stringify(entry)},`;
  }
  terminal.out(before.startsWith('{"items"') ? `${before}]}` : `${before.slice(0, -1)}\n]}`);
}

interface Search {
  subject?: string;
  kind?: string;
  actor?: string;
  person?: string;
  model?: string;
  project?: string;
  pull?: string;
  mentions?: string;
  from?: string;
  to?: string;
}

function addListCommand(ledger: Command, { terminal, format, api }: CliContext): void {
  ledger
    .command('list', { isDefault: true })
    .description('entries, newest first')
    .option('--subject <id>', 'only about this')
    .option('--kind <kind>', "only of this kind, or several with commas; 'approval.*' for all that begin so")
    .option('--actor <actor>', 'only by this actor, such as person:ann')
    .option('--person <handle>', 'what this person did, and what names them')
    .option('--model <model>', 'a model, or one version of it: model@version')
    .option('--project <project>', 'id or key')
    .option('--pull <id>', 'about this pull request')
    .option('--mentions <id>', 'about this id, or naming it')
    .option('--from <time>', 'from then on (ISO 8601, or a day)')
    .option('--to <time>', 'before then')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 50)
    .action(async ({ limit, ...given }: Search & { limit: number }) => {
      const { subject, kind, actor, person, model, project, pull, mentions } = given;
      const [from, to] = [instantOf(given.from), instantOf(given.to)];
      const items = await (
        await api()
      ).all<{ seq: number; occurred_at: string; kind: string; actor: string; subject: string }>(
        '/v1/ledger',
        { subject, kind, actor, person, model, project, pull, mentions, from, to, order: 'desc' },
        limit,
      );
      show(terminal, format(), { items }, () =>
        items.length === 0
          ? '(none)'
          : items
              .map((item) => visible(`${String(item.seq).padStart(6)}  ${item.occurred_at}  ${item.kind}  ${item.actor}  ${item.subject}`))
              .join('\n'),
      );
    });
}

/** The server walks its own chain; held against a checkpoint, the entries are fetched and walked here as well. */
async function verifyServed(context: CliContext, client: ApiClient, checkpoint: string | null): Promise<VerifyBody> {
  const own = await client.get<VerifyBody>('/v1/ledger/verify');
  if (checkpoint === null || !own.verified) return own;
  const against = await context.local.verifyLedger(entriesOf(client), checkpoint);
  return against.verified ? own : against;
}

async function* entriesOf(client: ApiClient): AsyncGenerator<unknown> {
  let cursor: string | undefined;
  do {
    const page: { items: unknown[]; next_cursor: string | null } = await client.get('/v1/ledger', { limit: 200, order: 'asc', cursor });
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
