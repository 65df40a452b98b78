import type { PeopleDeps } from './commands.ts';
import { toLoad, type Listed, type People, type Person } from './model.ts';
import * as identities from './store.identities.ts';
import * as store from './store.ts';
import * as teams from './store.teams.ts';

type PeopleQueries = Pick<
  People,
  | 'get'
  | 'byHandle'
  | 'byEmail'
  | 'holdActive'
  | 'list'
  | 'active'
  | 'loads'
  | 'load'
  | 'personFor'
  | 'identity'
  | 'identities'
  | 'team'
  | 'teamByKey'
  | 'teams'
>;

/** Reads of people, identities and teams. */
export function createPeopleQueries({ db, work }: Pick<PeopleDeps, 'db' | 'work'>): PeopleQueries {
  const loadOf = (person: Person, wip: Map<string, number>) => toLoad(person, wip.get(`person:${person.handle}`) ?? 0);
  return {
    get: async (id) => (await store.personById(db, id)) ?? null,
    byHandle: async (handle) => (await store.personByHandle(db, handle)) ?? null,
    byEmail: async (email) => (await store.personByEmail(db, email)) ?? null,
    holdActive: store.holdActive,
    list: async (page) => cut(await store.listPeople(db, page), page.limit),
    active: () => store.activePeople(db),
    async loads() {
      const [people, wip] = await Promise.all([store.activePeople(db), work.wip()]);
      return people.map((person) => loadOf(person, wip));
    },
    async load(id) {
      const person = await store.personById(db, id);
      return person === undefined ? null : loadOf(person, await work.wip());
    },
    personFor: async (source, externalId) => (await store.personByIdentity(db, source, externalId)) ?? null,
    identity: async (id) => (await identities.identityById(db, id)) ?? null,
    identities: async (page) => cut(await identities.listIdentities(db, page), page.limit),
    team: async (id) => (await teams.teamById(db, id)) ?? null,
    teamByKey: async (key) => (await teams.teamByKey(db, key)) ?? null,
    teams: async (page) => cut(await teams.listTeams(db, page), page.limit),
  };
}

function cut<T extends { id: string }>(rows: T[], limit: number): Listed<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
