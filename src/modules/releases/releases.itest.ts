import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, type Governance } from '../../../test/kit/governance.ts';
import { createReleaseTasks, type ReleaseTasks } from './commands.ts';
import { decideNotes } from './decide.notes.ts';
import type { NotesQuery } from './queries.ts';
import { findRelease } from './store.ts';

/* From which release a tag is told, on real rows; the forge shows no release of its own. */
const DAY_MS = 24 * 3_600_000;
const REPOSITORY = { id: 'repo_1', projectId: 'proj_1', forge: 'github', name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
const common = { repo: { forge: 'github', name: 'acme/shop' }, actor: 'mona', actor_id: null };

let database: TestDatabase;
let on: Governance;
let tasks: ReleaseTasks;
/** What was asked for, tag by tag. */
const asked: NotesQuery[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db } = database;
  await db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}'::jsonb)`);
  await db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')`,
  );
  const deps = {
    db,
    ledger: on.ledger,
    actions: on.actions,
    projects: { repositoryByName: async () => REPOSITORY, get: async () => ({ id: 'proj_1', optedOut: false }) },
    releases: {
      notes: async (query: NotesQuery) => {
        asked.push(query);
        return decideNotes([], { name: null, from: null, to: '2026-11-21T10:00:00Z' });
      },
    },
    forge: () => ({ releases: async () => [] }),
  };
  tasks = createReleaseTasks(deps as unknown as Parameters<typeof createReleaseTasks>[0]);
}, 120_000);
afterAll(() => database?.close());

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const published = (tag: string, at: string): ForgeEvent => ({
  kind: 'release.published',
  ...common,
  occurred_at: at,
  release: { tag, name: tag, body: '', prerelease: false, url: 'u' },
});
const pushed = (tag: string, sha: string): ForgeEvent => ({ kind: 'tag.pushed', ...common, occurred_at: daysAgo(0), tag, sha });
const previous = async (tag: string) => (await findRelease(database.db, 'repo_1', tag))?.previousTag;

test('releases of the past draft and propose nothing, and the next tag is told from the newest of its product, whatever the order of reading', async () => {
  const past = [
    published('v1.2.0', daysAgo(10)),
    published('api/v7.0', daysAgo(5)),
    published('v1.1.0', daysAgo(400)),
    published('v1.0.0', daysAgo(800)),
    published('nightly', daysAgo(1)),
  ];
  for (const event of [...past, ...past]) await tasks.remember(event);
  // Told again as it happens, by a redelivery, an old one stays in the past.
  await tasks.hear(published('v1.1.0', daysAgo(400)));
  expect(asked).toEqual([]);

  await tasks.hear(pushed('v1.3.0', 'a'.repeat(40)));
  await tasks.hear(pushed('v1.3.0', 'a'.repeat(40)));
  expect(asked.map(({ from }) => from)).toEqual([past[0]?.occurred_at]);
  expect(await previous('v1.3.0')).toBe('v1.2.0');
  await tasks.hear(pushed('api/v7.1', 'b'.repeat(40)));
  expect(asked.map(({ from }) => from)).toEqual([past[0]?.occurred_at, past[1]?.occurred_at]);

  // Read once more after that, the past changes nothing about what was heard.
  await tasks.remember(published('v1.3.0', daysAgo(0)));
  await tasks.hear(pushed('v1.4.0', 'c'.repeat(40)));
  expect([await previous('v1.4.0'), asked.at(-1)?.contained]).toEqual(['v1.3.0', { in: 'c'.repeat(40), notIn: 'a'.repeat(40) }]);
  expect((await on.actions.list({ limit: 10 })).items).toEqual([]);
});
