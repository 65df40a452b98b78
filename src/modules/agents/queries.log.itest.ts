import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileBlobStore } from '#connectors/files/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { openAgents, shellAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { pageOfLines } from './queries.log.ts';
import { createLogBell, openRunLog, type LogDeps } from './steps.log.ts';

let world: World;
let deps: LogDeps;
let request: (attempt: number) => Promise<string>;

beforeAll(async () => {
  world = await createWorld();
  const { agents } = await openAgents(world, world.db, { agents: { coder: shellAgent('true') }, brief: world.brief() });
  const blobs = createFileBlobStore({ folder: path.join(world.folder, 'data/blobs') });
  deps = { db: world.db, blobs, clock: systemClock, redact: (text) => text, bell: createLogBell() };
  request = async (attempt) => (await agents.ensureRun(world.request({ attempt }))).id;
});
afterAll(() => world.close());

/** What an agent printed, of about `bytes`. */
const printed = (bytes: number) => ({
  kind: 'agent' as const,
  event: { kind: 'plan', entries: Array.from({ length: Math.ceil(bytes / 30_000) }, () => ({ text: 'x'.repeat(30_000), status: 'pending' })) },
});

test('a page of long lines ends after about two megabytes, and the next one goes on', async () => {
  const runId = await request(60);
  const log = await openRunLog(deps, { runId: runId as never, execution: 1 });
  for (let nr = 0; nr < 6; nr += 1) log.write(printed(600_000));
  log.write(printed(4_000_000));
  log.write({ kind: 'note', text: 'end' });
  await log.close();
  const pages: number[][] = [];
  let from: number | null = 1;
  while (from !== null) {
    const page = await pageOfLines(deps, { runId, from, limit: 2000 });
    expect(page.last).toBe(8);
    pages.push(page.items.map(({ line }) => line));
    from = page.next;
  }
  // A line longer than a page is one by itself.
  expect(pages).toEqual([[1, 2, 3], [4, 5, 6], [7], [8]]);
});

test('what an agent says past the end of a full log is not kept, what happens to its run is', async () => {
  const runId = await request(61);
  const small = { ...deps, mostBytes: 100_000 };
  const log = await openRunLog(small, { runId: runId as never, execution: 1 });
  for (let nr = 0; nr < 4; nr += 1) log.write(printed(60_000));
  log.write({ kind: 'state', state: 'checking' });
  await log.close();
  const again = await openRunLog(small, { runId: runId as never, execution: 1 });
  again.write(printed(10));
  await again.close();
  const { items } = await pageOfLines(deps, { runId, from: 1, limit: 100 });
  expect(items).toMatchObject([
    { kind: 'agent' },
    { kind: 'agent' },
    { line: 3, kind: 'note', text: 'The log of this run is full: what its agent says from here on is not kept.' },
    { kind: 'state', state: 'checking' },
  ]);
});
