import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

interface Places {
  last: { number: number; tree_size: number; age_seconds: number } | null;
  problem: string | null;
  places: Array<{ place: string; where: string; published: number; attempts: number; last_error: string | null }>;
}

interface Completeness {
  complete: boolean;
  looked_at: number;
  explained: number;
  missing: Array<{ repository: string; branch: string; commit: string; subject: string; at: string }>;
}

interface Invariants {
  hold: boolean;
  items: Array<{ id: string; says: string; holds: boolean; broken: string[] }>;
}

interface Deliveries {
  waiting: number;
  delivered: number;
  dead: Array<{ record_id: string; attempts: number; last_error: string | null }>;
}

/** The parts of `reeve ledger` that auditors and administrators use. */
export function addAuditCommands(ledger: Command, context: CliContext): void {
  addProofCommands(ledger, context);
  addCheckCommands(ledger, context);
  addKeepingCommands(ledger, context);
  addExportCommand(ledger, context);
  addDeliveryCommand(ledger, context);
}

function addProofCommands(ledger: Command, { terminal, api }: CliContext): void {
  ledger
    .command('proof')
    .description('proof (RFC 6962) that an entry is in the ledger')
    .argument('<seq>', 'number of the entry')
    .option('--tree-size <n>', 'of the tree with so many entries; default all')
    .action(async (seq: string, options: { treeSize?: string }) => {
      const proof = await (await api()).get(`/v1/ledger/${encodeURIComponent(seq)}/proof`, { tree_size: options.treeSize });
      terminal.out(JSON.stringify(proof, null, 2));
    });

  ledger
    .command('consistency')
    .description('proof (RFC 6962) that a smaller ledger is the beginning of a larger one')
    .argument('<first>', 'entries of the smaller one')
    .argument('[second]', 'entries of the larger one; default all')
    .action(async (first: string, second: string | undefined) => {
      const proof = await (await api()).get('/v1/ledger/consistency', { first, second });
      terminal.out(JSON.stringify(proof, null, 2));
    });
}

function addCheckCommands(ledger: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  ledger
    .command('completeness')
    .description("merges on the forge's own default branch without a record; exit 1 when there are any")
    .requiredOption('--project <key>', 'project')
    .action(async (options: { project: string }) => {
      const report = await (await api()).get<Completeness>('/v1/compliance/completeness', { project: options.project });
      if (!report.complete) context.answerNo();
      show(terminal, format(), report, () =>
        report.complete
          ? `Complete: all ${report.looked_at} commits on the default branch have a record.`
          : [
              `NOT complete: ${report.missing.length} of ${report.looked_at} commits have no record.`,
              ...report.missing.map(({ repository, commit, at, subject }) => `  ${repository} ${commit.slice(0, 12)} ${at} ${visible(subject)}`),
            ].join('\n'),
      );
    });

  ledger
    .command('invariants')
    .description('check I1 to I5 over everything stored; exit 1 when one is broken')
    .action(async () => {
      const report = await (await api()).get<Invariants>('/v1/compliance/invariants');
      if (!report.hold) context.answerNo();
      show(terminal, format(), report, () =>
        report.items
          .flatMap(({ id, says, holds, broken }) => [
            `${id}  ${holds ? 'holds ' : 'BROKEN'}  ${says}`,
            ...broken.map((line) => `      ${visible(line)}`),
          ])
          .join('\n'),
      );
    });
}

function addKeepingCommands(ledger: Command, { terminal, format, api }: CliContext): void {
  ledger
    .command('places')
    .description('where checkpoints are kept outside, and how far each place has got')
    .action(async () => {
      const state = await (await api()).get<Places>('/v1/ledger/places');
      show(terminal, format(), state, () =>
        [
          state.last === null
            ? 'No checkpoint yet.'
            : `Checkpoint ${state.last.number} covers ${state.last.tree_size} entries, ${state.last.age_seconds} s old.`,
          ...(state.problem === null ? [] : [`None can be signed: ${state.problem}`]),
          table(
            ['place', 'where', 'has', 'error'],
            state.places.map(({ place, where, published, last_error }) => [place, where, published, last_error]),
          ),
        ].join('\n'),
      );
    });

  ledger
    .command('rotate-key')
    .description('make a new signing key; the old one signs the hand-over (admin)')
    .action(async () => {
      const moved = await (await api()).post<{ from: string; to: string }>('/v1/ledger/keys/rotate');
      show(terminal, format(), moved, () => `The key ${moved.from} handed over to ${moved.to}.`);
    });

  ledger
    .command('erase')
    .description('erase the personal data the ledger has committed to about a person; it still verifies (admin)')
    .requiredOption('--subject <person>', 'handle or id of the person')
    .action(async (options: { subject: string }) => {
      const client = await api();
      const subject = options.subject.startsWith('pers_') ? options.subject : await idOf(client, options.subject);
      const { erased } = await client.post<{ erased: number }>('/v1/ledger/erasures', { subject });
      show(terminal, format(), { subject, erased }, () => `Erased ${erased} values about ${options.subject}.`);
    });
}

function addDeliveryCommand(ledger: Command, { terminal, format, api }: CliContext): void {
  ledger
    .command('deliveries')
    .description('what the change-management system has been told, and what was given up')
    .option('--retry <record>', 'try one again that was given up (admin)')
    .action(async (options: { retry?: string }) => {
      const client = await api();
      if (options.retry !== undefined) await client.post(`/v1/compliance/deliveries/${encodeURIComponent(options.retry)}/retry`);
      const state = await client.get<Deliveries>('/v1/compliance/deliveries');
      show(terminal, format(), state, () =>
        [
          `${state.delivered} delivered, ${state.waiting} waiting, ${state.dead.length} given up.`,
          ...state.dead.map(({ record_id, attempts, last_error }) => `  ${record_id} after ${attempts} tries: ${visible(last_error ?? '')}`),
        ].join('\n'),
      );
    });
}

async function idOf(client: Awaited<ReturnType<CliContext['api']>>, handle: string): Promise<string> {
  const people = await client.all<{ id: string; handle: string }>('/v1/people');
  const person = people.find((one) => one.handle === handle);
  if (person !== undefined) return person.id;
  throw new AppError('not_found', `There is no person ${handle}.`, { hint: 'Somebody who was removed is named by the id the ledger has.' });
}

function addExportCommand(ledger: Command, { terminal, format, api, local }: CliContext): void {
  ledger
    .command('export')
    .description('everything an auditor takes along about the changes of a period, with a program that verifies it offline')
    .option('--from <time>', 'changes from then on (ISO 8601, or a day)')
    .option('--to <time>', 'changes before then')
    .requiredOption('--out <folder>', 'folder to make')
    .action(async (options: { from?: string; to?: string; out: string }) => {
      const client = await api();
      const lines = client.lines('/v1/compliance/export', { from: instantOf(options.from), to: instantOf(options.to) });
      const files = await local.writeExport(options.out, lines);
      const changes = new Set(files.filter((file) => file.startsWith('changes/')).map((file) => file.split('/')[1])).size;
      show(terminal, format(), { folder: options.out, changes, files: files.length }, () =>
        [`Exported ${changes} changes to ${options.out}.`, `Verify it with: node ${options.out}/verify.mjs`].join('\n'),
      );
    });
}

/** A day is its first instant, UTC. */
export function instantOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new AppError('invalid', `${text} is not a time.`, { hint: 'Write 2026-11-21 or 2026-11-21T10:00:00Z.' });
  return new Date(time).toISOString();
}
