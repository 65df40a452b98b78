import type { Actor, Role } from '#kernel/actor.ts';
import type { DomainEvent } from '#kernel/event.ts';
import type { JsonObject } from '#kernel/json.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { sql, type Db } from '#platform/db/index.ts';
import {
  ACTION_KINDS,
  createActions,
  type Action,
  type ActionsDeps,
  type ActionKind,
  type ActionNotice,
  type Effect,
  type Proposal,
  PLAIN_TEXT,
} from '#modules/actions/index.ts';
import { createApprovals } from '#modules/approvals/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createPolicy, DEFAULT_POLICY_TEXT, type Facts } from '#modules/policy/index.ts';
import type { PolicyEngine } from '#ports/policy-engine.ts';

/** People of the estate; token and person hold the same role. */
const PEOPLE: Record<string, Role> = { owner: 'admin', mia: 'maintainer', max: 'maintainer', dora: 'developer', dan: 'developer', vic: 'viewer' };

/**
 * Ledger, policy, actions and approvals on one database as app wires them, with the outside world as data: `state` is what changes
 * between proposal and execution, `effects` is a table, so that it survives a killed process.
 */
export function createGovernance(db: Db, worker: { id: string; epoch: number } = { id: 'w1', epoch: 1 }, engine: PolicyEngine | null = null) {
  const state = {
    policyText: DEFAULT_POLICY_TEXT,
    shadow: false,
    facts: {
      plan: { approved: true },
      work: { source: 'local', risk: 'low' },
      project: { self_approval: 'never' },
      target: { is_default: false, is_checked_out: false },
    } as Facts,
    refusal: null as string | null,
    selfApproval: 'never' as 'never' | 'local',
    outgoing: PLAIN_TEXT,
    roles: { ...PEOPLE } as Record<string, Role | null>,
    /** How the branch is guarded against Reeve itself; null: not at all. */
    guard: null as Awaited<ReturnType<ActionsDeps['guard']>>,
    /** Handle -> the projects this person is limited to. */
    limited: {} as Record<string, readonly string[]>,
    /** How often it was asked who is limited. */
    limitsAsked: 0,
  };
  const events: DomainEvent[] = [];
  const notices: { workflowId: string; topic: string; notice: ActionNotice; key: string | undefined }[] = [];
  const ledger = createLedger({ db });
  const policy = createPolicy({ load: () => ({ organisation: { text: state.policyText, source: 'test' } }), kinds: ACTION_KINDS, engine });
  const ids = createIds(systemClock);
  const outbox = { put: async (_: unknown, event: DomainEvent) => void events.push(event) };
  const actions = createActions({
    db,
    ids,
    ledger,
    outbox,
    policy,
    workflow: { send: async (_, workflowId, topic, message, key) => void notices.push({ workflowId, topic, notice: message as ActionNotice, key }) },
    organisation: 'acme',
    facts: async () => state.facts,
    refusal: async () => state.refusal,
    guard: async () => state.guard,
    shadow: () => state.shadow,
    outgoing: { redact: (text) => state.outgoing.redact(text), findSecrets: (text) => state.outgoing.findSecrets(text) },
    executor: () => worker,
    roleOf: async (personId) => state.roles[personId.slice('pers_'.length)] ?? null,
  });
  const approvals = createApprovals({
    db,
    ledger,
    outbox,
    actions,
    policy,
    selfApproval: () => state.selfApproval,
    async projectsOfEach(personIds) {
      state.limitsAsked += 1;
      return new Map(
        personIds.flatMap((id) => {
          const projects = state.limited[id.slice('pers_'.length)];
          return projects === undefined ? [] : [[id, projects] as const];
        }),
      );
    },
    people: {
      async get(id) {
        const handle = id.slice('pers_'.length);
        const role = PEOPLE[handle];
        return role === undefined ? null : { handle, role: state.roles[handle] ?? role, active: state.roles[handle] !== null };
      },
      active: async () => Object.entries(state.roles).flatMap(([handle, role]) => (role === null ? [] : [{ id: `pers_${handle}`, handle, role }])),
    },
  });
  return { db, ids, state, events, notices, ledger, policy, outbox, actions, approvals };
}

export type Governance = ReturnType<typeof createGovernance>;

/** The actor of a person's own token. */
export function person(handle: string, role: Role = PEOPLE[handle] ?? 'viewer'): Actor {
  return { kind: 'person', subject: `person:${handle}`, role, personId: `pers_${handle}` };
}

let keys = 0;

/** A proposal with its least parts filled in. */
export function proposal(kind: ActionKind, more: Partial<Proposal> = {}): Proposal {
  keys += 1;
  return {
    kind,
    target: { forge: 'github', repo: 'acme/shop', number: 7, branch: 'main' },
    args: {},
    proposer: { subject: 'system' },
    triggerUser: 'dora',
    projectId: null,
    workItemId: null,
    idempotencyKey: `test:${process.pid}:${keys}`,
    ...more,
  };
}

export const HEAD = 'a'.repeat(40);

/** A merge, which people decide. */
export const merge = (more: Partial<Proposal> = {}): Proposal =>
  proposal('pr.merge', { args: { message: 'Merge it' }, preconditions: { headSha: HEAD }, ...more });

export function propose(on: Governance, given: Proposal): Promise<Action> {
  return on.actions.transaction((tx) => on.actions.propose(tx, given));
}

/** The outside world: one row per effect that happened. */
export async function createWorld(db: Db): Promise<void> {
  await db.run(sql`create table if not exists world (nr bigint generated always as identity, action_id text not null, context jsonb)`);
}

export async function effectsOf(db: Db, actionId: string): Promise<number> {
  return (await db.one<{ n: number }>(sql`select count(*) as n from world where action_id = ${actionId}`)).n;
}

/** An effect on that world, which can be found again. `before` and `after` run around it. */
export function worldEffect(
  db: Db,
  kind: ActionKind,
  hooks: { check?: () => Promise<string | null>; before?: () => Promise<void>; after?: () => Promise<void> } = {},
): Effect {
  const probe = async (action: Action): Promise<JsonObject | null> => ((await effectsOf(db, action.id)) > 0 ? { found: true } : null);
  return {
    kind,
    check: hooks.check ?? (async () => null),
    probe,
    async run(action, context) {
      await hooks.before?.();
      await db.run(sql`insert into world (action_id, context) values (${action.id}, ${JSON.stringify(context)}::jsonb)`);
      await hooks.after?.();
      return { done: true };
    },
  };
}
