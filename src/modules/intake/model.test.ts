import { describe, expect, it } from 'vitest';
import { numberOf, parseForgeEvent, toKeptHeaders, type ForgeEvent } from './model.ts';

const issue = {
  number: 3,
  external_id: 'acme/shop#3',
  title: 'Cart',
  body: '',
  state: 'open',
  close_reason: null,
  labels: [],
  assignees: [],
  author: 'ada',
  url: 'http://x/3',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};
const common = { repo: { forge: 'local', name: 'acme/shop' }, actor: 'ada', occurred_at: '2026-01-01T00:00:00.000Z' };
const parse = (value: unknown) => parseForgeEvent({ body: Buffer.from(JSON.stringify(value)) });

describe('normalised events', () => {
  it('are read when they say all their kind needs', () => {
    const labeled = { kind: 'issue.labeled', ...common, issue, label: 'AI-Ready' };
    expect(parse(labeled)).toEqual(labeled);
    expect(numberOf(labeled as ForgeEvent)).toBe(3);
    const push = { kind: 'push', ...common, branch: 'main', before: null, after: 'a'.repeat(40) };
    expect(parse(push)).toEqual(push);
    expect(numberOf(push as ForgeEvent)).toBeNull();
  });
  it.each([
    ['an unknown kind', { kind: 'issue.exploded', ...common, issue }],
    ['a label that is missing', { kind: 'issue.labeled', ...common, issue }],
    ['a field nobody knows', { kind: 'issue.opened', ...common, issue, extra: 1 }],
    ['no object', 7],
  ])('are ignored with a note for %s', (_, value) => {
    expect(parse(value)).toMatchObject({ kind: 'ignored', note: expect.stringContaining('not an event we know') });
  });
});

describe('kept headers', () => {
  it('have lower-case names, lists joined, and no secrets', () => {
    expect(
      toKeptHeaders({
        'X-GitHub-Event': 'issues',
        Authorization: 'Bearer abc',
        'x-many': ['a', 'b'],
        gone: undefined,
        'X-Hub-Signature-256': 'sha256=1',
      }),
    ).toEqual({
      'x-github-event': 'issues',
      authorization: '[redacted]',
      'x-many': 'a, b',
      'x-hub-signature-256': 'sha256=1',
    });
  });
});
