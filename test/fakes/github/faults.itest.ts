import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { startFakeGithub, type FakeGithub } from './index.ts';

const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let ask: Ask;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'a\n' }, collaborators: { bot: 'write' } });
  ask = asker(fake, fake.addUser('bot'));
});
afterEach(async () => {
  await endCleanly(fake);
});

const create = () => ask('POST', `${SHOP}/issues`, { title: 'Bug' });
const issues = async () => ((await ask('GET', `${SHOP}/issues`)).body as unknown as unknown[]).length;

describe('faults', () => {
  it('loses the answer after the effect, and the request before it', async () => {
    fake.faults.arm({ method: 'POST', path: /\/issues$/, do: { kind: 'lost_answer' } });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(await issues()).toBe(1);
    fake.faults.arm({ method: 'POST', do: { kind: 'lost_request' } });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(await issues()).toBe(1);
    fake.faults.arm({ method: 'POST', do: { kind: 'bad_gateway_after' } });
    expect((await create()).status).toBe(502);
    expect(await issues()).toBe(2);
    expect(fake.journal.lines('issue.created')).toHaveLength(2);
    expect(fake.journal.requests.filter(({ method }) => method === 'POST').map(({ fault }) => fault)).toEqual([
      'lost_answer',
      'lost_request',
      'bad_gateway_after',
    ]);
  });

  it("answers 5xx and limits in GitHub's words, as often as is said and after as many as are let through", async () => {
    fake.faults.arm({ method: 'POST', after: 1, times: 2, do: { kind: 'status', status: 503 } });
    expect([(await create()).status, (await create()).status, (await create()).status, (await create()).status]).toEqual([201, 503, 503, 201]);
    fake.faults.arm({ do: { kind: 'secondary_limit', status: 429, retryAfterS: 7 } });
    const limited = await create();
    // "You have exceeded a secondary rate limit": 403 or 429, with `retry-after` where it is known.
    expect(limited).toMatchObject({ status: 429, body: { message: expect.stringContaining('secondary rate limit') as string } });
    expect(limited.headers.get('retry-after')).toBe('7');
    fake.faults.arm({ do: { kind: 'rate_limited', resetInS: 60 } });
    const primary = await create();
    // "If you exceed your primary rate limit, you will receive a 403 or 429 response, and the x-ratelimit-remaining header will be 0."
    expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    expect(Number(primary.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
    expect(fake.faults.armed).toBe(0);
    expect(await issues()).toBe(2);
  });

  it('reads what was so some changes ago, refs included, and then the present again', async () => {
    await create();
    const before = (await ask('GET', `${SHOP}/git/ref/heads/main`)).body['object'];
    fake.faults.arm({ method: 'GET', path: /\/issues$/, do: { kind: 'stale', writes: 2 } });
    fake.faults.arm({ method: 'GET', path: /\/git\/ref\//, do: { kind: 'stale', writes: 1 } });
    await create();
    await fake.as('bot').push('acme/shop', 'main', { 'b.txt': 'b\n' });
    expect(await issues()).toBe(1);
    expect((await ask('GET', `${SHOP}/git/ref/heads/main`)).body['object']).toEqual(before);
    expect(await issues()).toBe(2);
    expect((await ask('GET', `${SHOP}/git/ref/heads/main`)).body['object']).not.toEqual(before);
  });
});
