import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createWork } from '#modules/work/index.ts';
import { createProjects, type Projects } from './index.ts';

const MANAGER: Actor = { kind: 'person', subject: 'person:mia', role: 'manager', personId: 'pers_1' };
const ADMIN: Actor = { kind: 'person', subject: 'person:ann', role: 'admin', personId: 'pers_2' };

let database: TestDatabase;
let projects: Projects;
const said = createRecorder();
let count = 0;
const newKey = () => `p${(count += 1)}`;

beforeAll(async () => {
  database = await createTestDatabase();
  projects = createProjects({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...said });
});
afterAll(() => database.close());
beforeEach(() => said.clear());

describe('projects', () => {
  it('are made with defaults, found by id and key, and written to ledger and outbox', async () => {
    const key = newKey();
    const made = await projects.create({ key, name: 'Shop', settings: { checks: [{ name: 'test', command: 'npm test' }] } }, MANAGER);
    expect(await projects.get(made.id)).toEqual(made);
    expect(await projects.byKey(key)).toEqual(made);
    expect(made.settings).toMatchObject({ checks: [{ name: 'test', command: 'npm test', timeout_s: 600 }], sandbox: 'bwrap' });
    expect(said.entries).toMatchObject([{ kind: 'project.created', subject: made.id, actor: 'person:mia', projectId: made.id }]);
    expect(said.types()).toEqual(['project.created']);
  });

  it('refuse a taken key, and of two at the same moment one is made', async () => {
    const key = newKey();
    const outcomes = await Promise.allSettled([1, 2].map(() => projects.create({ key, name: 'Shop' }, MANAGER)));
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(projects.create({ key, name: 'Other' }, MANAGER)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
  });

  it('refuse malformed keys, names and settings with the name of the field', async () => {
    await expect(projects.create({ key: 'No Spaces', name: 'x' }, MANAGER)).rejects.toThrow(/^key:/);
    await expect(projects.create({ key: newKey(), name: '' }, MANAGER)).rejects.toThrow(/^name:/);
    await expect(projects.create({ key: newKey(), name: 'x', settings: { sandbox: 'glass' } }, MANAGER)).rejects.toMatchObject({
      kind: 'invalid',
      detail: { field: 'settings.sandbox' },
    });
    await expect(projects.create({ key: newKey(), name: 'x', settings: { sandbx: 'none' } }, MANAGER)).rejects.toMatchObject({
      code: 'invalid_settings',
    });
  });

  it('keep settings a change does not name, and write before and after to the ledger', async () => {
    const made = await projects.create({ key: newKey(), name: 'Shop', settings: { setup: ['npm ci'], readyLabel: 'robots' } }, MANAGER);
    const changed = await projects.update(made.id, { settings: { network: 'registry' } }, MANAGER);
    expect(changed.settings).toMatchObject({ setup: ['npm ci'], readyLabel: 'robots', network: 'registry' });
    expect(said.entries.at(-1)?.payload).toMatchObject({ before: { settings: { network: 'none' } }, after: { settings: { network: 'registry' } } });
  });

  it('write nothing when a change changes nothing', async () => {
    const made = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    said.clear();
    expect(await projects.update(made.id, { name: 'Shop', settings: { network: 'none' } }, MANAGER)).toEqual(made);
    expect(said.kinds()).toEqual([]);
  });

  it('are loosened by an admin only', async () => {
    const made = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    await expect(projects.update(made.id, { settings: { sandbox: 'none' } }, MANAGER)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'needs_admin',
    });
    await expect(projects.create({ key: newKey(), name: 'x', settings: { selfApproval: 'local' } }, MANAGER)).rejects.toMatchObject({
      kind: 'forbidden',
    });
    expect((await projects.update(made.id, { settings: { sandbox: 'none' } }, ADMIN)).settings.sandbox).toBe('none');
    expect((await projects.update(made.id, { name: 'Renamed' }, MANAGER)).name).toBe('Renamed');
  });

  it('opt out and in again', async () => {
    const made = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    expect((await projects.update(made.id, { optedOut: true }, MANAGER)).optedOut).toBe(true);
    expect(said.events.at(-1)?.data).toMatchObject({ opted_out: true });
  });

  it('are made once and then kept up to date from the configuration, also by two servers at once', async () => {
    const key = newKey();
    const [one, two] = await Promise.all([
      projects.ensure({ key, name: 'Shop' }, SYSTEM_ACTOR),
      projects.ensure({ key, name: 'Shop' }, SYSTEM_ACTOR),
    ]);
    expect(one.id).toBe(two.id);
    const later = await projects.ensure({ key, name: 'Shop 2', settings: { sandbox: 'none' } }, SYSTEM_ACTOR);
    expect(later).toMatchObject({ id: one.id, name: 'Shop 2', settings: { sandbox: 'none' } });
  });

  it('are removed while nothing belongs to them, and otherwise refused', async () => {
    const made = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const repository = await projects.addRepository({ projectId: made.id, forge: 'local', name: `acme/${made.key}`, defaultBranch: 'main' }, MANAGER);
    await expect(projects.remove(made.id, ADMIN)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'referenced',
      detail: { referenced_by: 'repositories' },
    });
    await projects.removeRepository(repository.id, ADMIN);
    await projects.remove(made.id, ADMIN);
    expect(await projects.get(made.id)).toBeNull();
    await expect(projects.remove(made.id, ADMIN)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('are listed page by page, each once', async () => {
    for (let i = 0; i < 3; i += 1) await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await projects.list({ limit: 2, cursor });
      seen.push(...page.items.map((project) => project.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    const all = await projects.list({ limit: 200 });
    expect(seen).toEqual(all.items.map((project) => project.id));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('repositories', () => {
  it('are registered, found by name and listed by project', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const made = await projects.addRepository(
      { projectId: project.id, forge: 'github', name: `acme/${project.key}`, defaultBranch: 'main', tier: 'core' },
      MANAGER,
    );
    expect(made).toMatchObject({ allowlisted: false, tier: 'core' });
    expect(await projects.repositoryByName('github', made.name)).toEqual(made);
    expect(await projects.repository(made.id)).toEqual(made);
    expect(await projects.repositories(project.id)).toEqual([made]);
    expect(await projects.listRepositories({ limit: 5, projectId: project.id })).toEqual({ items: [made], nextCursor: null });
  });

  it('have one name per forge, in one spelling', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    await projects.addRepository({ projectId: project.id, forge: 'path', name: '/srv/shop/', defaultBranch: 'main' }, ADMIN);
    await expect(
      projects.addRepository({ projectId: project.id, forge: 'path', name: '/srv//shop', defaultBranch: 'main' }, ADMIN),
    ).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
  });

  it('of GitHub have one name whatever its case, spelled as it was first given', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const input = { projectId: project.id, forge: 'github', name: `Acme/${project.key}`, defaultBranch: 'main' } as const;
    const made = await projects.addRepository(input, ADMIN);
    expect(await projects.repositoryByName('github', made.name.toUpperCase())).toEqual(made);
    await expect(projects.addRepository({ ...input, name: made.name.toLowerCase() }, ADMIN)).rejects.toMatchObject({ code: 'taken' });
    const local = await projects.addRepository({ ...input, forge: 'local' }, ADMIN);
    expect(await projects.repositoryByName('local', made.name.toLowerCase())).toBeNull();
    expect(await projects.repositoryByName('local', made.name)).toEqual(local);
  });

  it('know whose word allowlisted them: the operator’s, or an admin’s own', async () => {
    const listing = createProjects({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...said, isAllowlisted: () => true });
    const project = await listing.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const input = { projectId: project.id, forge: 'github', name: `acme/${project.key}`, defaultBranch: 'main' } as const;
    const made = await listing.addRepository(input, MANAGER);
    expect(made).toMatchObject({ allowlisted: true, allowlistedBy: 'operator' });
    expect(await listing.setAllowlisted(made.id, true, MANAGER)).toMatchObject({ allowlistedBy: 'operator' });
    expect(await listing.setAllowlisted(made.id, true, ADMIN)).toMatchObject({ allowlistedBy: 'person' });
    expect(await listing.setAllowlisted(made.id, true, SYSTEM_ACTOR)).toMatchObject({ allowlistedBy: 'person' });
    expect(await listing.setAllowlisted(made.id, false, MANAGER)).toMatchObject({ allowlisted: false, allowlistedBy: null });
    expect(await listing.setAllowlisted(made.id, true, SYSTEM_ACTOR)).toMatchObject({ allowlistedBy: 'operator' });
  });

  it('of a project that is not there are refused', async () => {
    await expect(
      projects.addRepository({ projectId: 'proj_none', forge: 'local', name: 'acme/x', defaultBranch: 'main' }, ADMIN),
    ).rejects.toMatchObject({ kind: 'invalid', code: 'missing_reference' });
  });

  it('are allowlisted by an admin only, and a folder of this machine is added by an admin only', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const input = { projectId: project.id, forge: 'local', name: `acme/${project.key}`, defaultBranch: 'main' } as const;
    await expect(projects.addRepository({ ...input, allowlisted: true }, MANAGER)).rejects.toMatchObject({ kind: 'forbidden', code: 'needs_admin' });
    await expect(projects.addRepository({ ...input, forge: 'path', name: '/srv/x' }, MANAGER)).rejects.toMatchObject({ kind: 'forbidden' });
    const made = await projects.addRepository(input, MANAGER);
    await expect(projects.setAllowlisted(made.id, true, MANAGER)).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await projects.setAllowlisted(made.id, true, ADMIN)).allowlisted).toBe(true);
    expect(said.entries.at(-1)).toMatchObject({
      kind: 'repository.changed',
      actor: 'person:ann',
      payload: { before: { allowlisted: false }, after: { allowlisted: true } },
    });
    expect((await projects.setAllowlisted(made.id, false, MANAGER)).allowlisted).toBe(false);
  });

  it('are kept while issues point at them', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    const made = await projects.addRepository({ projectId: project.id, forge: 'local', name: `acme/${project.key}`, defaultBranch: 'main' }, MANAGER);
    const work = createWork({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...said });
    const item = await database.db.tx((tx) => work.create(tx, { projectId: project.id, repositoryId: made.id, title: 'x' }));
    await expect(projects.removeRepository(made.id, ADMIN)).rejects.toMatchObject({ kind: 'conflict', detail: { referenced_by: 'work_items' } });
    await work.remove(item.id, ADMIN);
    await projects.removeRepository(made.id, ADMIN);
    expect(await projects.repository(made.id)).toBeNull();
  });

  it('refuse a default branch git would refuse', async () => {
    const project = await projects.create({ key: newKey(), name: 'Shop' }, MANAGER);
    await expect(
      projects.addRepository({ projectId: project.id, forge: 'local', name: `acme/${project.key}`, defaultBranch: '../x' }, ADMIN),
    ).rejects.toThrow(/default_branch/);
  });
});
