import { describe, expect, test } from 'vitest';
import type { ForgeEvent } from '#ports/forge-event.ts';
import { isOwn, isOwnComment, isOwnDeed } from './decide.own.ts';

const APP = { login: 'acme-reeve[bot]', exclusive: true };
const SHARED = { login: 'dora', exclusive: false };

const issue = { number: 1 } as Extract<ForgeEvent, { kind: 'issue.opened' }>['issue'];
const common = { repo: { forge: 'github', name: 'a/b' }, occurred_at: '2026-01-01T00:00:00Z' };
const labeled = (actor: string, label: string): ForgeEvent => ({ kind: 'issue.labeled', ...common, actor, issue, label });
const commented = (actor: string, body: string): ForgeEvent => ({
  kind: 'issue.commented',
  ...common,
  actor,
  issue,
  comment: { id: '1', author: actor, body, created_at: common.occurred_at },
});

describe('what Reeve did itself', () => {
  test.each([
    ['its app set a label', labeled('acme-reeve[bot]', 'AI-Ready'), APP, true],
    ['its app, as people write its name', labeled('Acme-Reeve', 'bug'), APP, true],
    ['somebody else set a label', labeled('dora', 'AI-Ready'), APP, false],
    ['its marker in a comment of an app with another name', commented('other[bot]', 'Plan <!-- reeve:plan -->'), APP, true],
    ['a person whose token it uses set the ready label', labeled('dora', 'ai-ready'), SHARED, false],
    ['a label it set with that token', labeled('dora', 'bug'), SHARED, true],
    ['a comment of that person', commented('dora', '/reeve approve'), SHARED, false],
    ['a comment it wrote with that token', commented('dora', '/reeve approve <!-- reeve:answer:1 -->'), SHARED, true],
    ['nothing is its own where it is not connected', labeled('', 'bug'), { login: '', exclusive: false }, false],
  ])('%s', (_, event, own, expected) => expect(isOwnDeed(event, own, 'AI-Ready')).toBe(expected));

  test('a comment by a shared login is an answer, unless it bears the marker', () => {
    expect(isOwnComment({ author: 'dora', body: 'Only on Safari.' }, SHARED)).toBe(false);
    expect(isOwnComment({ author: 'dora', body: 'Which? <!-- reeve:questions -->' }, SHARED)).toBe(true);
    expect(isOwnComment({ author: 'acme-reeve[bot]', body: 'no marker' }, APP)).toBe(true);
  });

  test('logins are one name in any case', () => expect(isOwn('ACME-reeve', APP)).toBe(true));
});
