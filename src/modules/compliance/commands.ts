import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { toStoredJson } from '#modules/ledger/index.ts';
import type { ChangeReceiver } from '#ports/change-receiver.ts';
import { deliveriesOf, deliverDue } from './commands.deliveries.ts';
import { decideFindings, evidenceOf, peopleOf } from './decide.ts';
import { COMPLIANCE_RECORDED } from './events.ts';
import type { Compliance, ComplianceDocument, Facts, InvariantResult } from './model.ts';
import { findCompleteness, type BranchReader } from './queries.completeness.ts';
import { exportFiles } from './queries.export.ts';
import { gatherLanding, gatherMerge, type Gathered, type Sources } from './queries.facts.ts';
import { checkInvariants, type Audits } from './queries.invariants.ts';
import { summarise } from './queries.summary.ts';
import { findRecord, hasRecord, insertRecord, listRecords, lockNumbers } from './store.ts';
import { insertDelivery, reviveDelivery } from './store.deliveries.ts';

export interface ComplianceDeps {
  db: Db;
  ids: Ids;
  outbox: Pick<Outbox, 'put'>;
  sources: Sources;
  /** Who is told of each record; null: nobody. */
  receiver: ChangeReceiver | null;
  branches: BranchReader;
  audits: Audits;
}

/** Records of what changed, made by the system from what was recorded, never edited. */
export function createCompliance(deps: ComplianceDeps): Compliance {
  const { db, sources } = deps;
  return {
    recordEvent: (event) => recordEvent(deps, event),
    async list(filter) {
      const after = filter.cursor === undefined ? null : Number(filter.cursor);
      if (after !== null && !Number.isSafeInteger(after))
        throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
      const rows = await listRecords(db, filter, after);
      const items = rows.slice(0, filter.limit);
      return { items, nextCursor: rows.length > filter.limit ? String(items.at(-1)?.number ?? 0) : null };
    },
    get: (id) => findRecord(db, id),
    summary: (filter) => summarise(db, filter),
    export: (range) => exportFiles({ db, ledger: sources.ledger }, range),
    completeness: (projectId) => findCompleteness({ db, sources, branches: deps.branches }, projectId),
    invariants: () => checkInvariants(sources.ledger, deps.audits),
    recordInvariants: () => recordInvariants(deps),
    deliverDue: () => deliverDue(db, deps.receiver),
    deliveries: () => deliveriesOf(db),
    async redeliver(recordId) {
      if (!(await reviveDelivery(db, recordId)))
        throw new AppError('not_found', `No delivery of ${recordId} has been given up.`, { code: 'delivery_not_dead' });
    },
  };
}

async function recordEvent(deps: ComplianceDeps, { type, subject }: { type: string; subject: string }): Promise<void> {
  const kind = type === 'change_request.landed' ? 'landing' : type === 'action.executed' ? 'pull_request' : null;
  if (kind === null || (await hasRecord(deps.db, kind, subject))) return;
  const gathered = kind === 'landing' ? await gatherLanding(deps.sources, subject) : await gatherMerge(deps.sources, subject);
  if (gathered !== null) await write(deps, gathered);
}

/** Number, row, ledger entry, event and delivery are one transaction. */
async function write({ db, ids, outbox, sources, receiver }: ComplianceDeps, gathered: Gathered): Promise<void> {
  const facts = toStoredJson(gathered.facts) as unknown as Facts;
  const policyText = toStoredJson(gathered.policyText) as string;
  const { workItemId } = gathered;
  await db.tx(async (tx) => {
    const { number, now } = await lockNumbers(tx);
    if (await hasRecord(tx, facts.kind, facts.subject)) return;
    const hashes = Object.fromEntries(Object.entries(evidenceOf(facts, policyText)).map(([name, text]) => [name, sha256Hex(text)]));
    const record: ComplianceDocument = {
      v: 1,
      id: ids.next('compliance'),
      number,
      recorded_at: now,
      ...facts,
      policy: { ...facts.policy, text_sha256: sha256Hex(policyText) },
      findings: decideFindings(facts),
      hashes,
    };
    const sha256 = sha256Hex(canonicalJson(record));
    await insertRecord(tx, { record, sha256, workItemId, people: peopleOf(facts), policyText });
    const data = { number, kind: record.kind, about: record.subject, commit: record.commit, sha256 };
    const about = { subject: record.id, projectId: record.project_id, workItemId };
    sources.ledger.append(tx, { kind: COMPLIANCE_RECORDED, actor: 'system', ...about, payload: data });
    await outbox.put(tx, { type: COMPLIANCE_RECORDED, ...about, data });
    if (receiver !== null) await insertDelivery(tx, record.id);
  });
}

/** Most lines of one broken invariant that the entry keeps; the command has all of them. */
const MOST_LINES = 20;

async function recordInvariants({ db, sources, audits }: ComplianceDeps): Promise<InvariantResult[]> {
  const broken = (await checkInvariants(sources.ledger, audits)).filter(({ holds }) => !holds);
  const found = broken.map(({ id, broken: lines }) => ({ id, lines: lines.slice(0, MOST_LINES), count: lines.length }));
  await db.tx(async (tx) =>
    sources.ledger.append(tx, {
      kind: 'invariants.checked',
      subject: 'invariants',
      actor: 'system',
      payload: { hold: broken.length === 0, broken: found },
    }),
  );
  return broken;
}
