import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { startFakeGithub, type FakeGithub } from './index.ts';

const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let ask: Ask;
let token: string;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'a\n' }, collaborators: { bot: 'write' } });
  token = fake.addUser('bot');
  ask = asker(fake, token);
});
afterEach(async () => {
  await endCleanly(fake);
});

const create = () => ask('POST', `${SHOP}/issues`, { title: 'Bug' });
const issues = async () => ((await ask('GET', `${SHOP}/issues`)).body as unknown as unknown[]).length;

/** Says that much will come, sends a little, and is gone. */
function halfRequest(path: string, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(fake.apiUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
      const type = path.endsWith('receive-pack') ? 'application/x-git-receive-pack-request' : 'application/json';
      const lines = [
        `POST ${path} HTTP/1.1`,
        'Host: x',
        'User-Agent: test',
        `Authorization: ${authorization}`,
        `Content-Type: ${type}`,
        'Content-Length: 1000',
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n00`);
      setTimeout(() => socket.destroy(), afterMs);
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

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

  it('lets whoever waits for nothing give up, and forgets those who die in the middle of what they say', async () => {
    fake.faults.arm({ method: 'POST', do: { kind: 'hang' } });
    const patience = AbortSignal.timeout(100);
    await expect(fetch(`${fake.apiUrl}${SHOP}/issues`, { method: 'POST', body: '{}', signal: patience })).rejects.toThrow(/aborted/);
    for (const path of [`${SHOP}/issues`, '/acme/shop.git/git-receive-pack']) for (const afterMs of [1, 20, 500]) await halfRequest(path, afterMs);
    expect((await create()).status).toBe(201);
    expect(fake.journal.lines()).toHaveLength(1);
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

  it('does nothing any more for those who still wait when it is closed', async () => {
    fake.faults.arm({ method: 'POST', do: { kind: 'delay', ms: 600_000 } });
    const late = create().then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await expect.poll(() => fake.journal.requests.length).toBe(1);
    await fake.close();
    expect(await late).toBe('fetch failed');
    expect(fake.journal.lines()).toEqual([]);
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
