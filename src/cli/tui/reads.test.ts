import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleApproval } from '../../../test/kit/top-sample.ts';
import { createApiClient, type ApiClient } from '../api/client.ts';
import { startState } from './model.ts';
import { ALL_PARTS, partsChangedBy, readDetail, readParts } from './reads.ts';

const CANONICAL = '{"kind":"pr.comment"}';
const digest = createHash('sha256').update(CANONICAL).digest('hex');
const detailOf = (id: string): object => ({
  approval: sampleApproval({ id, digest: id === 'act_forged' ? 'f'.repeat(64) : digest }),
  parts: [],
  eligible: [],
  canonical: CANONICAL,
  undo: { sentence: '' },
  modify: { possible: true, why_not: null },
});

let server: Server;
let api: ApiClient;
beforeAll(async () => {
  server = createServer((request, response) => {
    const [, id = '', what] = /^\/v1\/approvals\/(\w+)\/(\w+)/.exec(request.url ?? '') ?? [];
    const isThere = what === 'details' || id === 'act_good';
    response.writeHead(isThere ? 200 : 503, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(isThere ? (what === 'details' ? detailOf(id) : { unavailable: null, items: [] }) : { detail: 'The mirror is not here.' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = createApiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'none' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('what is read of an approval is believed only when its digest is the one of its fields', async () => {
  expect(await readDetail(api, 'act_good')).toMatchObject({ value: { detail: { approval: { id: 'act_good' } } }, problem: null });
  expect(await readDetail(api, 'act_forged')).toEqual({ value: null, problem: expect.stringContaining('not the one of these fields') });
});

it('where the change cannot be read, why is kept beside the rest', async () => {
  expect(await readDetail(api, 'act_alone')).toMatchObject({ value: { changes: 'The mirror is not here.' }, problem: null });
});

it('nothing is waited for any more once whoever asked has left', async () => {
  const over = new AbortController();
  const asked = api.until(over.signal).get('/v1/approvals/act_good/details');
  over.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

it('an event says what of the screen is old; one that tells nothing new says nothing', () => {
  expect(partsChangedBy('pull.opened')).toEqual(['home']);
  expect(partsChangedBy('event.received')).toEqual([]);
});

it('a token that is not taken is told apart from what one person may not see, and changes nothing', async () => {
  let refusal = { status: 401, body: { kind: 'unauthenticated', detail: 'The token is unknown.' } };
  const guarded = createServer((request, response) => {
    const { status, body } = request.url === '/ready' ? { status: 200, body: { ready: true, parts: {} } } : refusal;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
  const other = createApiClient({ url: `http://127.0.0.1:${(guarded.address() as AddressInfo).port}`, token: 'none' });
  const { snapshot } = startState(other.url, { cols: 80, rows: 24 }, 0);
  const refused = await readParts(other, ALL_PARTS, snapshot);
  expect(refused).toMatchObject({ unreachable: null, refused: { kind: 'unauthenticated', message: 'The token is unknown.' } });
  expect(refused.parts.runs).toBeUndefined();
  refusal = { status: 403, body: { kind: 'forbidden', detail: 'You may not see this.' } };
  expect(await readParts(other, ALL_PARTS, snapshot)).toMatchObject({
    refused: null,
    parts: { runs: { value: null, problem: 'You may not see this.' } },
  });
  await new Promise((resolve) => guarded.close(resolve));
});

it('of more approvals than are listed, what runs out first and the one that is looked at are read too', async () => {
  const listed = Array.from({ length: 200 }, (_, at) => sampleApproval({ id: `act_${at}` }));
  const asked: string[] = [];
  const busy = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push(`${pathname} ${searchParams.get('order') ?? ''}`);
    const items = searchParams.get('order') === 'expiring' ? [sampleApproval({ id: 'act_soon' }), sampleApproval({ id: 'act_3' })] : listed;
    const body = pathname === '/v1/approvals' ? { items, next_cursor: null } : sampleApproval({ id: pathname.slice('/v1/approvals/'.length) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const other = createApiClient({ url: `http://127.0.0.1:${(busy.address() as AddressInfo).port}`, token: 'none' });
  const { snapshot } = startState(other.url, { cols: 80, rows: 24 }, 0);
  const { parts } = await readParts(other, ['approvals'], snapshot, 'act_looked');
  expect(parts.approvals?.value?.slice(200).map(({ id }) => id)).toEqual(['act_soon', 'act_looked']);
  await readParts(other, ['approvals'], snapshot, 'act_7');
  expect(asked).toEqual([
    '/v1/approvals risk',
    '/v1/approvals expiring',
    '/v1/approvals/act_looked ',
    '/v1/approvals risk',
    '/v1/approvals expiring',
  ]);
  await new Promise((resolve) => busy.close(resolve));
});
