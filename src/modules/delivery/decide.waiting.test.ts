import { describe, expect, it } from 'vitest';
import type { AskedPeople } from '#modules/reviews/index.ts';
import { authorKindOf, decideWaiting } from './decide.waiting.ts';
import type { PullFacts } from './model.pulls.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

const ours: PullFacts = {
  pull: {
    id: 'pull_1',
    workItemId: 'iss_1',
    projectId: 'proj_1',
    repositoryId: 'repo_1',
    number: 7,
    title: 'Cart',
    state: 'open',
    draft: false,
    headBranch: 'ai-7',
    baseBranch: 'main',
    headSha: 'a',
    mergeSha: null,
    url: 'u',
    createdAt: at(0),
    updatedAt: at(1),
  },
  project: 'shop',
  repository: 'acme/shop',
  issueNumber: 7,
  issueTitle: 'Cart',
  author: 'reeve',
  openedAt: at(0),
  checks: { passed: 1, failed: 0, pending: 0, other: 0, verdict: 'green', at: at(2) },
  review: null,
  verdicts: [],
  objectors: [],
  fix: null,
  story: { endedAs: null, detail: null, startedAt: at(0), endedAt: null },
  action: null,
  entry: null,
  suggested: [],
  run: null,
};
const theirs: PullFacts = { ...ours, pull: { ...ours.pull, workItemId: null }, author: 'mia', story: null };
const merge: NonNullable<PullFacts['action']> = {
  id: 'act_1',
  kind: 'pr.merge',
  status: 'pending',
  at: at(9),
  needed: 1,
  yes: 0,
  asked: null,
  approvers: ['maintainer'],
  expiresAt: null,
};
const waits = (facts: PullFacts, asked: AskedPeople | null = null) => decideWaiting(facts, asked);

describe('who a pull request waits for', () => {
  it('is nobody once it is merged or closed', () => {
    expect(waits({ ...ours, action: merge, pull: { ...ours.pull, state: 'merged' } })).toEqual({
      for: 'nobody',
      names: [],
      why: 'It is merged',
      since: null,
    });
    expect(waits({ ...ours, pull: { ...ours.pull, state: 'closed' } }).why).toBe('It is closed');
  });

  it('is the people who may decide while its merge is asked for, by name where somebody was named, with the votes that are missing', () => {
    expect(waits({ ...ours, action: merge })).toEqual({
      for: 'approvers',
      names: ['role:maintainer'],
      why: 'The merge waits for a decision',
      since: at(9),
    });
    expect(waits({ ...ours, action: { ...merge, asked: 'person:ada', needed: 2, yes: 1 } })).toMatchObject({
      names: ['ada'],
      why: 'The merge waits for a decision (1 of 2 still to say yes)',
    });
    expect(waits({ ...ours, action: { ...merge, kind: 'ci.retry' } })).toMatchObject({
      for: 'approvers',
      why: expect.stringContaining('tries again'),
    });
  });

  it('is an agent as soon as somebody asked for a fix, even where a merge was asked for before', () => {
    const fix = { what: 'reviews', by: 'person:mia', at: at(12) } as const;
    expect(waits({ ...ours, action: merge, fix, run: { id: 'run_1', agent: 'codex', role: 'coder', at: at(13) } })).toEqual({
      for: 'agent',
      names: ['codex'],
      why: 'mia asked to have the remarks of the reviews worked on',
      since: at(12),
    });
  });

  it('is the queue while it verifies, and people where it set the change aside', () => {
    const executing = { ...merge, status: 'executing' } as const;
    expect(waits({ ...ours, action: executing, entry: { id: 'cr_1', state: 'verifying', at: at(20) } })).toMatchObject({
      for: 'queue',
      since: at(20),
    });
    expect(waits({ ...ours, action: executing }).for).toBe('queue');
    expect(waits({ ...ours, entry: { id: 'cr_1', state: 'quarantined', at: at(21) } })).toMatchObject({ for: 'people', since: at(21) });
    expect(waits({ ...ours, action: merge, entry: { id: 'cr_1', state: 'quarantined', at: at(8) } }).for).toBe('approvers');
  });

  it('is whoever must answer a request for changes: people for an agent’s, the author for a person’s', () => {
    const verdicts: PullFacts['verdicts'] = [{ author: 'leo', verdict: 'changes_requested', at: at(30) }];
    expect(waits({ ...ours, verdicts })).toEqual({ for: 'people', names: ['leo'], why: 'leo asked for changes', since: at(30) });
    expect(waits({ ...theirs, verdicts })).toMatchObject({ for: 'author', names: ['mia'] });
  });

  it('is an agent, or the author, while checks are red, and CI while they run', () => {
    const red = { ...ours.checks, failed: 1, verdict: 'red' } as const;
    expect(waits({ ...ours, checks: red }).for).toBe('agent');
    expect(waits({ ...ours, checks: red, story: { endedAs: 'failed', detail: null, startedAt: at(0), endedAt: at(40) } }).for).toBe('people');
    expect(waits({ ...theirs, checks: red })).toMatchObject({ for: 'author', names: ['mia'] });
    expect(waits({ ...theirs, checks: { ...ours.checks, pending: 1, verdict: null } }).for).toBe('ci');
  });

  it('is people where the story has ended without a merge, with the reason', () => {
    const story = { endedAs: 'failed', detail: 'The plan was declined.\nmore', startedAt: at(0), endedAt: at(50) };
    expect(waits({ ...ours, story })).toMatchObject({ for: 'people', why: 'Its story has ended: The plan was declined', since: at(50) });
  });

  it('is the reviewers who were asked, then whoever merges what was approved, and the author of a draft', () => {
    const asked: AskedPeople = { awaited: ['ada', 'leo'], answered: [], askedAt: at(5), answeredAt: null };
    expect(waits(theirs, asked)).toEqual({ for: 'reviewers', names: ['ada', 'leo'], why: 'Nobody has reviewed it yet', since: at(5) });
    expect(waits(theirs)).toMatchObject({ for: 'reviewers', names: [], since: at(0) });
    expect(waits({ ...theirs, verdicts: [{ author: 'leo', verdict: 'approved', at: at(60) }] }, asked)).toMatchObject({
      for: 'author',
      names: ['mia'],
      since: at(60),
    });
    expect(waits({ ...theirs, pull: { ...theirs.pull, draft: true } }).why).toBe('It is a draft');
  });

  it('is nobody by name who has reviewed it, also where they only commented, and still reviewers as long as nobody approved it', () => {
    const one: AskedPeople = { awaited: ['ada'], answered: ['leo'], askedAt: at(5), answeredAt: at(40) };
    const why = 'leo reviewed it; nobody has approved it yet';
    expect(waits(theirs, one)).toEqual({ for: 'reviewers', names: ['ada'], why, since: at(5) });
    expect(waits(theirs, { ...one, awaited: [] })).toEqual({ for: 'reviewers', names: [], why, since: at(40) });
  });
});

it('an author is an agent for a story of ours, else a person, or a bot by its name', () => {
  expect([ours, theirs, { ...theirs, author: 'renovate[bot]' }, { ...theirs, author: null }].map(authorKindOf)).toEqual([
    'agent',
    'person',
    'bot',
    'person',
  ]);
});
