import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPeople, type People } from './index.ts';

const MANAGER: Actor = { kind: 'person', subject: 'person:mia', role: 'manager', personId: 'pers_1' };

let database: TestDatabase;
let people: People;
const said = createRecorder();
const wip = new Map<string, number>();
const assigned = new Set<string>();
let count = 0;
const handle = () => `h${(count += 1)}`;

beforeAll(async () => {
  database = await createTestDatabase();
  const work = { wip: () => Promise.resolve(wip), isAssigned: (assignee: string) => Promise.resolve(assigned.has(assignee)) };
  people = createPeople({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...said, work });
});
afterAll(() => database.close());
beforeEach(() => said.clear());

const waitingForLocks = async (): Promise<number> =>
  (
    await database.db.one(
      sql<{ n: number }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).n;

describe('people', () => {
  it('are made with defaults, skills in lower case, and found by id and handle', async () => {
    const made = await people.create({ handle: handle(), name: 'Ada', skills: ['TypeScript', 'typescript', 'Area:Cart'] }, MANAGER);
    expect(made).toMatchObject({ skills: ['typescript', 'area:cart'], timezone: 'UTC', wipLimit: 3, role: 'developer', active: true, email: null });
    expect(await people.get(made.id)).toEqual(made);
    expect(await people.byHandle(made.handle)).toEqual(made);
    expect(said.kinds()).toEqual(['person.created']);
    expect(said.types()).toEqual(['person.created']);
  });

  it('have handles and addresses of their own', async () => {
    const one = await people.create({ handle: handle(), name: 'Ada', email: `ada${count}@example.test` }, MANAGER);
    await expect(people.create({ handle: one.handle, name: 'Other' }, MANAGER)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
    await expect(people.create({ handle: handle(), name: 'Other', email: one.email?.toUpperCase() }, MANAGER)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'taken',
    });
  });

  it('refuse what is malformed, naming the field', async () => {
    await expect(people.create({ handle: 'No', name: 'x' }, MANAGER)).rejects.toThrow(/^handle:/);
    await expect(people.create({ handle: handle(), name: 'x', timezone: 'Mars/Olympus' }, MANAGER)).rejects.toThrow(/^timezone: must be a time zone/);
    await expect(people.create({ handle: handle(), name: 'x', capacityHoursPerWeek: 200 }, MANAGER)).rejects.toThrow(/^capacityHoursPerWeek:/);
  });

  it('change in what is named only', async () => {
    const made = await people.create({ handle: handle(), name: 'Ada', skills: ['go'], wipLimit: 5 }, MANAGER);
    const changed = await people.update(made.id, { timezone: 'Europe/Berlin' }, MANAGER);
    expect(changed).toMatchObject({ skills: ['go'], wipLimit: 5, timezone: 'Europe/Berlin' });
    said.clear();
    await people.update(made.id, { timezone: 'Europe/Berlin', name: undefined }, MANAGER);
    expect(said.kinds()).toEqual([]);
  });

  it('with a role above one’s own are not made, changed, linked or removed', async () => {
    const admin = await people.create({ handle: handle(), name: 'Root', role: 'admin' }, SYSTEM_ACTOR);
    const forbidden = { kind: 'forbidden', code: 'role_above_own' };
    await expect(people.create({ handle: handle(), name: 'x', role: 'admin' }, MANAGER)).rejects.toMatchObject(forbidden);
    await expect(people.update(admin.id, { email: 'mia@example.test' }, MANAGER)).rejects.toMatchObject(forbidden);
    await expect(people.link('slack', `U${count}`, admin.id, MANAGER)).rejects.toMatchObject(forbidden);
    await expect(people.remove(admin.id, MANAGER)).rejects.toMatchObject(forbidden);
    const developer = await people.create({ handle: handle(), name: 'Dev' }, MANAGER);
    await expect(people.update(developer.id, { role: 'admin' }, MANAGER)).rejects.toMatchObject(forbidden);
    expect((await people.update(developer.id, { role: 'manager' }, MANAGER)).role).toBe('manager');
  });

  it('are removed while nothing names them, and otherwise only deactivated', async () => {
    const named = await people.create({ handle: handle(), name: 'Ada' }, MANAGER);
    await people.link('github', `gh-${named.handle}`, named.id, MANAGER);
    await expect(people.remove(named.id, MANAGER)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'referenced',
      detail: { referenced_by: 'identities' },
    });
    const busy = await people.create({ handle: handle(), name: 'Bob' }, MANAGER);
    assigned.add(`person:${busy.handle}`);
    await expect(people.remove(busy.id, MANAGER)).rejects.toMatchObject({ kind: 'conflict', code: 'referenced' });
    expect((await people.update(busy.id, { active: false }, MANAGER)).active).toBe(false);
    const free = await people.create({ handle: handle(), name: 'Cy' }, MANAGER);
    await people.remove(free.id, MANAGER);
    expect(await people.get(free.id)).toBeNull();
  });

  it('who are held as active stay so until the transaction ends', async () => {
    const held = await people.create({ handle: handle(), name: 'Held' }, MANAGER);
    const [begun, mayEnd] = [Promise.withResolvers<boolean>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const holding = database.db.tx(async (tx) => {
      begun.resolve(await people.holdActive(tx, held.id));
      await mayEnd.promise;
      order.push('held');
    });
    expect(await begun.promise).toBe(true);
    // Others may hold the same person meanwhile.
    expect(await database.db.tx((other) => people.holdActive(other, held.id))).toBe(true);
    const leaving = people.update(held.id, { active: false }, MANAGER).then(() => order.push('deactivated'));
    await expect.poll(waitingForLocks).toBe(1);
    mayEnd.resolve();
    await Promise.all([holding, leaving]);
    expect(order).toEqual(['held', 'deactivated']);
    expect(await database.db.tx((tx) => people.holdActive(tx, held.id))).toBe(false);
    expect(await database.db.tx((tx) => people.holdActive(tx, 'pers_none'))).toBe(false);
  });

  it('are kept up to date from the configuration, also by two servers at once', async () => {
    const name = handle();
    const [one, two] = await Promise.all([
      people.ensure({ handle: name, name: 'Ada' }, SYSTEM_ACTOR),
      people.ensure({ handle: name, name: 'Ada' }, SYSTEM_ACTOR),
    ]);
    expect(one.id).toBe(two.id);
    await people.update(one.id, { wipLimit: 7 }, SYSTEM_ACTOR);
    expect(await people.ensure({ handle: name, name: 'Ada L.' }, SYSTEM_ACTOR)).toMatchObject({ id: one.id, name: 'Ada L.', wipLimit: 7 });
  });

  it('carry what work says, and only the active are counted on', async () => {
    const ada = await people.create({ handle: handle(), name: 'Ada', wipLimit: 2 }, MANAGER);
    const gone = await people.create({ handle: handle(), name: 'Gone', active: false }, MANAGER);
    wip.set(`person:${ada.handle}`, 1);
    expect(await people.load(ada.id)).toMatchObject({ wip: 1, wipLimit: 2, free: 1 });
    const handles = (await people.loads()).map((load) => load.handle);
    expect(handles).toContain(ada.handle);
    expect(handles).not.toContain(gone.handle);
    expect(await people.load('pers_none')).toBeNull();
  });

  it('are listed page by page, the active ones alone when asked', async () => {
    const off = await people.create({ handle: handle(), name: 'Off', active: false }, MANAGER);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await people.list({ limit: 2, cursor, active: true });
      seen.push(...page.items.map((person) => person.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual((await people.list({ limit: 200, active: true })).items.map((person) => person.id));
    expect(seen).not.toContain(off.id);
  });
});

describe('identities', () => {
  it.each(['oidc', 'saml'])('of a %s provider are told apart by case, as its standard says', async (source) => {
    const [lower, upper] = [
      await people.create({ handle: handle(), name: 'l' }, MANAGER),
      await people.create({ handle: handle(), name: 'U' }, MANAGER),
    ];
    await people.link(source, 'https://id.test#mira', lower.id, MANAGER);
    expect(await people.personFor(source, 'https://id.test#Mira')).toBeNull();
    await people.link(source, 'https://id.test#Mira', upper.id, MANAGER);
    expect(await people.personFor(source, 'https://id.test#Mira')).toEqual(upper);
    expect(await people.personFor(source, 'https://id.test#mira')).toEqual(lower);
  });

  it('find the person in any case, and the same link twice is one', async () => {
    const ada = await people.create({ handle: handle(), name: 'Ada' }, MANAGER);
    const first = await people.link('github', 'Ada-L', ada.id, MANAGER);
    expect((await people.link('github', 'ada-l', ada.id, MANAGER)).id).toBe(first.id);
    expect(await people.personFor('github', 'ADA-L')).toEqual(ada);
    expect(await people.personFor('slack', 'ada-l')).toBeNull();
    expect(said.kinds().filter((kind) => kind === 'identity.linked')).toHaveLength(1);
  });

  it('keep the account they were first used from: another one with the same login is nobody, until the link is made anew', async () => {
    const ada = await people.create({ handle: handle(), name: 'Ada' }, MANAGER);
    const login = `gh-${ada.handle}`;
    const link = await people.link('github', login, ada.id, MANAGER);
    expect(await people.recognize('github', login, null)).toEqual(ada);
    const accounts = Array.from({ length: 8 }, (_, index) => `400${index}`);
    const first = await Promise.all(accounts.map((account) => people.recognize('github', login.toUpperCase(), account)));
    expect(first.filter((person) => person !== null)).toEqual([ada]);
    const kept = (await people.identity(link.id))?.accountId ?? '';
    expect(said.entries.filter(({ kind }) => kind === 'identity.pinned')).toMatchObject([{ subject: link.id, payload: { account_id: kept } }]);
    const other = kept === '4001' ? '4002' : '4001';
    expect(await people.recognize('github', login, kept)).toEqual(ada);
    expect(await people.recognize('github', login, other)).toBeNull();
    await people.link('github', login, ada.id, MANAGER);
    expect(await people.recognize('github', login, other)).toBeNull();
    await people.unlink(link.id, MANAGER);
    await people.link('github', login, ada.id, MANAGER);
    expect(await people.recognize('github', login, other)).toEqual(ada);
    expect(await people.recognize('github', 'nobody-here', '4003')).toBeNull();
  });

  it('belong to one person, and are free again when unlinked', async () => {
    const [ada, bob] = [
      await people.create({ handle: handle(), name: 'Ada' }, MANAGER),
      await people.create({ handle: handle(), name: 'Bob' }, MANAGER),
    ];
    const link = await people.link('slack', `U-${ada.handle}`, ada.id, MANAGER);
    await expect(people.link('slack', `U-${ada.handle}`, bob.id, MANAGER)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
    await people.unlink(link.id, MANAGER);
    expect((await people.link('slack', `U-${ada.handle}`, bob.id, MANAGER)).personId).toBe(bob.id);
    await expect(people.unlink(link.id, MANAGER)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(people.link('slack', 'U-none', 'pers_none', MANAGER)).rejects.toMatchObject({ code: 'missing_reference' });
    expect((await people.identities({ limit: 5, personId: bob.id })).items).toHaveLength(1);
  });
});

describe('teams', () => {
  it('hold people by handle and replace them as a whole', async () => {
    const [ada, bob] = [
      await people.create({ handle: handle(), name: 'Ada' }, MANAGER),
      await people.create({ handle: handle(), name: 'Bob' }, MANAGER),
    ];
    const team = await people.createTeam({ key: `t${count}`, name: 'Cart', members: [bob.handle, ada.handle, ada.handle] }, MANAGER);
    expect(team.members).toEqual([ada.handle, bob.handle].toSorted());
    expect((await people.updateTeam(team.id, { members: [bob.handle] }, MANAGER)).members).toEqual([bob.handle]);
    expect((await people.updateTeam(team.id, { name: 'Basket' }, MANAGER)).members).toEqual([bob.handle]);
    await expect(people.remove(bob.id, MANAGER)).rejects.toMatchObject({ kind: 'conflict', detail: { referenced_by: 'team_members' } });
    await people.removeTeam(team.id, MANAGER);
    expect(await people.team(team.id)).toBeNull();
    await people.remove(bob.id, MANAGER);
  });

  it('refuse a taken key and a handle nobody has, and then stay as they were', async () => {
    const team = await people.createTeam({ key: `t${handle()}`, name: 'Cart' }, MANAGER);
    await expect(people.createTeam({ key: team.key, name: 'Other' }, MANAGER)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
    await expect(people.updateTeam(team.id, { name: 'New', members: ['nobody'] }, MANAGER)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'missing_reference',
    });
    expect((await people.teamByKey(team.key))?.name).toBe('Cart');
    expect(await people.ensureTeam({ key: team.key, name: 'Ensured' }, SYSTEM_ACTOR)).toMatchObject({ id: team.id, name: 'Ensured' });
  });
});
