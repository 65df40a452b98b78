import { describe, expect, it } from 'vitest';
import { decideChain, type Start } from './decide.chain.ts';

const now = new Date('2026-03-01T12:00:00Z');
const start = (startedBy: string, hoursAgo: number): Start => ({ startedBy, startedAt: new Date(now.getTime() - hoursAgo * 3_600_000) });
const byItself = { person: null, now };

describe('a chain of stories that nobody we know asked for', () => {
  it('goes on for three and stops before the fourth', () => {
    for (const depth of [0, 1, 2]) expect(decideChain(byItself, Array<Start>(depth).fill(start('system', 1)))).toEqual({ kind: 'go' });
    expect(decideChain(byItself, [start('system', 1), start('system', 2), start('system', 3)])).toEqual({ kind: 'stop', depth: 3 });
  });

  it('is broken by a person, in the middle and as the one who asks now', () => {
    expect(decideChain(byItself, [start('system', 1), start('system', 2), start('person:ann', 3), start('system', 4)])).toEqual({ kind: 'go' });
    expect(decideChain({ person: 'ann', now }, Array<Start>(9).fill(start('system', 1)))).toEqual({ kind: 'go' });
  });

  it('does not reach back more than a day', () => {
    expect(decideChain(byItself, [start('system', 1), start('system', 2), start('system', 25)])).toEqual({ kind: 'go' });
  });
});
