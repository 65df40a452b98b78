import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleApproval } from '../../../test/kit/top-sample.ts';
import { createApiClient, type ApiClient } from '../api/client.ts';
import { partsChangedBy, readDetail } from './reads.ts';

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
