import type { Ledger } from '#modules/ledger/index.ts';
import type { InvariantResult } from './model.ts';

/** What the modules that own the tables find in them; each line names one row and what is wrong with it. */
export interface Audits {
  actions(): Promise<{ receipts: string[]; authorizations: string[]; byPeople: string[] }>;
  /** `ids`: actions that people allowed. */
  approvals(ids: readonly string[]): Promise<{ decisions: string[]; agents: string[] }>;
}

/** I1 to I5 of the governance contract over everything that is stored; I6 is `completeness`. */
export async function checkInvariants(ledger: Pick<Ledger, 'verify'>, audits: Audits): Promise<InvariantResult[]> {
  const { receipts, authorizations, byPeople } = await audits.actions();
  const { decisions, agents } = await audits.approvals(byPeople);
  const chain = await ledger.verify();
  const result = (id: InvariantResult['id'], says: string, broken: string[]): InvariantResult => ({ id, says, holds: broken.length === 0, broken });
  return [
    result('I1', 'every effect has exactly one receipt', receipts),
    result('I2', 'every receipt has an authorization with the same digest', authorizations),
    result('I3', 'every authorization is a policy that allows it, or a valid human decision before it expired', decisions),
    result('I4', 'no agent decides', agents),
    result('I5', 'the sequence has no gap', chain.verified ? [] : [`entry ${chain.firstBadSeq}: ${chain.reason}`]),
  ];
}
