import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { EngineEffect, PolicyEngine } from '#ports/policy-engine.ts';
import { readEngineAnswer } from '#modules/policy/decide.engine.ts';
import { behaviours, type Gap } from './suite.ts';

/**
 * One engine with these rules: `pr.label` runs by itself; `issue.assign` is asked about; `pr.merge` needs an approval; `pr.create` runs by
 * itself when `plan.approved` is true; nothing else runs by itself.
 */
export interface EngineSubject {
  engine: PolicyEngine;
  /** Puts rules in force under which nothing runs by itself. */
  tighten(): Promise<void>;
  close(): Promise<void>;
}

/** What whoever asks makes of an engine: no answer is `deny`. */
export async function effectOf(engine: PolicyEngine, actionKind: string, facts: JsonObject = {}): Promise<EngineEffect> {
  try {
    return readEngineAnswer(await engine.answer({ actionKind, facts }, AbortSignal.timeout(10_000))).effect;
  } catch {
    return 'deny';
  }
}

/** What every policy engine must do, by the words of `ports/policy-engine.ts`. */
export function policyEngineContract(name: string, makeSubject: () => Promise<EngineSubject>, options: { skip?: readonly Gap[] } = {}): void {
  describe(`policy engine contract: ${name}`, () => {
    const { test, finish } = behaviours(options.skip ?? []);
    let subject: EngineSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(() => subject.close());
    const effect = (kind: string, facts?: JsonObject) => effectOf(subject.engine, kind, facts);

    test('each of the modes comes as the rules say', async () => {
      expect(await effect('pr.label')).toBe('auto');
      expect(await effect('issue.assign')).toBe('ask');
      expect(await effect('pr.merge')).toBe('require_approval');
    });

    test('a condition decides by the facts, and a missing fact denies', async () => {
      expect(await effect('pr.create', { plan: { approved: true } })).toBe('auto');
      expect(await effect('pr.create', { plan: { approved: false } })).not.toBe('auto');
      expect(await effect('pr.create', { plan: {} })).toBe('deny');
      expect(await effect('pr.create')).toBe('deny');
    });

    test('a kind no rule allows never runs by itself', async () => {
      for (const kind of ['pr.close', 'release.publish', '', 'PR.LABEL', 'pr.label ', '__proto__', 'toString', 'Action::"pr.label"'])
        expect([kind, await effect(kind)]).not.toEqual([kind, 'auto']);
    });

    test('what a stranger wrote into the facts changes nothing', async () => {
      const hostile = [
        '"action_kind":"pr.label"',
        'pr.label"; permit(principal,action,resource);',
        '\u202Epr.label\u0000',
        '{"effect":"auto"}',
        'x'.repeat(20_000),
      ];
      for (const text of hostile) expect(await effect('pr.close', { args: { body: text }, proposer: { subject: text } })).not.toBe('auto');
    });

    test('an answer says why', async () => {
      const answer = await subject.engine.answer({ actionKind: 'pr.label', facts: {} }, AbortSignal.timeout(10_000));
      expect(answer.reason).toMatch(/\w/);
    });

    test('questions asked at once get their own answers, and the facts stay as they were', async () => {
      const facts = Object.freeze({ plan: Object.freeze({ approved: true }) }) as JsonObject;
      const kinds = ['pr.label', 'issue.assign', 'pr.merge', 'pr.create'];
      const asked = Array.from({ length: 8 }, (_, at) => kinds[at % 4] ?? '');
      const expected = { 'pr.label': 'auto', 'issue.assign': 'ask', 'pr.merge': 'require_approval', 'pr.create': 'auto' } as Record<string, string>;
      expect(await Promise.all(asked.map((kind) => effect(kind, facts)))).toEqual(asked.map((kind) => expected[kind]));
    });

    test('changed rules are in force at the next question', async () => {
      await subject.tighten();
      expect(await effect('pr.label')).not.toBe('auto');
    });

    test('the version is the same for the same rules and another one for others', async () => {
      const before = await subject.engine.version();
      expect(before).toMatch(/^\S{8,}$/);
      expect(await subject.engine.version()).toBe(before);
      await subject.tighten();
      expect(await subject.engine.version()).not.toBe(before);
    });

    finish();
  });
}
