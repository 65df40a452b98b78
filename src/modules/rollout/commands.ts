import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Action, Actions } from '#modules/actions/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { isCompared, judge, nextStage } from './decide.ts';
import { ROLLOUT_EVENTS } from './events.ts';
import type { AdvanceArgs, Assessment, Criteria, Deed, Stage } from './model.ts';
import { assessNow, stageOf } from './queries.ts';
import * as store from './store.ts';

export interface RolloutDeps {
  db: Db;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  /** Stage of a project nobody set one for. */
  defaultStage: Stage;
  criteria: Criteria;
}

export type Advanced =
  | { kind: 'advanced'; stage: Stage }
  /** It waits for people, because the criteria fail. */
  | { kind: 'asked'; action: Pick<Action, 'id' | 'status'>; assessment: Assessment };

export interface AdvanceInput {
  projectId: string;
  /** Why it should go on although the criteria fail; null: it should not. */
  override: string | null;
  /** Null leaves the core paths as they are. */
  corePaths: readonly string[] | null;
}

/**
 * To the next stage: at once when the criteria hold. When they fail, AppError refused `rollout_criteria` naming the numbers, or with a
 * reason the action `rollout.advance`, which policy decides. AppError conflict `rollout_complete` at the last stage.
 */
export async function advance(
  deps: RolloutDeps,
  actions: Pick<Actions, 'propose' | 'transaction'>,
  input: AdvanceInput,
  by: Actor,
): Promise<Advanced> {
  return actions.transaction(async (tx): Promise<Advanced> => {
    const now = await store.lockStage(tx, input.projectId);
    const stage = now?.stage ?? deps.defaultStage;
    const to = nextStage(stage);
    if (to === null) throw new AppError('conflict', 'The project is in the last stage already.', { code: 'rollout_complete' });
    const assessment = await assessNow(deps, tx, { projectId: input.projectId, stage, since: now?.since ?? null });
    if (assessment.ready) {
      await setStage(deps, tx, {
        projectId: input.projectId,
        from: stage,
        to,
        corePaths: input.corePaths,
        reason: 'The criteria hold.',
        by: by.subject,
      });
      return { kind: 'advanced', stage: to };
    }
    const unmet = assessment.criteria.filter(({ met }) => !met).map(({ sentence }) => sentence);
    if (input.override === null)
      throw new AppError('refused', `The stage ${stage} cannot be left yet: ${unmet.join('; ')}.`, {
        code: 'rollout_criteria',
        hint: '--override REASON asks people to let it go on all the same.',
        detail: { unmet },
      });
    if (input.corePaths !== null)
      throw new AppError('invalid', 'Core paths cannot be changed by an advance that people have yet to allow.', {
        hint: 'Set them first with `reeve rollout set`.',
      });
    const args: AdvanceArgs = { project_id: input.projectId, from: stage, to, reason: input.override, unmet };
    const action = await actions.propose(tx, advanceProposal(args, by, now?.since ?? null));
    return { kind: 'asked', action: { id: action.id, status: action.status }, assessment };
  });
}

function advanceProposal(args: AdvanceArgs, by: Actor, since: Date | null): Parameters<Actions['propose']>[1] {
  return {
    kind: 'rollout.advance',
    target: { forge: 'reeve', repo: 'reeve' },
    args: { ...args },
    proposer: { subject: by.subject },
    triggerUser: by.subject.startsWith('person:') ? by.subject.slice('person:'.length) : null,
    projectId: args.project_id,
    workItemId: null,
    idempotencyKey: `rollout.advance:${args.project_id}:${args.from}:${since?.toISOString() ?? ''}:${args.reason}:${args.unmet.join(';')}`.slice(
      0,
      500,
    ),
    runBy: 'executor',
  };
}

/** Back to shadow, at once, whatever anybody thinks of it: nothing outward is executed for the project from the next action on. */
export async function rollBack(deps: RolloutDeps, projectId: string, reason: string, by: Actor): Promise<Stage> {
  return deps.db.tx(async (tx): Promise<Stage> => {
    const from = (await store.lockStage(tx, projectId))?.stage ?? deps.defaultStage;
    if (from !== 'shadow') await setStage(deps, tx, { projectId, from, to: 'shadow', corePaths: null, reason, by: by.subject });
    return 'shadow';
  });
}

