import { expect, test } from 'vitest';
import type { ChatForm, ChatMessage } from '#ports/chat.ts';
import { outgoingForm, outgoingMessage } from './decide.outgoing.ts';

const SECRET = 'can"ary\n\\secret';
const redact = (text: string) => text.replaceAll(SECRET, '[redacted]').replaceAll('plainsecret', '[redacted]');

test('every text of a message is redacted as it is, and sanitised; what comes back by a button is not touched', () => {
  const button = { id: 'plainsecret', label: 'Approve', style: 'good', value: '@channel' } as const;
  const bad = `a ${SECRET} b\u202E @channel <!channel>`;
  const message: ChatMessage = {
    text: bad,
    parts: [...(['heading', 'text', 'note', 'preformatted'] as const).map((kind) => ({ kind, text: bad })), { kind: 'buttons', buttons: [button] }],
  };
  const out = outgoingMessage(message, redact);
  for (const text of [out.text, ...out.parts.flatMap((part) => (part.kind === 'buttons' ? [] : [part.text]))]) {
    expect(text).toContain('[redacted]');
    expect(text).not.toMatch(/can"ary|\u202E|@channel|<!channel/);
  }
  expect(out.parts.at(-1)).toEqual({ kind: 'buttons', buttons: [button] });
});

test('neither a hidden character inside a secret nor its escape on a card saves it', () => {
  for (const inside of ['\u200B', '\\u{200B}', '\\u{200b}\u200B']) {
    const out = outgoingMessage({ text: `x plain${inside}secret`, parts: [{ kind: 'preformatted', text: `plain${inside}secret` }] }, redact);
    expect(JSON.stringify(out)).not.toContain('plain');
  }
  // Where nothing is hidden by it, an escape stays to be seen.
  expect(outgoingMessage({ text: 'a\\u{202E}b', parts: [] }, redact).text).toBe('a\\u{202E}b');
});

test('a form shows clean text, and gives back what it was given', () => {
  const choices = [{ value: 'person:@channel', label: '@channel plainsecret' }];
  const blank = { optional: false, hint: null };
  const form: ChatForm = {
    id: 'plainsecret',
    title: 'Reassign',
    submit: 'Ask',
    value: 'act_1|@channel',
    parts: [{ kind: 'text', text: 'plainsecret' }],
    fields: [
      { id: 'arg:plainsecret', label: 'x', kind: 'lines', initial: '@here plainsecret', choices: [], ...blank },
      { id: 'to', label: 'Who?', kind: 'choice', initial: 'person:@channel', choices, ...blank },
    ],
  };
  const out = outgoingForm(form, redact);
  expect([out.id, out.value, out.fields[0]?.id]).toEqual([form.id, form.value, 'arg:plainsecret']);
  expect(out.fields[1]).toMatchObject({ initial: 'person:@channel', choices: [{ value: 'person:@channel' }] });
  expect([out.parts[0], out.fields[0]?.initial, out.fields[1]?.choices[0]?.label].map((part) => JSON.stringify(part)).join(' ')).not.toMatch(
    /plainsecret|@here|"@channel/,
  );
});
