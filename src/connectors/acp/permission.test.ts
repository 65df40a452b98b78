import { describe, expect, it } from 'vitest';
import { endOfConnection, endOfError, endOfTurn } from './ending.ts';
import { choosePermission } from './permission.ts';

const option = (optionId: string, kind: string) => ({ optionId, kind, name: optionId });
const ALL = [
  option('always', 'allow_always'),
  option('once', 'allow_once'),
  option('once-and-auto', 'allow_once'),
  option('never', 'reject_always'),
  option('no', 'reject_once'),
];

describe('a permission request', () => {
  it('is allowed once, by the first option that does only that', () => {
    expect(choosePermission(ALL, { allow: true })).toEqual({
      outcome: { outcome: 'selected', optionId: 'once' },
      allowed: true,
      reason: 'allowed by policy',
    });
  });

  it('is denied once, with the reason of the policy', () => {
    expect(choosePermission(ALL, { allow: false, reason: 'outside' })).toEqual({
      outcome: { outcome: 'selected', optionId: 'no' },
      allowed: false,
      reason: 'outside',
    });
  });

  it('is denied when it can only be allowed for ever', () => {
    const offered = [option('always', 'allow_always'), option('no', 'reject_once')];
    expect(choosePermission(offered, { allow: true })).toMatchObject({ outcome: { optionId: 'no' }, allowed: false });
  });

  it('falls back to rejecting for ever, and then to cancelling', () => {
    expect(choosePermission([option('never', 'reject_always')], { allow: false, reason: 'x' }).outcome).toEqual({
      outcome: 'selected',
      optionId: 'never',
    });
    expect(choosePermission([option('?', 'maybe')], { allow: true })).toMatchObject({ outcome: { outcome: 'cancelled' }, allowed: false });
  });
});

describe('endings', () => {
  it.each([
    ['end_turn', 'end_turn'],
    ['refusal', 'refused'],
    ['max_turn_requests', 'max_turns'],
    ['max_tokens', 'budget'],
    ['cancelled', 'refused'],
    ['bored', 'protocol'],
  ])('stop reason %s is %s', (stopReason, reason) => {
    expect(endOfTurn(stopReason).reason).toBe(reason);
  });

  it.each([
    ['session/new', -32000, 'refused'],
    ['initialize', -32603, 'protocol'],
    ['session/new', -32601, 'protocol'],
    ['session/prompt', -32602, 'protocol'],
    ['session/prompt', -32603, 'crashed'],
  ] as const)('an error in %s with code %i is %s', (phase, code, reason) => {
    expect(endOfError(phase, { code, message: 'm' }).reason).toBe(reason);
  });

  it('a program that is no agent is told from an agent that crashed', () => {
    expect(endOfConnection('initialize', { exitCode: 0, signal: null }, '').reason).toBe('protocol');
    expect(endOfConnection('initialize', { exitCode: 1, signal: null }, 'no key')).toEqual({
      reason: 'crashed',
      detail: 'The agent exited with code 1 before it answered initialize. Its last words: no key',
    });
    expect(endOfConnection('session/prompt', { exitCode: null, signal: 'SIGSEGV' }, '').detail).toBe(
      'The agent was ended by SIGSEGV before it answered session/prompt.',
    );
    expect(endOfConnection('session/prompt', null, '').reason).toBe('protocol');
  });
});
