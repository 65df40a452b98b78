import { afterAll, beforeAll, expect, it } from 'vitest';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createRecorder } from '../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../test/kit/database.ts';
import type { AppConfig } from './config.ts';
import type { Modules } from './modules.ts';
import { applyConfiguration, isAllowlisted } from './startup.ts';

const ADMIN: Actor = { kind: 'person', subject: 'person:ann', role: 'admin', personId: 'pers_1' };
const MANAGER: Actor = { kind: 'person', subject: 'person:mia', role: 'manager', personId: 'pers_2' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('a start takes off what only REEVE_REPO_ALLOWLIST had allowlisted and no longer names, with its ledger entry', async () => {
  const said = createRecorder();
  const before = ['acme/*'];
  const projects = createProjects({
    db: database.db,
    clock: systemClock,
    ids: createIds(systemClock),
    ...said,
    isAllowlisted: (forge, name) => forge === 'github' && isAllowlisted(before, name),
  });
  const { id: projectId } = await projects.create({ key: 'shop', name: 'shop' }, ADMIN);
  const add = (name: string, by: Actor, allowlisted?: boolean, forge: 'github' | 'local' = 'github') =>
    projects.addRepository({ projectId, forge, name, defaultBranch: 'main', ...(allowlisted === undefined ? {} : { allowlisted }) }, by);
  const adopted = await add('acme/adopted', SYSTEM_ACTOR, true);
  const posted = await add('acme/posted', MANAGER);
  const named = await add('Acme/Named', SYSTEM_ACTOR, true);
  const own = await add('acme/own', ADMIN, true);
  const local = await add('acme/local', SYSTEM_ACTOR, true, 'local');
  const listed = async () => (await projects.repositories()).filter(({ allowlisted }) => allowlisted).map(({ id }) => id);

  const people = { byHandle: async () => ({}) };
  // Written into reeve.yaml as well, where an admin's own word is no less.
  const section = { repo: 'acme/own', forge: 'github', default_branch: 'main' };
  const start = (repoAllowlist: string[]) =>
    applyConfiguration(
      { repoAllowlist, sections: { people: [], teams: [], projects: { shop: section } } } as unknown as AppConfig,
      { people, projects } as unknown as Modules,
    );

  await start(before);
  expect(await listed()).toEqual([adopted, posted, named, own, local].map(({ id }) => id));
  said.clear();
  await start(['acme/named']);
  expect(await listed()).toEqual([named, own, local].map(({ id }) => id));
  expect(said.entries).toMatchObject(
    [adopted, posted].map(({ id }) => ({
      kind: 'repository.changed',
      subject: id,
      actor: 'system',
      payload: { before: { allowlisted: true, allowlisted_by: 'operator' }, after: { allowlisted: false, allowlisted_by: null } },
    })),
  );
  said.clear();
  await start([]);
  expect(await listed()).toEqual([own, local].map(({ id }) => id));
});
