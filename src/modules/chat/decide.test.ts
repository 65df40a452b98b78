import { expect, test } from 'vitest';
import type { Approval } from '#modules/approvals/index.ts';
import { renderCard, visible } from '#modules/approvals/index.ts';
import { decideAcknowledgement, decideUnbuilt, parseSought, triageText } from './decide.command.ts';
import { modifyForm, readModification } from './decide.form.ts';
import { approvalMessage } from './decide.message.ts';
import { parseSubject, subjectText } from './model.ts';

const at = new Date('2026-11-21T10:00:00Z');
function approval(more: Partial<Approval> = {}, args: Record<string, string | number> = { message: 'Merge' }): Approval {
  const record = {
    v: 1,
    organisation: 'acme',
    action_id: 'act_1',
    kind: 'pr.merge',
    target: { forge: 'github', repo: 'acme/shop', number: 7, branch: null },
    args,
    preconditions: { head_sha: null, base_sha: null, issue_updated_at: null },
    proposer: { subject: 'agent:codex', run: null, model: null, prompt_hash: null },
    trigger_user: 'dora',
    risk: 'high',
    policy_hash: 'p',
    created_at: '2026-11-21T10:00:00.000Z',
    expires_at: '2026-11-22T10:00:00.000Z',
  };
  const action = { id: 'act_1', digest: 'd'.repeat(64), record, decision: { kind: 'approval', approvers: ['maintainer'] }, expiresAt: at };
  return {
    id: 'act_1',
    action: action as unknown as Approval['action'],
    headline: 'Merge pull request #7 of acme/shop',
    issueTitle: null,
    approvers: ['maintainer'],
    yesBy: [],
    expiresAt: at,
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
    reason: null,
    votes: { yes: 0, needed: 1 },
    selfApproved: false,
    asked: null,
    warning: null,
    notes: [],
    ...more,
  };
}
const shownOf = (of: Approval) => ({ card: renderCard(of.action), visible });
const textOf = (of: Approval): string =>
  approvalMessage(of, shownOf(of))
    .parts.map((part) => ('text' in part ? part.text : part.buttons.map(({ label }) => label).join('|')))
    .join('\n');

test('a message shows the card the server made, byte for byte, and buttons only while it waits', () => {
  const waiting = approval();
  const message = approvalMessage(waiting, shownOf(waiting));
  expect(message.parts[1]).toEqual({ kind: 'preformatted', text: renderCard(waiting.action).trimEnd() });
  expect(textOf(waiting)).toContain('Approve|Decline|Modify|Needs info|Reassign');
  const over = approval({ status: 'declined', decidedBy: 'person:mia', decidedAt: at, reason: 'Not now' });
  expect(textOf(over)).toContain('Declined by person:mia at 2026-11-21T10:00:00.000Z. Reason: Not now');
  expect(textOf(over)).not.toContain('Approve|');
});

test.each(['\u202E', '\u200B', '\u2066', '\uFEFF', '\u0000', '\u001B', '\u{E0041}', '\u00AD', '\u3164'])(
  'the hidden character %j is an escape in the card, in reasons and in notes',
  (hidden) => {
    const text = `a${hidden}b`;
    const message = textOf(
      approval(
        { status: 'declined', decidedBy: 'person:mia', decidedAt: at, reason: text, notes: [{ kind: 'question', by: 'person:mia', text, at }] },
        { message: text },
      ),
    );
    expect(message).not.toContain(hidden);
    expect(message.match(/a\\u\{[0-9A-F]+\}b/g)).toHaveLength(3);
  },
);

test('what is cut is counted, with the true length', () => {
  const long = textOf(approval({}, { a: 'x'.repeat(2000), b: 'y'.repeat(50_000) }));
  expect(long).toMatch(/… 2900 of \d{4,} characters are shown\. Read all of it before you decide: reeve approvals show act_1/);
  expect(renderCard(approval({}, { b: 'y'.repeat(50_000) }).action)).toContain('46000 more characters of b are not shown (50000 in all)');
});

test('a form keeps what nobody changed, and what it cannot show', () => {
  const before = { message: 'line 1\nline 2 ', count: 3, hidden: 'a\u202Eb', long: 'x'.repeat(5000) };
  const of = approval({}, before);
  const form = modifyForm(of, shownOf(of));
  expect(form.fields.map(({ id }) => id)).toEqual(['arg:count', 'arg:message']);
  expect(JSON.stringify(form.parts)).toContain('hidden, long');
  const same = { 'arg:message': 'line 1\r\nline 2', 'arg:count': '3' };
  expect(readModification(before, same)).toEqual({ kind: 'problems', problems: { 'arg:message': 'Nothing was changed.' } });
  expect(readModification(before, { ...same, 'arg:count': '4' })).toEqual({ kind: 'changed', args: { ...before, count: 4 } });
  expect(readModification(before, { ...same, 'arg:count': 'x' })).toMatchObject({ kind: 'problems' });
  expect(readModification(before, { 'arg:other': 'x', 'arg:__proto__': 'y', other: 'z' })).toMatchObject({ kind: 'problems' });
});

test.each([
  ['7', { kind: 'number', repo: null, number: 7 }],
  ['#7', { kind: 'number', repo: null, number: 7 }],
  ['acme/shop#7', { kind: 'number', repo: 'acme/shop', number: 7 }],
  ['', { kind: 'usage' }],
  ['drop table', { kind: 'usage' }],
  ['-1', { kind: 'usage' }],
])('/triage %s', (text, expected) => {
  expect(parseSought(text)).toEqual(expected);
});

test('commands that are not built say so, and what to use instead', () => {
  for (const command of ['standup', 'sprint-health', 'ask']) {
    expect(decideUnbuilt(command)).toMatch(/not built yet.*`/);
    expect(decideAcknowledgement(command)).toContain('one moment');
  }
  expect(decideAcknowledgement('rm')).toContain('There is no command /rm');
});

test('a title cannot forge what triage says', () => {
  const item = { id: 'iss_1', number: 7, title: 'x\u202Ey', state: 'triaged' } as Parameters<typeof triageText>[0];
  expect(triageText(item, null, visible)).toBe('#7 x\\u{202E}y (triaged)\nNot triaged yet.');
});

test('a button says what it is about, and nothing else is believed', () => {
  const subject = { id: 'act_01ABCDEFGHJKMNPQRSTVWXYZ01', digest: 'a'.repeat(64) };
  expect(parseSubject(subjectText(subject))).toEqual(subject);
  for (const text of ['', '|', 'act_1|x', `${subjectText(subject)}|x`, `pers_01ABCDEFGHJKMNPQRSTVWXYZ01|${'a'.repeat(64)}`])
    expect(parseSubject(text)).toBeNull();
});
