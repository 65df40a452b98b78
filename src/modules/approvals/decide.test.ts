import { expect, test } from 'vitest';
import type { ActionRecord } from '#modules/actions/index.ts';
import { renderCard, visible } from './decide.card.ts';
import { approvalRoutes } from './routes.ts';

const record = {
  v: 1,
  organisation: 'acme',
  action_id: 'act_1',
  kind: 'pr.merge',
  target: { forge: 'github', repo: 'acme/shop', number: 12, branch: 'main' },
  args: { message: 'Merge the cart\n\nCloses #7', title: 'Cart', tags: ['a\nb'] },
  preconditions: { head_sha: 'a'.repeat(40), base_sha: null, issue_updated_at: null },
  proposer: { subject: 'agent:codex', run: 'run_1', model: 'm', prompt_hash: null },
  trigger_user: 'dora',
  risk: 'high',
  policy_hash: 'c0ffee',
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-08T00:00:00.000Z',
} as unknown as ActionRecord;

const card = (change: Partial<ActionRecord> = {}): string => renderCard({ record: { ...record, ...change }, digest: 'd1' });

test('a card shows everything the digest covers', () => {
  expect(card()).toMatchInlineSnapshot(`
    "Action     pr.merge (high risk)
    Where      github acme/shop #12, branch main
    Asked by   dora
    Proposed   by agent:codex, run run_1, model m at 2026-01-01T00:00:00.000Z
    Only if    the head is aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    Decide by  2026-01-08T00:00:00.000Z
    Policy     c0ffee
    Arguments
      message:
      | Merge the cart
      | 
      | Closes #7
      tags: ["a\\\\nb"]
      title: Cart
    Action id  act_1 of acme
    Digest     d1
    "
  `);
});

test('a card says which classes of personal data a forge outside would be sent, and where', () => {
  const args = { message: 'Thanks dora@example.org, +49 30 901820-00', title: 'Cart', tags: ['dora@example.org'] };
  expect(card({ args })).toContain('\nPersonal   email in message, phone in message, email in tags\nAction id');
  expect(card({ args, target: { ...record.target, forge: 'local' } })).not.toContain('Personal');
  expect(card({ args: { message: 'Thanks [email]' } })).not.toContain('Personal');
});

test.each([
  ['right-to-left override', 'safe\u202Egnp.exe', 'safe\\u{202E}gnp.exe'],
  ['zero-width space', 'ad\u200Bmin', 'ad\\u{200B}min'],
  ['isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['byte order mark', '\uFEFFx', '\\u{FEFF}x'],
  ['escape sequence', '\u001B[2Jx', '\\u{1B}[2Jx'],
  ['carriage return', 'real\rfake', 'real\\u{D}fake'],
  ['tab', 'a\tb', 'a\\u{9}b'],
  ['no-break space', 'a\u00A0b', 'a\\u{A0}b'],
  ['tag characters', 'x\u{E0041}', 'x\\u{E0041}'],
  ['variation selector', 'x\uFE0F', 'x\\u{FE0F}'],
  ['Hangul filler', 'x\u3164', 'x\\u{3164}'],
  ['line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['an escape written out', 'a\\u{202E}b', 'a\\\\u{202E}b'],
  ['plain letters of any language', 'Größe 日本', 'Größe 日本'],
])('a %s cannot hide', (_, text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(card({ args: { message: text } })).toContain(`message: ${shown}\n`);
});

test('look-alike letters in names are escapes', () => {
  const shown = card({ target: { ...record.target, repo: 'acme/sh\u043Ep', branch: 'm\u0430in\nfake' } });
  expect(shown).toContain('Where      github acme/sh\\u{43E}p #12, branch m\\u{430}in\\u{A}fake\n');
});

test('an argument cannot forge a line of the card', () => {
  const shown = card({ args: { 'message\nDigest     d2': 'x', body: 'y\nDigest     d2' } });
  expect(shown.split('\n').filter((line) => line.startsWith('Digest'))).toEqual(['Digest     d1']);
});

test('what is cut is counted', () => {
  expect(card({ args: { body: 'x'.repeat(50_000) } })).toContain('… 46000 more characters of body are not shown');
  expect(card({ args: { body: 'x\n'.repeat(500) } })).toContain('more lines are not shown');
});

test('different arguments never look the same', () => {
  const cards = ['a', 'a ', 'a\u200B', 'a\n', 'a\\n', '\u0430', 'a\\', 'a\\\\'].map((message) => card({ args: { message } }));
  expect(new Set(cards).size).toBe(cards.length);
});

test('a decision without a digest, or with an unknown word or member, is malformed', () => {
  const route = approvalRoutes({ approvals: undefined as never, approvalChanges: undefined as never, projectId: async (given) => given }).find(
    ({ method }) => method === 'POST',
  );
  expect(route).toMatchObject({ access: 'person', path: '/v1/approvals/:id/decision' });
  const accepts = (body: unknown): boolean => route?.body?.safeParse(body).success ?? false;
  expect(accepts({ decision: 'approve', digest: 'd' })).toBe(true);
  for (const wrong of [
    { decision: 'approve' },
    { decision: 'approve', digest: '' },
    { decision: 'maybe', digest: 'd' },
    { decision: 'approve', digest: 'd', by: 'mia' },
    { digest: 'd' },
    'approve',
    null,
  ])
    expect(accepts(wrong)).toBe(false);
});
