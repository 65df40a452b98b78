import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKillable, type Killable } from './killed.ts';

/*
 * Personal data in what a server says of itself: its log, and its answers when something goes wrong. The ledger and its exports hold
 * personal data by design, apart from the entries and erasable (`reeve ledger erase`): evidence is not masked. Log lines by the thousand:
 * src/platform/log/personal.test.ts.
 */
const VALUES = ['dora@example.org', '+49 30 901820-00', 'DE89 3704 0044 0532 0130 00', '4111 1111 1111 1111', '86 095 742 719', '536-90-4399'];
const CLASSES = ['[email]', '[phone]', '[iban]', '[credit_card]', '[de_tax_id]', '[us_ssn]'];

let on: Killable;
beforeAll(async () => {
  on = await openKillable();
  on.configure('reeve.yaml', 'log_level: debug\n');
  await on.start();
}, 120_000);
afterAll(() => on.close(), 60_000);

async function ask(path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const { url, token } = on.address();
  const response = await fetch(new URL(path, url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const held = (text: string): string[] =>
  VALUES.filter((value) =>
    [value, encodeURIComponent(value), encodeURIComponent(encodeURIComponent(value)), value.replaceAll(' ', '')].some((spelling) =>
      text.includes(spelling),
    ),
  );

/** Paths of the reads the server has logged. */
const pathsLogged = (): string[] =>
  on
    .logged()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg?: string; path?: string })
    .flatMap(({ msg, path }) => (msg === 'request' && path !== undefined ? [path] : []));

it('no log line and no problem document holds any, whoever brought it', async () => {
  const answers = [
    ...(await Promise.all(VALUES.map((value) => ask(`/v1/projects/${encodeURIComponent(value)}`)))),
    ...(await Promise.all(VALUES.map((value) => ask(`/v1/budget?project=${encodeURIComponent(value)}`)))),
    // As others spell it: not encoded, encoded twice, where nothing is, and beside what is not UTF-8.
    await ask('/v1/projects/dora@example.org'),
    await ask('/v1/projects/dora%2540example.org'),
    await ask('/v1/nothing/dora%40example.org/here'),
    await ask('/v1/budget?project=Jos%E9%20dora%40example.org'),
    await ask('/v1/people', { handle: 'dora', name: 'Dora', email: VALUES[0] }),
    await ask('/v1/people', { handle: 'mia', name: 'Mia', email: VALUES[0] }),
    await ask('/v1/tokens', { name: 'x', role: 'developer', person: VALUES[0] }),
  ];
  const problems = answers.filter(({ status }) => status >= 400).map(({ text }) => text);
  expect(problems.length).toBeGreaterThanOrEqual(2 * VALUES.length);
  expect(problems.flatMap(held)).toEqual([]);
  // They did say what they were asked for, so there was something to hide.
  for (const kind of CLASSES) expect(problems.some((text) => text.includes(kind))).toBe(true);
  expect(held(on.logged())).toEqual([]);
  // Its lines had the paths, so there was something to hide in them as well.
  expect(pathsLogged()).toEqual(expect.arrayContaining([...CLASSES.map((kind) => `/v1/projects/${kind}`), '/v1/nothing/[email]/here', '/v1/budget']));
});
