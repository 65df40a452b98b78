import * as commands from './commands.ts';
import * as teams from './commands.teams.ts';
import type { People } from './model.ts';
import { createPeopleQueries } from './queries.ts';

export * from './model.ts';
export { identityRoutes, peopleRoutes, teamRoutes } from './routes.ts';

export function createPeople(deps: commands.PeopleDeps): People {
  return {
    ...createPeopleQueries(deps),
    create: (input, by) => commands.createPerson(deps, input, by),
    update: (id, change, by, ifRevision) => commands.updatePerson(deps, id, change, by, ifRevision),
    remove: (id, by) => commands.removePerson(deps, id, by),
    ensure: (input, by) => commands.ensurePerson(deps, input, by),
    link: (source, externalId, personId, by) => teams.linkIdentity(deps, { source, externalId, personId }, by),
    unlink: (identityId, by) => teams.unlinkIdentity(deps, identityId, by),
    recognize: (source, externalId, accountId) => teams.recognize(deps, { source, externalId, accountId }),
    createTeam: (input, by) => teams.createTeam(deps, input, by),
    updateTeam: (id, change, by, ifRevision) => teams.updateTeam(deps, id, change, { by, ifRevision }),
    removeTeam: (id, by) => teams.removeTeam(deps, id, by),
    ensureTeam: (input, by) => teams.ensureTeam(deps, input, by),
  };
}
