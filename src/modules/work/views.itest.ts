import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Role } from '#kernel/actor.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import type { SavedViews } from './commands.views.ts';
import { createSavedViews } from './index.ts';
import { MOST_VIEWS } from './model.views.ts';

let database: TestDatabase;
let views: SavedViews;
let shop: string;
const said = createRecorder();

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...said };
  shop = (await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
  views = createSavedViews(deps);
});
afterAll(() => database.close());

const person = (handle: string, role: Role, projects: readonly string[] | null = null): Actor => ({
  kind: 'person',
  subject: `person:${handle}`,
  role,
  personId: `pers_${handle}`,
  projects,
});
const names = async (by: Actor) => (await views.list(by)).map(({ name }) => name);

describe('a saved view', () => {
  it("is one's own until a manager shares it; who shared it is in the ledger", async () => {
    const dev = person('dev', 'developer');
    const boss = person('boss', 'manager');
    await views.create({ name: 'My bugs', shared: false, filters: { type: ['bug'], requested_by: 'dev' } }, dev);
    await expect(views.create({ name: 'For all', shared: true, filters: {} }, dev)).rejects.toMatchObject({ code: 'manager_needed' });
    expect(said.entries).toHaveLength(1);
    const shared = await views.create({ name: 'Risky', shared: true, filters: { risk: ['high'] } }, boss);
    expect(said.entries.at(-1)).toMatchObject({ kind: 'view.shared', subject: shared.id, actor: 'person:boss' });
    expect(await names(dev)).toEqual(['My bugs', 'Risky']);
    expect(await names(boss)).toEqual(['Risky']);
  });

  it('is changed by who keeps it, a shared one by managers as well, and never over a newer change', async () => {
    const dev = person('carl', 'developer');
    const boss = person('bea', 'manager');
    const own = await views.create({ name: 'Carl’s', shared: false, filters: {} }, dev);
    await expect(views.change(own.id, { name: 'x' }, boss)).rejects.toMatchObject({ kind: 'not_found' });
    const changed = await views.change(own.id, { filters: { q: 'cart' }, version: 1 }, dev);
    expect(changed).toMatchObject({ name: 'Carl’s', filters: { q: 'cart' }, version: 2 });
    await expect(views.change(own.id, { name: 'x', version: 1 }, dev)).rejects.toMatchObject({ code: 'stale' });
    const shared = await views.create({ name: 'Bea’s', shared: true, filters: {} }, boss);
    await expect(views.remove(shared.id, dev)).rejects.toMatchObject({ code: 'not_your_view' });
    await views.change(shared.id, { shared: false }, person('bob', 'manager'));
    expect(await names(dev)).not.toContain('Bea’s');
    await views.remove(own.id, dev);
    expect(await names(dev)).not.toContain('Carl’s');
  });

  it('has a name of its own, whatever its case', async () => {
    const by = person('ina', 'viewer');
    await views.create({ name: 'Mine', shared: false, filters: {} }, by);
    await expect(views.create({ name: 'mine', shared: false, filters: {} }, by)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
  });

  it('of a project is not shown to whoever may not see that project', async () => {
    const boss = person('ben', 'manager');
    await views.create({ name: 'Shop by id', shared: true, filters: { project: shop } }, boss);
    await views.create({ name: 'Shop by key', shared: true, filters: { project: 'shop' } }, boss);
    const limited = await names(person('lim', 'developer', ['proj_other']));
    expect(limited).not.toContain('Shop by id');
    expect(limited).not.toContain('Shop by key');
    expect(await names(person('lum', 'developer', [shop]))).toEqual(expect.arrayContaining(['Shop by id', 'Shop by key']));
  });

  it('of a project is neither changed nor removed by whoever may not see that project', async () => {
    const view = await views.create({ name: 'Shop only', shared: true, filters: { project: 'shop' } }, person('bix', 'manager'));
    const limited = person('lom', 'manager', ['proj_other']);
    await expect(views.change(view.id, { name: 'Theirs' }, limited)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(views.remove(view.id, limited)).rejects.toMatchObject({ kind: 'not_found' });
    expect(await views.change(view.id, { name: 'Ours' }, person('lam', 'manager', [shop]))).toMatchObject({ name: 'Ours' });
  });

  it('that is shared stays as it is once its owner is no manager any more, but may be taken back', async () => {
    const view = await views.create({ name: 'Once mine', shared: true, filters: {} }, person('exa', 'manager'));
    const now = person('exa', 'developer');
    await expect(views.change(view.id, { filters: { q: 'x' } }, now)).rejects.toMatchObject({ code: 'manager_needed' });
    expect(await views.change(view.id, { shared: false, filters: { q: 'x' } }, now)).toMatchObject({ shared: false, filters: { q: 'x' } });
  });

  it('is refused beyond the most that one person keeps', async () => {
    const by = person('many', 'developer');
    for (let n = 0; n < MOST_VIEWS; n += 1) await views.create({ name: `View ${n}`, shared: false, filters: {} }, by);
    await expect(views.create({ name: 'One more', shared: false, filters: {} }, by)).rejects.toMatchObject({ code: 'too_many' });
  });
});
