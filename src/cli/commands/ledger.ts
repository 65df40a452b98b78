import { Option, type Command } from 'commander';
import type { ApiClient } from '../api/client.ts';
import type { LedgerReport } from '../local.ts';
import type { CliContext } from '../program.ts';
import { show } from '../output.ts';
import { addAuditCommands } from './ledger-audit.ts';
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
    .description('every entry as a JSON line, oldest first, as verify --entries reads them')
    .action(async () => {
      for await (const entry of entriesOf(await api())) terminal.out(JSON.stringify(entry));
    });

  ledger
    .command('list', { isDefault: true })
    .description('entries, newest first')
    .option('--subject <id>', 'only about this')
    .option('--kind <kind>', 'only of this kind')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 50)
    .action(async (options: { subject?: string; kind?: string; limit: number }) => {
      const items = await (
        await api()
      ).all<{ seq: number; occurred_at: string; kind: string; actor: string; subject: string }>(
        '/v1/ledger',
        { subject: options.subject, kind: options.kind, order: 'desc' },
        options.limit,
      );
      show(terminal, format(), { items }, () =>
        items.map((item) => `${String(item.seq).padStart(6)}  ${item.occurred_at}  ${item.kind}  ${item.actor}  ${item.subject}`).join('\n'),
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
