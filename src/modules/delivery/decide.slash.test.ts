import { describe, expect, test } from 'vitest';
import { decideSubject, needsInfoReason, parseSlash, questionIn, saidAt } from './decide.slash.ts';

const command = (verb: string, reason: string | null = null, confirm: string | null = null) => ({ kind: 'command', verb, reason, confirm });

describe('a command in a comment', () => {
  test.each([
    ['/reeve approve', command('approve')],
    ['Looks good.\n\n/reeve approve\n', command('approve')],
    ['/Reeve Approve ship it', command('approve', 'ship it')],
    ['/reeve approve acme/shop ship it', command('approve', 'ship it', 'acme/shop')],
    ['/reeve decline out of scope', command('decline', 'out of scope')],
    ['/reeve needs-info which browser?', command('needs-info', 'which browser?')],
    ['/reeve retry', command('retry')],
    ['/reeve stop\r\nthanks', command('stop')],
    ['/reeve decline acme/shop is wrong', command('decline', 'acme/shop is wrong')],
  ])('%j is read', (body, expected) => expect(parseSlash(body)).toEqual(expected));

  test.each([
    ['/reeve fix reviews', 'reviews'],
    ['Hm.\n/reeve fix code reviews', 'reviews'],
    ['/reeve fix conflict', 'conflict'],
    ['/Reeve fix merge conflicts', 'conflict'],
    ['fix code reviews', 'reviews'],
    ['  Fix code review.\n', 'reviews'],
    ['Fix merge conflict!', 'conflict'],
  ])('%j asks for something to be mended', (body, what) => expect(parseSlash(body)).toEqual({ kind: 'fix', what }));

  test.each([
    'please fix code reviews',
    'fix code reviews of last week',
    '> fix merge conflict',
    '```\nfix merge conflict\n```',
    '`fix merge conflict`',
    'fix reviews',
    'fix it',
  ])('%j is only words', (body) => expect(parseSlash(body)).toBeNull());

  test.each(['/reeve fix', '/reeve fix everything', '/reeve', '/reeve merge', '/reeve approved'])('%j looks like one and is none', (body) => {
    expect(parseSlash(body)).toEqual({ kind: 'unknown' });
  });

  test.each([
    'please /reeve approve',
    '> /reeve approve',
    '    text about /reeve approve',
    '```\n/reeve approve\n```',
    '````\n```\n/reeve approve\n```\n````',
    '~~~\n/reeve approve',
    '```\nlog\n```js\n/reeve approve\n```',
    '  ```\n/reeve approve\n  ```',
    '> quoted\u2028/reeve approve',
    '> quoted\u2029/reeve approve',
    '<!-- \n/reeve approve\n-->',
    '<!--\n/reeve approve',
    '/reevepapprove',
    '',
  ])('%j is nobody’s command', (body) => expect(parseSlash(body)).toBeNull());
});

describe('what a command is about', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
  const plan = { id: 'plan', kind: 'plan.approve', createdAt: at(1) } as const;
  const merge = { id: 'merge', kind: 'pr.merge', createdAt: at(2) } as const;
  const push = { id: 'push', kind: 'branch.push', createdAt: at(1) } as const;

  test('on the issue the plan, on the pull request its merge', () => {
    expect(decideSubject('issue', [merge, plan], at(9))?.id).toBe('plan');
    expect(decideSubject('pull', [plan, merge], at(9))?.id).toBe('merge');
  });
  test('on the pull request that turned the branch red, taking it back', () => {
    const revert = { id: 'revert', kind: 'pr.revert' as const, createdAt: plan.createdAt };
    expect(decideSubject('pull', [revert], at(9))?.id).toBe('revert');
    expect(decideSubject('issue', [revert], at(9))).toBeNull();
  });
  test('never what was asked after it was said', () => expect(decideSubject('pull', [plan, merge], at(1))?.id).toBe('plan'));
  test('of one that was delivered late, never what was asked after it was said', () => {
    const said = at(0);
    const after = (ms: number) => new Date(said.getTime() + ms);
    expect(saidAt(said, after(60_000))).toEqual(after(60_000));
    expect(saidAt(said, after(3_600_000))).toEqual(after(120_000));
    // Our clock is behind; and what nobody can send any more was never late.
    expect(saidAt(said, after(-60_000))).toEqual(after(-60_000));
    expect(saidAt(said, after(30 * 86_400_000))).toEqual(after(30 * 86_400_000));
    expect(saidAt(new Date(Number.NaN), said)).toEqual(said);
  });
  test('never what is not shown there: a merge is decided under its pull request alone', () => {
    expect(decideSubject('issue', [push, merge], at(9))).toBeNull();
  });
});

test('a question is told from a plain no by the reason that is kept', () => {
  expect(questionIn(needsInfoReason('which browser?'))).toBe('which browser?');
  expect(questionIn(needsInfoReason(null))).toMatch(/say more/);
  expect(questionIn('out of scope')).toBeNull();
});
