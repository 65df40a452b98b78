import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly } from './ask.ts';
import { startFakeGithub, type FakeApp, type FakeGithub } from './index.ts';

type Json = Record<string, unknown>;
interface Heard {
  name: string;
  headers: IncomingHttpHeaders;
  raw: string;
  payload: Json;
}

const require = createRequire(import.meta.url);
const EXAMPLES = require('@octokit/webhooks-examples') as ReadonlyArray<{ name: string; examples: Json[] }>;
const SECRET = 'a-secret';
let fake: FakeGithub;
let app: FakeApp;
let server: Server;
let heard: Heard[];
let status: number;
let url: string;

beforeEach(async () => {
  heard = [];
  status = 202;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const payload = JSON.parse(raw) as Json;
      const action = payload['action'] === undefined ? '' : `.${String(payload['action'] as string)}`;
      heard.push({ name: `${String(request.headers['x-github-event'])}${action}`, headers: request.headers, raw, payload });
      response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github`;
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'a\n' }, collaborators: { mia: 'write', ben: 'write' } });
  app = fake.addApp({ slug: 'reeve' });
  app.install('acme');
});
afterEach(async () => {
  await endCleanly(fake);
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const listen = () => fake.deliverTo({ url, secret: SECRET, app });
const names = () => heard.map(({ name }) => name);

describe('deliveries', () => {
  it('are signed over the raw bytes and name event, delivery, sender and installation', async () => {
    listen();
    await fake.as('mia').openIssue('acme/shop', { title: 'Ünïcode', labels: ['AI-Ready'] });
    await fake.settled();
    expect(names()).toEqual(['issues.opened', 'issues.labeled']);
    for (const { headers, raw, payload } of heard) {
      expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`);
      expect(headers['user-agent']).toMatch(/^GitHub-Hookshot\//);
      expect(headers['x-github-delivery']).toMatch(/^[0-9a-f-]{36}$/);
      expect(payload).toMatchObject({
        sender: { login: 'mia' },
        repository: { full_name: 'acme/shop' },
        installation: { id: expect.any(Number) as number },
      });
    }
    expect(heard[1]?.payload).toMatchObject({ label: { name: 'AI-Ready' }, issue: { number: 1, labels: [{ name: 'AI-Ready' }] } });
    expect(new Set(heard.map(({ headers }) => headers['x-github-delivery'])).size).toBe(2);
  });

  it('tell the whole story of a pull request in its order', async () => {
    listen();
    const mia = fake.as('mia');
    await mia.openIssue('acme/shop', { title: 'Bug' });
    await mia.push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    await mia.openPull('acme/shop', { title: 'Fix', head: 'ai-1', body: 'Fixes #1', draft: true });
    await mia.push('acme/shop', 'ai-1', { 'b.txt': 'c\n' });
    await mia.comment('acme/shop', 2, 'Look.');
    await mia.ready('acme/shop', 2);
    await fake.as('ben').approve('acme/shop', 2);
    await mia.merge('acme/shop', 2);
    await mia.deleteBranch('acme/shop', 'ai-1');
    await fake.settled();
    expect(names().filter((name) => !name.startsWith('check_suite'))).toEqual([
      'issues.opened',
      'create',
      'push',
      'pull_request.opened',
      'push',
      'pull_request.synchronize',
      'issue_comment.created',
      'pull_request.ready_for_review',
      'pull_request_review.submitted',
      'pull_request.closed',
      'issues.closed',
      'push',
      'delete',
      'push',
    ]);
    const closed = heard.find(({ name }) => name === 'pull_request.closed')?.payload;
    expect(closed).toMatchObject({ pull_request: { merged: true, merged_by: { login: 'mia' }, head: { ref: 'ai-1' }, base: { ref: 'main' } } });
    const comment = heard.find(({ name }) => name === 'issue_comment.created')?.payload;
    // "comments on a pull request": the issue bears `pull_request`.
    expect(comment).toMatchObject({ issue: { number: 2, pull_request: { url: expect.stringContaining('/pulls/2') as string } } });
  });

  it("have every field that GitHub's published example of the same event has", async () => {
    listen();
    fake.ci(() => [{ name: 'test', conclusion: 'success' }]);
    const mia = fake.as('mia');
    await mia.openIssue('acme/shop', { title: 'Bug', labels: ['x'] });
    await mia.comment('acme/shop', 1, 'Hi');
    await mia.push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    await mia.openPull('acme/shop', { title: 'Fix', head: 'ai-1' });
    await fake.as('ben').approve('acme/shop', 2);
    await fake.settled();
    for (const { name, payload } of heard) {
      const [event, action = null] = name.split('.');
      const example = EXAMPLES.find((one) => one.name === event)?.examples.find((one) => (one['action'] ?? null) === action);
      if (example === undefined) continue;
      const subject = { issues: 'issue', issue_comment: 'comment', pull_request_review: 'review' }[event ?? ''] ?? event ?? '';
      const keys = (value: unknown) => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
      expect(keys(payload[subject]), name).toEqual(expect.arrayContaining(keys(example[subject])));
      expect(keys(payload['repository']), name).toEqual(expect.arrayContaining(keys(example['repository'])));
      expect(/.{80}(?:Codertocat|octo-org).{20}/.exec(JSON.stringify(payload))?.[0], name).toBeUndefined();
    }
  });

  it('tell an App of its installation and of the repositories it sees by it', async () => {
    listen();
    app.install('acme', ['acme/shop']);
    await fake.settled();
    expect(heard).toMatchObject([
      {
        name: 'installation.created',
        payload: { installation: { app_slug: 'reeve' }, repositories: [{ full_name: 'acme/shop' }], sender: { login: 'acme' } },
      },
    ]);
  });

  it('go to hooks that listen for the event, and to Apps where they are installed', async () => {
    fake.deliverTo({ url, events: ['push'] });
    const stranger = fake.addApp({ slug: 'stranger' });
    fake.deliverTo({ url, app: stranger });
    await fake.as('mia').openIssue('acme/shop', { title: 'Bug' });
    await fake.as('mia').push('acme/shop', 'x', { 'b.txt': 'b\n' });
    await fake.settled();
    expect(names()).toEqual(['push']);
    expect(heard[0]?.payload['installation']).toBeUndefined();
  });
});

