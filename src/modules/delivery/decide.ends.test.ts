import { describe, expect, it } from 'vitest';
import { mayMove } from '#modules/work/index.ts';
import { decideOutsideEnd, pathToEnd, type ForgeFacts } from './decide.ends.ts';

const openPull = { number: 7, state: 'open' as const, mergeSha: null, endedBy: null };
const openIssue = { number: 3, state: 'open' as const, closeReason: null, closedBy: null };
const quiet: ForgeFacts = { pull: openPull, issue: openIssue, ownMerge: 'none', ownClose: false, ownLogin: 'reeve', hint: null };
const merged = { ...openPull, state: 'merged' as const, mergeSha: 'abcdef0123456789', endedBy: 'bob' };
const closedPull = { ...openPull, state: 'closed' as const, endedBy: 'bob' };
const closedIssue = { ...openIssue, state: 'closed' as const, closeReason: 'completed' as const, closedBy: 'ada' };

describe('what people did on the forge', () => {
  it.each<[string, Partial<ForgeFacts>, { as: string; login: string | null; detail: string } | null]>([
    ['nothing', {}, null],
    ['nothing, and there is neither issue nor pull request', { issue: null, pull: null }, null],
    ['merged the pull request', { pull: merged }, { as: 'merged', login: 'bob', detail: 'Pull request #7 was merged by bob as abcdef0123.' }],
    [
      'merged it, which closed the issue',
      { pull: merged, issue: { ...closedIssue, closedBy: 'bob' } },
      { as: 'merged', login: 'bob', detail: 'Pull request #7 was merged by bob as abcdef0123.' },
    ],
    [
      'merged it while our own merge was being carried out',
      { pull: merged, ownMerge: 'under_way' },
      { as: 'merged', login: 'bob', detail: 'Pull request #7 was merged by bob as abcdef0123.' },
    ],
    [
      'merged it, on a forge that does not say who',
      { pull: { ...merged, endedBy: null } },
      { as: 'merged', login: null, detail: 'Pull request #7 was merged by somebody on the forge as abcdef0123.' },
    ],
    [
      'merged it, and the event says who',
      { pull: { ...merged, endedBy: null }, hint: 'eve' },
      { as: 'merged', login: 'eve', detail: 'Pull request #7 was merged by eve as abcdef0123.' },
    ],
    ['closed the pull request', { pull: closedPull }, { as: 'declined', login: 'bob', detail: 'Pull request #7 was closed by bob without a merge.' }],
    ['closed the issue as completed', { issue: closedIssue }, { as: 'declined', login: 'ada', detail: 'Issue #3 was closed by ada.' }],
    [
      'closed the issue as a duplicate',
      { issue: { ...closedIssue, closeReason: 'duplicate' } },
      { as: 'duplicate', login: 'ada', detail: 'Issue #3 was closed by ada as a duplicate.' },
    ],
  ])('%s', (_, facts, wanted) => {
    const outside = decideOutsideEnd({ ...quiet, ...facts });
    expect(outside === null ? null : { ...outside.end, login: outside.login }).toEqual(wanted);
  });

  it.each<[string, Partial<ForgeFacts>]>([
    ['its merge, which closed the issue', { pull: { ...merged, endedBy: 'reeve' }, issue: { ...closedIssue, closedBy: 'reeve' }, ownMerge: 'done' }],
    ['its merge, before the receipt is written', { pull: { ...merged, endedBy: 'reeve' }, ownMerge: 'under_way' }],
    ['its merge, on a forge that does not say who', { pull: { ...merged, endedBy: null }, ownMerge: 'done' }],
    ['a merge that may be its own, on a forge that does not say who', { pull: { ...merged, endedBy: null }, ownMerge: 'under_way' }],
    ['its merge, which closes the issue in the name of nobody', { issue: { ...closedIssue, closedBy: null }, ownMerge: 'under_way' }],
    ['a duplicate it closed', { pull: null, issue: { ...closedIssue, closedBy: 'reeve', closeReason: 'duplicate' } }],
    ['a duplicate it closed, on a tracker that does not say who', { pull: null, issue: { ...closedIssue, closedBy: null }, ownClose: true }],
  ])('is never mistaken for what the story did itself: %s', (_, facts) => {
    expect(decideOutsideEnd({ ...quiet, ...facts })).toBeNull();
  });

  describe('under a login that Reeve shares with a person', () => {
    const shared = { ...quiet, ownLogin: 'dora', sharedLogin: true };
    it.each<[string, Partial<ForgeFacts>, string | null]>([
      ['the person merged', { pull: { ...merged, endedBy: 'dora' } }, 'merged'],
      ['the person closed the issue', { issue: { ...closedIssue, closedBy: 'Dora' } }, 'declined'],
      ['Reeve merged', { pull: { ...merged, endedBy: 'dora' }, issue: { ...closedIssue, closedBy: 'dora' }, ownMerge: 'done' }, null],
      ['one of both is merging', { pull: { ...merged, endedBy: 'dora' }, ownMerge: 'under_way' }, null],
      ['Reeve closed a duplicate', { pull: null, issue: { ...closedIssue, closedBy: 'dora' }, ownClose: true }, null],
    ])('%s', (_, facts, as) => expect(decideOutsideEnd({ ...shared, ...facts })?.end.as ?? null).toBe(as));
  });

  it('comes too late to take the work back once the merge has begun', () => {
    expect(decideOutsideEnd({ ...quiet, issue: closedIssue, ownMerge: 'under_way' })).toBeNull();
    expect(decideOutsideEnd({ ...quiet, pull: closedPull, ownMerge: 'under_way' })).toBeNull();
  });
});

describe('the way of an item to its end', () => {
  it('is one move where the states allow it, and none when it is there already', () => {
    expect(pathToEnd('awaiting_merge', { as: 'merged', detail: '' }, mayMove)).toEqual(['merged']);
    expect(pathToEnd('new', { as: 'declined', detail: '' }, mayMove)).toEqual(['declined']);
    expect(pathToEnd('awaiting_merge', { as: 'failed', detail: '' }, mayMove)).toEqual(['failed']);
    expect(pathToEnd('failed', { as: 'failed', detail: '' }, mayMove)).toEqual([]);
    expect(pathToEnd('duplicate', { as: 'duplicate', detail: '' }, mayMove)).toEqual([]);
  });

  it('leads through a failure when a pull request is merged while its work is only planned again', () => {
    expect(pathToEnd('awaiting_approval', { as: 'merged', detail: '' }, mayMove)).toEqual(['failed', 'merged']);
  });

  it('leaves alone what has ended otherwise', () => {
    expect(pathToEnd('merged', { as: 'declined', detail: '' }, mayMove)).toEqual([]);
  });
});
