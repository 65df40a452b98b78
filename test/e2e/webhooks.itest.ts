import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { GITHUB_PAYLOADS } from '../kit/github-payloads.ts';
import { LONG } from '../kit/long.ts';
import { mutationsOf, seeded } from '../kit/webhook-mutations.ts';

type Payload = Record<string, unknown>;
const all = GITHUB_PAYLOADS.flatMap(({ name, examples }) => examples.map((payload) => ({ name, body: JSON.stringify(payload) })));

const OLD = 'the-secret-of-last-year';
const NEW = 'the-secret-of-this-year';
const sign = (body: string | Buffer, secret = NEW): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('webhooks of a forge', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-webhooks-'));
  let server: RunningServer;

  beforeAll(async () => {
    const env = {
      REEVE_DATA_DIR: dataDir,
      REEVE_PORT: '0',
      REEVE_LOG_LEVEL: 'silent',
      REEVE_GITHUB_WEBHOOK_SECRET: `${NEW},${OLD}`,
      REEVE_RATE_LIMIT_PER_SECOND: '0',
    };
    server = await startServer(loadAppConfig(env, dataDir), 'all');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const post = async (body: string | Buffer, headers: Record<string, string>, source = 'github') => {
    const response = await fetch(`${server.url}/webhooks/${source}`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
    return { status: response.status, answer: (await response.json()) as Payload };
  };
  const headersOf = (body: string | Buffer, event = 'issues', extra: Record<string, string> = {}): Record<string, string> => ({
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': sign(body),
    ...extra,
  });
  const count = async (): Promise<number> => (await server.modules.intake.list({ source: 'github', limit: 10_000 })).items.length;
  const issue = (title: string): string => {
    const payload = structuredClone(GITHUB_PAYLOADS.find(({ name }) => name === 'issues')?.examples[0] ?? {}) as { issue: Payload };
    payload.issue['title'] = title;
    return JSON.stringify(payload);
  };

  it('are stored and acknowledged, whichever of the 58 events GitHub sends', async () => {
    for (const { name, body } of all) {
      const { status, answer } = await post(body, headersOf(body, name));
      // Some recorded payloads are equal to the byte.
      expect([name, status, Object.keys(answer).toSorted()]).toEqual([name, 202, ['duplicate', 'event_id']]);
    }
    const { items } = await server.modules.intake.list({ source: 'github', limit: 1000 });
    expect(items.length).toBe(new Set(all.map(({ body }) => body)).size);
    expect(items.filter(({ note }) => note?.startsWith('could not be read') === true)).toEqual([]);
    const told = new Set(items.map(({ kind }) => kind));
    const wanted = ['issue', 'pull', 'push', 'check', 'check_suite', 'workflow_run', 'release', 'deployment', 'label', 'installation', 'merge_group'];
    expect(wanted.filter((what) => ![...told].some((kind) => kind === what || kind.startsWith(`${what}.`)))).toEqual([]);
    const [first] = items;
    expect((await server.modules.intake.raw(first?.id ?? ''))?.body.toString()).toBe(all[0]?.body);
  }, 60_000);

  it('are taken once: under the same id, under another id, twenty at a time', async () => {
    const body = issue('sent again');
    const headers = headersOf(body);
    const first = await post(body, headers);
    expect(first).toMatchObject({ status: 202, answer: { duplicate: false } });
    expect(await post(body, headers)).toMatchObject({ status: 202, answer: { duplicate: true, event_id: first.answer['event_id'] } });
    const replays = await Promise.all(Array.from({ length: 20 }, () => post(body, headersOf(body))));
    expect(replays.map(({ answer }) => answer)).toEqual(replays.map(() => ({ duplicate: true, event_id: first.answer['event_id'] })));
    const fresh = issue('sent by many at once');
    const race = await Promise.all(Array.from({ length: 20 }, () => post(fresh, headersOf(fresh))));
    expect(race.filter(({ answer }) => answer['duplicate'] === false)).toHaveLength(1);
  });

  it('are accepted with either of two secrets while one replaces the other', async () => {
    const [one, two, three] = [issue('new secret'), issue('old secret'), issue('no secret of ours')];
    expect((await post(one, headersOf(one))).status).toBe(202);
    expect((await post(two, headersOf(two, 'issues', { 'x-hub-signature-256': sign(two, OLD) }))).status).toBe(202);
    expect((await post(three, headersOf(three, 'issues', { 'x-hub-signature-256': sign(three, 'guess') }))).status).toBe(401);
  });

  it('are signed over the bytes: the same JSON written otherwise is refused', async () => {
    const body = issue('bytes');
    const rewritten = JSON.stringify(JSON.parse(body), null, 1);
    expect((await post(rewritten, headersOf(body))).status).toBe(401);
  });

  it('are not accepted by the older SHA-1 signature', async () => {
    const body = issue('sha1');
    const { 'x-hub-signature-256': _, ...headers } = headersOf(body);
    const sha1 = `sha1=${createHmac('sha1', NEW).update(body).digest('hex')}`;
    expect((await post(body, { ...headers, 'x-hub-signature': sha1 })).status).toBe(401);
    expect((await post(body, { ...headers, 'x-hub-signature-256': sha1 })).status).toBe(401);
  });

  it(`accept none of ${LONG ? '10,000' : '500'} forged deliveries, and keep none of them`, async () => {
    const before = await count();
    const random = seeded(20_261_121);
    const accepted: string[] = [];
    const unexpected: string[] = [];
    const attempts = LONG ? 10_000 : 500;
    for (let at = 0; at < attempts; at += 25) {
      const round = Array.from({ length: 25 }, () => {
        const { name, body } = all[Math.floor(random() * all.length)] ?? { name: 'push', body: '{}' };
        return mutationsOf(random, { body: Buffer.from(body), headers: headersOf(body, name) }, sign);
      });
      const answers = await Promise.all(round.map(async (forged) => ({ forged, ...(await post(forged.body, forged.headers)) })));
      for (const { forged, status } of answers) {
        if (status === 202) accepted.push(forged.what);
        else if (status !== 401) unexpected.push(`${forged.what}: ${status}`);
      }
    }
    expect({ accepted, unexpected }).toEqual({ accepted: [], unexpected: [] });
    expect(await count()).toBe(before);
  }, 600_000);

  it('that are signed and broken inside are kept as ignored, and answer like any other', async () => {
    const random = seeded(7);
    const attempts = LONG ? all : all.filter((_, at) => at % 6 === 0);
    for (const { name, body } of attempts) {
      const broken = Buffer.from(body);
      const cut = random() < 0.5 ? broken.subarray(0, Math.floor(random() * broken.length)) : Buffer.from(broken);
      for (let flips = 0; flips < 20 && cut.length > 0; flips += 1) cut[Math.floor(random() * cut.length)] = Math.floor(random() * 256);
      expect([name, (await post(cut, headersOf(cut, name))).status]).toEqual([name, 202]);
    }
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  }, 120_000);

  it('of a sender nobody knows, or without an id, are refused with a sentence', async () => {
    const body = issue('who');
    expect(await post(body, headersOf(body), 'gitsomething')).toMatchObject({ status: 404, answer: { known: ['github'] } });
    const { 'x-github-delivery': _, ...headers } = headersOf(body);
    expect((await post(body, headers)).status).toBe(401);
    expect((await post(body, headersOf(body, 'issues', { 'x-github-delivery': '../../etc' }))).status).toBe(401);
  });

  it('may carry their JSON in a form', async () => {
    const body = new URLSearchParams({ payload: issue('as a form') }).toString();
    const { status, answer } = await post(body, headersOf(body, 'issues', { 'content-type': 'application/x-www-form-urlencoded' }));
    expect(status).toBe(202);
    expect(await server.modules.intake.get(String(answer['event_id']))).toMatchObject({ document: { issue: { title: 'as a form' } } });
  });
});
