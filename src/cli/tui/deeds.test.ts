import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleApproval } from '../../../test/kit/top-sample.ts';
import { createApiClient, type ApiClient } from '../api/client.ts';
import { carryOut, type Outside } from './deeds.ts';

const outside: Outside = { write: () => Promise.reject(new Error('no editor')), browse: () => Promise.resolve(true) };
let server: Server;
let api: ApiClient;
/** What the reading of the approval that stands in the place of another answers. */
let answer: { status: number; body: object } = { status: 200, body: {} };
beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, body } = request.method === 'POST' ? { status: 200, body: sampleApproval({ superseded_by: 'act_9' }) } : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = createApiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'none' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('what was changed is said to be changed, whatever becomes of reading what stands in its place', async () => {
  const modified = (status: number, body: object) => {
    answer = { status, body };
    return carryOut(api, { kind: 'modify', approval: sampleApproval(), args: { body: 'New' }, reason: '' }, outside);
  };
  const next = sampleApproval({ id: 'act_9' });
  expect(await modified(200, next)).toEqual({ kind: 'replaced', approval: next });
  expect(await modified(404, { kind: 'not_found' })).toMatchObject({ kind: 'done', tone: 'good', text: expect.stringContaining('asks nobody') });
  const told = { kind: 'done', tone: 'good', text: 'It was changed. What stands in its place: reeve approvals show act_9' };
  expect(await modified(503, {})).toEqual(told);
  expect(await modified(403, {})).toEqual(told);
});

it('a page that does not open has its address shown', async () => {
  const url = 'http://127.0.0.1:4000/';
  const opened = (browse: Outside['browse']) => carryOut(api, { kind: 'browse', url }, { ...outside, browse });
  expect(await opened(() => Promise.resolve(true))).toEqual({ kind: 'opened', url });
  expect(await opened(() => Promise.resolve(false))).toEqual({ kind: 'unopened', url });
  expect(await opened(() => Promise.reject(new Error('no such program')))).toEqual({ kind: 'unopened', url });
});
