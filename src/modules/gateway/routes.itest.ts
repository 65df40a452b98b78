import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { parsePrompt } from './decide.prompt.ts';
import { createGateway, gatewayRoutes, type Gateway } from './index.ts';

let database: TestDatabase;
let gateway: Gateway;
let api: Api;
const said = createRecorder();

beforeAll(async () => {
  database = await createTestDatabase();
  gateway = createGateway({
    db: database.db,
    clock: systemClock,
    ids: createIds(systemClock),
    ledger: said.ledger,
    nonce: () => '0123456789abcdef',
    sleep: async () => {},
    prompts: { load: async () => parsePrompt('x', '---\nname: x\nversion: 1\nschema: x\n---\n# System\ns\n# Task\n{{data.t}}') },
    models: [
      {
        provider: 'test',
        complete: async () => ({ value: { ok: true }, text: '{"ok":true}', inputTokens: 3, outputTokens: 2, costMicros: 9, modelVersion: 'v1' }),
      },
    ],
  });
  api = await serveRoutes(gatewayRoutes({ gateway }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

describe('/v1/model-versions and /v1/model-calls', () => {
  test('a question shows up as a call and as a version that cannot be removed', async () => {
    const { promptHash } = await gateway.ask({
      purpose: 'p',
      model: 'test/m',
      promptName: 'x',
      variables: { t: 'text' },
      schema: z.object({ ok: z.boolean() }),
      workItemId: null,
    });
    const { items } = (await api.ok('viewer', 'GET', '/v1/model-calls?model=test/m&outcome=answered')) as { items: Record<string, unknown>[] };
    expect(items).toMatchObject([
      {
        purpose: 'p',
        model: 'test/m',
        model_version: 'v1',
        prompt: 'x@1',
        prompt_hash: promptHash,
        input_tokens: 3,
        output_tokens: 2,
        cost_micros: 9,
        cached: false,
        outcome: 'answered',
        work_item_id: null,
      },
    ]);
    expect(await api.ok('viewer', 'GET', `/v1/model-calls/${String(items[0]?.['id'])}`)).toEqual(items[0]);
    const versions = (await api.ok('viewer', 'GET', '/v1/model-versions')) as { items: Record<string, unknown>[] };
    expect(versions.items).toMatchObject([{ model: 'test/m', version: 'v1', state: 'active', calls: 1 }]);
    const path = `/v1/model-versions/${String(versions.items[0]?.['id'])}`;
    expect((await api.call('manager', 'DELETE', path)).status).toBe(409);
    expect(await api.ok('manager', 'PATCH', path, { state: 'retired' })).toMatchObject({ state: 'retired' });
    expect(said.entries.at(-1)).toMatchObject({ kind: 'model_version.changed', actor: 'person:manager' });
  });

  test('versions are registered and removed by managers', async () => {
    const version = await api.ok('manager', 'POST', '/v1/model-versions', { model: 'test/z', version: '2', notes: 'trial' });
    expect(await api.ok('viewer', 'GET', `/v1/model-versions/${String(version['id'])}`)).toEqual(version);
    expect((await api.call('manager', 'POST', '/v1/model-versions', { model: 'test/z', version: '2' })).status).toBe(409);
    expect((await api.call('developer', 'POST', '/v1/model-versions', { model: 'test/y', version: '2' })).status).toBe(403);
    await api.ok('manager', 'DELETE', `/v1/model-versions/${String(version['id'])}`, undefined, 204);
    expect((await api.call('viewer', 'GET', `/v1/model-versions/${String(version['id'])}`)).status).toBe(404);
    expect((await api.call('viewer', 'GET', '/v1/model-calls/call_none')).status).toBe(404);
  });
});