/** An earlier stage, or the first one for a project that has none: never further than it is. AppError refused `rollout_order`. */
export async function setEarlier(
  deps: RolloutDeps,
  input: { projectId: string; stage: Stage; corePaths: readonly string[] | null; reason: string },
  by: Actor,
): Promise<void> {
  await deps.db.tx(async (tx) => {
    const now = await store.lockStage(tx, input.projectId);
    const from = now?.stage ?? deps.defaultStage;
    const { corePaths } = input;
    const narrows = from === 'non_critical' && input.stage === from && corePaths !== null;
    const dropped = narrows ? (now?.corePaths ?? []).filter((path) => !corePaths.includes(path)) : [];
    if (dropped.length > 0)
      throw new AppError('refused', `Core paths only grow while the project is in the stage ${from}: ${dropped.join(', ')} would be let go.`, {
        code: 'rollout_core_paths',
        hint: 'Name them again, or go back with `reeve rollout rollback` first.',
      });
    if (nextOrSame(from, input.stage) === 'later')
      throw new AppError('refused', `The project is in the stage ${from}; only an advance leads on.`, {
        code: 'rollout_order',
        hint: 'Use `reeve rollout advance`.',
      });
    await setStage(deps, tx, { projectId: input.projectId, from, to: input.stage, corePaths: input.corePaths, reason: input.reason, by: by.subject });
  });
}

function nextOrSame(from: Stage, to: Stage): 'later' | 'not_later' {
  for (let stage = nextStage(from); stage !== null; stage = nextStage(stage)) if (stage === to) return 'later';
  return 'not_later';
}

interface StageMove {
  projectId: string;
  from: Stage;
  to: Stage;
  corePaths: readonly string[] | null;
  reason: string;
  by: string;
  more?: JsonObject;
}

async function setStage(deps: RolloutDeps, tx: Tx, move: StageMove): Promise<void> {
  await store.saveStage(tx, { projectId: move.projectId, stage: move.to, corePaths: move.corePaths, by: move.by, reason: move.reason });
  const order = nextOrSame(move.from, move.to);
  const kind = order === 'later' ? ROLLOUT_EVENTS.advanced : move.to === move.from ? ROLLOUT_EVENTS.stageSet : ROLLOUT_EVENTS.rolledBack;
  const payload: JsonObject = {
    from: move.from,
    to: move.to,
    reason: move.reason,
    core_paths: move.corePaths === null ? null : [...move.corePaths],
    ...move.more,
  };
  deps.ledger.append(tx, { kind, subject: move.projectId, actor: move.by, projectId: move.projectId, payload });
  await deps.outbox.put(tx, { type: kind, subject: move.projectId, projectId: move.projectId, data: payload });
}

/** Carries out an advance that people allowed. Done twice it changes nothing more. */
export async function carryOutAdvance(deps: RolloutDeps, args: AdvanceArgs, actionId: string): Promise<void> {
  await deps.db.tx(async (tx) => {
    const from = (await store.lockStage(tx, args.project_id))?.stage ?? deps.defaultStage;
    if (from !== args.from) return;
    const more = { action_id: actionId, unmet: args.unmet };
    await setStage(deps, tx, { projectId: args.project_id, from, to: args.to, corePaths: null, reason: args.reason, by: 'system', more });
  });
}

/** Keeps an action that was only recorded, or that people are asked about, to be held against what they do. */
export async function noteDecision(deps: RolloutDeps, action: Action): Promise<void> {
  const { projectId, record } = action;
  if (projectId === null || !isCompared(record.kind)) return;
  await deps.db.tx(async (tx) => {
    const { stage } = await stageOf(deps, tx, projectId);
    // In the last stage nothing is left to be proved.
    if (stage === 'core') return;
    await store.insertDecision(tx, {
      actionId: action.id,
      projectId,
      workItemId: action.workItemId,
      stage,
      kind: record.kind,
      forge: record.target.forge,
      repo: record.target.repo,
      number: record.target.number,
      would: record.args,
      decidedAt: action.createdAt,
    });
  });
}

/** A decision of people on the action itself is the plainest deed: yes is agreement, no and another way are not. */
export async function noteAnswer(deps: RolloutDeps, action: Action, answer: { agreed: boolean; by: string }): Promise<void> {
  await noteDecision(deps, action);
  await deps.db.tx((tx) => store.saveVerdict(tx, action.id, answer.agreed ? 'agreed' : 'disagreed', { answered: action.status, by: answer.by }));
}

/** Holds what people did on a forge or tracker against the open decisions about the same number. Safe to run twice and out of order. */
export async function noteDeed(deps: RolloutDeps, about: { forge: string; repo: string; number: number; at: Date }, deed: Deed): Promise<number> {
  return deps.db.tx(async (tx) => {
    let judged = 0;
    for (const decision of await store.openDecisions(tx, { ...about, before: about.at })) {
      const verdict = judge(decision, deed);
      if (verdict === null) continue;
      await store.saveVerdict(tx, decision.actionId, verdict, { event: deed.kind, by: deed.actor, at: about.at.toISOString() });
      judged += 1;
    }
    return judged;
  });
}
