import * as projects from './commands.ts';
import * as repositories from './commands.repositories.ts';
import type { Projects } from './model.ts';
import { createProjectQueries } from './queries.ts';

export * from './model.ts';
export { projectRoutes, repositoryRoutes } from './routes.ts';

export function createProjects(deps: projects.ProjectsDeps): Projects {
  return {
    ...createProjectQueries(deps.db),
    create: (input, by) => projects.createProject(deps, input, by),
    update: (id, change, by, ifRevision) => projects.updateProject(deps, id, change, by, ifRevision),
    remove: (id, by) => projects.removeProject(deps, id, by),
    ensure: (input, by) => projects.ensureProject(deps, input, by),
    addRepository: (input, by) => repositories.addRepository(deps, input, by),
    updateRepository: (id, change, by, ifRevision) => repositories.updateRepository(deps, id, change, { by, ifRevision }),
    setAllowlisted: (id, allowlisted, by) => repositories.updateRepository(deps, id, { allowlisted }, { by }),
    removeRepository: (id, by) => repositories.removeRepository(deps, id, by),
  };
}
