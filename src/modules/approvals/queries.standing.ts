import { ROLES, isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import type { Db } from '#platform/db/index.ts';
import type { Action, Actions } from '#modules/actions/index.ts';
import { decideEligibility, type Decider, type Judged } from './decide.ts';
import type { Approval, ApprovalCounts, ApprovalFilter, Standing } from './model.ts';
import { countPendingBy, listApprovals, listCounted, type CountedRow, type ForRoles } from './store.list.ts';
import type { ApprovalRow } from './store.ts';

export interface StandingDeps {
  db: Db;
  people: { get(id: string): Promise<Decider | null> };
  actions: Pick<Actions, 'many'>;
  selfApproval(projectId: string | null): 'never' | 'local' | Promise<'never' | 'local'>;
}

/** Rows read for one page of what somebody may decide: the roles are asked of the database, the rest of `decideEligibility`. */
const AT_ONCE = 200;
const MOST_READS = 50;
const MOST_COUNTED = 1000;
const SOON_MS = 3_600_000;

type PageFilter = Omit<ApprovalFilter, 'mine'>;

/** Who may decide what, by the one rule that decides it (`decideEligibility`). */
export function createStandings(deps: StandingDeps) {
  /** The person behind a caller, and a memory of what projects allow, for one request. */
  async function judge(by: Actor) {
    const person = by.personId === null ? null : await deps.people.get(by.personId);
    const allowed = new Map<string | null, Promise<'never' | 'local'>>();
    const selfApproval = (projectId: string | null): Promise<'never' | 'local'> => {
      const known = allowed.get(projectId) ?? Promise.resolve(deps.selfApproval(projectId));
      allowed.set(projectId, known);
      return known;
    };
    const eligibility = async (action: Judged & { projectId: string | null }, approvers: readonly Role[]) =>
      decideEligibility(action, approvers, by, person, await selfApproval(action.projectId));
    return { person, eligibility };
  }

  async function standing(by: Actor, judged: Awaited<ReturnType<typeof judge>>, approval: Approval): Promise<Standing> {
    const found = await judged.eligibility(approval.action, approval.approvers);
    const voted = by.personId !== null && approval.yesBy.includes(by.personId);
    if (found.kind === 'refused')
      return { mayDecide: false, whyNot: { code: found.code, reason: found.reason }, requester: found.code === 'requester_never_decides', voted };
    const over = overBecause(approval);
    if (over !== null) return { mayDecide: false, whyNot: over, requester: found.requester, voted };
    return { mayDecide: true, whyNot: null, requester: found.requester, voted };
  }

  /** The rows of one batch that this caller may decide. */
  async function mineOf(
    judged: Awaited<ReturnType<typeof judge>>,
    rows: readonly ApprovalRow[],
  ): Promise<Array<{ row: ApprovalRow; action: Action }>> {
    const actions = new Map((await deps.actions.many(rows.map(({ id }) => id))).map((action) => [action.id as string, action]));
    const found: Array<{ row: ApprovalRow; action: Action }> = [];
    for (const row of rows) {
      const action = actions.get(row.id);
      if (action !== undefined && (await judged.eligibility(action, row.approvers)).kind === 'eligible') found.push({ row, action });
    }
    return found;
  }

  return {
    async of(approvals: readonly Approval[], by: Actor): Promise<Standing[]> {
      const judged = await judge(by);
      const found: Standing[] = [];
      for (const approval of approvals) found.push(await standing(by, judged, approval));
      return found;
    },

    /** A page of what they may decide, filled from as many batches as it takes. */
    async pageOfMine(by: Actor, filter: PageFilter): Promise<{ rows: ApprovalRow[]; more: boolean }> {
      const judged = await judge(by);
      const mine = forRoles(by, judged.person);
      const rows: ApprovalRow[] = [];
      if (mine === null) return { rows, more: false };
      let cursor = filter.cursor;
      for (let reads = 0; reads < MOST_READS; reads += 1) {
        const batch = await listApprovals(deps.db, { ...filter, mine, limit: AT_ONCE, ...(cursor === undefined ? {} : { cursor }) });
        for (const { row } of await mineOf(judged, batch.slice(0, AT_ONCE))) rows.push(row);
        if (rows.length > filter.limit) return { rows: rows.slice(0, filter.limit), more: true };
        if (batch.length <= AT_ONCE) break;
        cursor = batch[AT_ONCE - 1]?.id;
      }
      return { rows, more: false };
    },

    async counts(by: Actor, filter: Pick<ApprovalFilter, 'projectId' | 'projectIds'>): Promise<ApprovalCounts> {
      const judged = await judge(by);
      const roles = forRoles(by, judged.person);
      const [all, waiting] = await Promise.all([
        countPendingBy(deps.db, filter),
        roles === null ? [] : listCounted(deps.db, { ...filter, mine: roles, limit: MOST_COUNTED }),
      ]);
      const mine: CountedRow[] = [];
      for (const row of waiting) if ((await judged.eligibility(row, row.approvers)).kind === 'eligible') mine.push(row);
      return summed(all, mine);
    },
  };
}

type Counted = Awaited<ReturnType<typeof countPendingBy>>;

function summed(all: Counted, mine: readonly CountedRow[]): ApprovalCounts {
  const until = Date.now() + SOON_MS;
  return {
    pending: total(all),
    mine: mine.length,
    mineSoon: mine.filter(({ expiresAt }) => expiresAt.getTime() <= until).length,
    byRisk: { low: total(all, { risk: 'low' }), medium: total(all, { risk: 'medium' }), high: total(all, { risk: 'high' }) },
    byKind: [...new Set(all.map(({ kind }) => kind))].map((kind) => ({
      kind,
      pending: total(all, { kind }),
      mine: mine.filter(({ record }) => record.kind === kind).length,
    })),
    byProject: [...new Set(all.map(({ projectId }) => projectId))].map((projectId) => ({ projectId, pending: total(all, { projectId }) })),
  };
}

function total(rows: Counted, of: Partial<Counted[number]> = {}): number {
  const wanted = Object.entries(of);
  return rows
    .filter((row) => wanted.every(([member, value]) => row[member as keyof typeof row] === value))
    .reduce((sum, { pending }) => sum + pending, 0);
}

/** Roles that a caller holds by token and by person; null for whoever is no person, or none who decides. */
function forRoles(by: Actor, person: Decider | null): ForRoles | null {
  if (by.kind !== 'person' || by.personId === null || person === null || !person.active) return null;
  const roles = ROLES.filter((role) => role !== 'agent' && isAtLeast(by.role, role) && isAtLeast(person.role, role));
  return { roles, personId: by.personId };
}

function overBecause({ status, expiresAt }: Approval): Standing['whyNot'] {
  if (status !== 'pending') return { code: 'already_decided', reason: `It is ${status} already.` };
  return expiresAt.getTime() <= Date.now() ? { code: 'expired', reason: 'The time to decide is over.' } : null;
}