describe('deliveries that go wrong', () => {
  it('are dropped, doubled, turned around and late by switches', async () => {
    listen();
    const { webhooks } = fake;
    webhooks.drop('issues.opened');
    await fake.as('mia').openIssue('acme/shop', { title: 'Lost' });
    webhooks.duplicate('issues');
    await fake.as('mia').openIssue('acme/shop', { title: 'Twice' });
    await fake.settled();
    expect(heard.map(({ payload }) => (payload['issue'] as Json)['title'])).toEqual(['Twice', 'Twice']);
    expect(heard[0]?.headers['x-github-delivery']).toBe(heard[1]?.headers['x-github-delivery']);
    heard.length = 0;
    webhooks.hold();
    await fake.as('mia').label('acme/shop', 1, 'a', 'b');
    expect(heard).toEqual([]);
    await webhooks.release((held) => held.toReversed());
    expect(heard.map(({ payload }) => (payload['label'] as Json)['name'])).toEqual(['b', 'a']);
    heard.length = 0;
    webhooks.delay('issues.labeled', 200);
    await fake.as('mia').label('acme/shop', 1, 'c', 'd');
    await fake.settled();
    expect(heard.map(({ payload }) => (payload['label'] as Json)['name'])).toEqual(['d', 'c']);
  });

  it('are listed for the App with what came of them, and sent again on request under the same delivery id', async () => {
    listen();
    status = 500;
    await fake.as('mia').openIssue('acme/shop', { title: 'Bug' });
    fake.webhooks.drop();
    await fake.as('mia').openIssue('acme/shop', { title: 'Lost' });
    await fake.settled();
    const { createSign } = await import('node:crypto');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const seconds = Math.floor(Date.now() / 1000);
    const input = `${part({ alg: 'RS256' })}.${part({ iss: app.id, iat: seconds - 5, exp: seconds + 300 })}`;
    const ask = asker(fake, `${input}.${createSign('RSA-SHA256').update(input).sign(app.privateKey, 'base64url')}`);
    const listed = (await ask('GET', '/app/hook/deliveries?per_page=1')).body as unknown as Array<{
      id: number;
      guid: string;
      status_code: number;
      event: string;
    }>;
    expect(listed).toMatchObject([{ event: 'issues', action: 'opened', status_code: 0, status: 'failed to connect to host' }]);
    const next = /<([^>]+)>; rel="next"/.exec((await ask('GET', '/app/hook/deliveries?per_page=1')).headers.get('link') ?? '')?.[1];
    const second = (await ask('GET', (next ?? '').replace(fake.apiUrl, ''))).body;
    expect(second).toMatchObject([{ status_code: 500, redelivery: false }]);
    status = 202;
    heard.length = 0;
    expect((await ask('POST', `/app/hook/deliveries/${listed[0]?.id}/attempts`)).status).toBe(202);
    await fake.settled();
    expect(heard).toMatchObject([{ name: 'issues.opened', payload: { issue: { title: 'Lost' } } }]);
    expect(heard[0]?.headers['x-github-delivery']).toBe(listed[0]?.guid);
    expect((await ask('GET', '/app/hook/deliveries')).body).toMatchObject([{ redelivery: true, status: 'OK' }, {}, {}]);
    expect(fake.violations).toEqual([]);
  });
});
