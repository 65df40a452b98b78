import type { Db } from '#platform/db/index.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import { AppError } from '#kernel/errors.ts';
import { KEY_INTRODUCED, KEY_ROTATED, toExported, type Ledger, type LedgerAudit, type LedgerEntry } from '#modules/ledger/index.ts';
import { evidenceOf, POPULATION_COLUMNS, populationRow, shown } from './decide.ts';
import { COMPLIANCE_RECORDED } from './events.ts';
import type { ComplianceRecord, ExportFile } from './model.ts';
import { SOC2_TEXT, VERIFIER_TEXT } from './model.verifier.ts';
import { numbersOf, readRecords, readText } from './store.ts';

interface ExportDeps {
  db: Db;
  ledger: Ledger & LedgerAudit;
}

const PAGE = 100;

/**
 * The files of an export, the population last: it names every change of the period, so whoever reads it to its end has all of them.
 * All proofs are for the tree of one checkpoint, signed when the export begins.
 */
export async function* exportFiles(deps: ExportDeps, range: { from?: string | undefined; to?: string | undefined }): AsyncGenerator<ExportFile> {
  const { db, ledger } = deps;
  const kept = { checkpoint: await ledger.checkpoint(), public_key: await ledger.publicKey() };
  yield { path: 'checkpoint.json', text: shown(kept) };
  yield { path: 'keys.json', text: shown(await succession(deps, kept.checkpoint.tree_size)) };
  yield { path: 'verify.mjs', text: VERIFIER_TEXT };
  yield { path: 'SOC2.md', text: SOC2_TEXT };
  const rows: string[] = [];
  // By number, so that a change that is missing shows: of a change that was recorded late its neighbours come along.
  const numbers = await numbersOf(db, range);
  for (let next = numbers?.first ?? 1; next <= (numbers?.last ?? 0); next += PAGE) {
    for (const record of await readRecords(db, next, Math.min(next + PAGE - 1, numbers?.last ?? 0), PAGE)) {
      const files = await changeFiles(deps, record, kept.checkpoint.tree_size);
      // Recorded after the checkpoint was signed: part of the next export.
      if (files === null) continue;
      yield* files;
      rows.push(populationRow(record.record, record.sha256));
    }
  }
  yield { path: 'population.csv', text: `${[POPULATION_COLUMNS.join(','), ...rows].join('\r\n')}\r\n` };
}

/**
 * Entries in the tree of `treeSize` that introduced a signing key or handed over to the next, oldest first, each with its proof: whoever
 * trusts an earlier key follows them to the one that signed the checkpoint.
 */
async function succession({ ledger }: ExportDeps, treeSize: number) {
  const entries: LedgerEntry[] = [];
  for (const kind of [KEY_INTRODUCED, KEY_ROTATED]) {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await ledger.list({ kind, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      entries.push(...page.items.filter(({ seq }) => seq <= treeSize));
      cursor = page.nextCursor;
    }
  }
  return Promise.all(
    entries.toSorted((a, b) => a.seq - b.seq).map(async (entry) => ({ entry: toExported(entry), proof: await proofOf(ledger, entry.seq, treeSize) })),
  );
}

async function proofOf(ledger: LedgerAudit, seq: number, treeSize: number) {
  const { root, path } = await ledger.proveInclusion(seq, treeSize);
  return { seq, tree_size: treeSize, root, path };
}

export const folderOf = ({ number, id }: { number: number; id: string }): string => `changes/${String(number).padStart(6, '0')}-${id}`;

/** Null: the ledger had no entry of it at this size. */
async function changeFiles({ db, ledger }: ExportDeps, row: ComplianceRecord, treeSize: number): Promise<ExportFile[] | null> {
  const { record } = row;
  const [entry] = (await ledger.list({ subject: row.id, kind: COMPLIANCE_RECORDED, limit: 1 })).items;
  if (entry !== undefined && entry.seq > treeSize) return null;
  if (entry === undefined)
    throw new AppError('internal', `The record ${row.id} has no entry in the ledger.`, {
      code: 'record_without_entry',
      hint: 'Run `reeve ledger verify`.',
    });
  const policyText = await readText(db, record.policy.text_sha256);
  if (policyText === null) throw new AppError('internal', `The policy of the record ${row.id} is gone.`, { code: 'policy_text_missing' });
  const folder = folderOf(record);
  return [
    { path: `${folder}/record.json`, text: `${canonicalJson(record)}\n` },
    { path: `${folder}/ledger-entry.json`, text: shown(toExported(entry)) },
    { path: `${folder}/inclusion-proof.json`, text: shown(await proofOf(ledger, entry.seq, treeSize)) },
    ...Object.entries(evidenceOf(record, policyText)).map(([name, text]) => ({ path: `${folder}/${name}`, text })),
  ];
}
