import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, ifRevisionOf, pageBody } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import {
  ForgeName,
  ProjectKey,
  ProjectName,
  ProjectSettings,
  QueueSettings,
  RepositoryTier,
  ReviewSettings,
  type Project,
  type Projects,
  type Repository,
} from './model.ts';

const Id = z.object({ id: z.string() });

// Without defaults: a PATCH must not reset what it does not name.
const { setup, checks, regenerate, network, sandbox, selfApproval, roles, assign, readyLabel, ci } = ProjectSettings.shape;
const SettingsBody = z
  .strictObject({
    setup: setup.unwrap(),
    checks: checks.unwrap(),
    regenerate: regenerate.unwrap(),
    network: network.unwrap(),
    sandbox: sandbox.unwrap(),
    self_approval: selfApproval.unwrap(),
    roles: roles.unwrap(),
    assign: assign.unwrap(),
    ready_label: readyLabel.unwrap(),
    ci: ci.unwrap(),
    queue: QueueSettings.partial(),
    reviews: ReviewSettings.partial(),
  })
  .partial();

const ProjectView = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  settings: SettingsBody,
  opted_out: z.boolean(),
  revision: z.number().int(),
  created_at: z.string(),
  updated_at: z.string(),
});

const RepositoryView = z.object({
  id: z.string(),
  project_id: z.string(),
  forge: ForgeName,
  name: z.string(),
  default_branch: z.string(),
  tier: RepositoryTier,
  allowlisted: z.boolean(),
  protection_attested: z.boolean(),
  revision: z.number().int(),
  created_at: z.string(),
  updated_at: z.string(),
});

const ProjectBody = z.strictObject({ key: ProjectKey, name: ProjectName, settings: SettingsBody.optional(), opted_out: z.boolean().optional() });
const ProjectPatch = ProjectBody.omit({ key: true }).partial();
const RepositoryBody = z.strictObject({
  project_id: z.string(),
  forge: ForgeName,
  name: z.string().min(1).max(4096),
  default_branch: z.string().default('main'),
  tier: RepositoryTier.optional(),
  allowlisted: z.boolean().optional(),
});
const RepositoryPatch = z
  .strictObject({
    default_branch: z.string(),
    tier: RepositoryTier,
    allowlisted: z.boolean(),
    protection_attested: z
      .boolean()
      .describe("An admin's word that the protection of the default branch holds for Reeve's own account, where the forge does not let it be read."),
  })
  .partial();

interface ProjectRouteDeps {
  projects: Projects;
  /** Names of the agents there are, for the roles of a project. */
  agentNames(): readonly string[];
}

/** CRUD of `/v1/projects`. */
export function projectRoutes(deps: ProjectRouteDeps): RouteDefinition[] {
  return [...projectReads(deps), ...projectWrites(deps)];
}

/** Refused at once: the work would fail only after its plan was made and approved. */
function refuseUnknownAgents(roles: Readonly<Record<string, string>>, known: readonly string[]): void {
  for (const [role, name] of Object.entries(roles))
    if (!known.includes(name))
      throw new AppError('invalid', `There is no agent "${name}" to be the ${role}.`, {
        code: 'agent_unknown',
        hint: `There are: ${known.join(', ') || 'none'}.`,
        detail: { field: `settings.roles.${role}` },
      });
}

function projectReads({ projects }: { projects: Projects }): RouteDefinition[] {
  const tag = 'projects';
  return [
    route({
      method: 'GET',
      path: '/v1/projects',
      summary: 'List projects',
      tag,
      access: 'viewer',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(ProjectView) },
      handle: async ({ query }) => pageBody(await projects.list(query), presentProject),
    }),
    route({
      method: 'GET',
      path: '/v1/projects/:id',
      summary: 'One project',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: ProjectView },
      handle: async ({ params }) => presentProject(foundOr404(await projects.get(params.id), 'project')),
    }),
  ];
}

function projectWrites({ projects, agentNames }: ProjectRouteDeps): RouteDefinition[] {
  const tag = 'projects';
  return [
    route({
      method: 'POST',
      path: '/v1/projects',
      summary: 'Make a project',
      tag,
      access: 'manager',
      body: ProjectBody,
      response: { status: 201, schema: ProjectView },
      async handle({ body, ...request }) {
        refuseUnknownAgents(body.settings?.roles ?? {}, agentNames());
        const input = { key: body.key, name: body.name, settings: toSettings(body.settings), optedOut: body.opted_out };
        return presentProject(await projects.create(input, actorOf(request)));
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/projects/:id',
      summary: 'Change a project',
      tag,
      access: 'manager',
      params: Id,
      body: ProjectPatch.describe('With If-Match, only when the revision is still that one.'),
      response: { status: 200, schema: ProjectView },
      async handle({ params, body, ...request }) {
        refuseUnknownAgents(body.settings?.roles ?? {}, agentNames());
        const change = { name: body.name, settings: toSettings(body.settings), optedOut: body.opted_out };
        return presentProject(await projects.update(params.id, change, actorOf(request), ifRevisionOf(request)));
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/projects/:id',
      summary: 'Remove a project nothing belongs to',
      tag,
      access: 'admin',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => projects.remove(params.id, actorOf(request)),
    }),
  ];
}

/** CRUD of `/v1/repositories`. Allowlisting and folders of this machine need admin; the command checks. */
export function repositoryRoutes(deps: { projects: Projects }): RouteDefinition[] {
  return [...repositoryReads(deps), ...repositoryWrites(deps)];
}

function repositoryReads({ projects }: { projects: Projects }): RouteDefinition[] {
  const tag = 'repositories';
  return [
    route({
      method: 'GET',
      path: '/v1/repositories',
      summary: 'List repositories',
      tag,
      access: 'viewer',
      query: PageQuery.extend({ project: z.string().optional().describe('Id or key of the project.') }),
      response: { status: 200, schema: pageSchema(RepositoryView) },
      handle: async ({ query }) =>
        pageBody(await projects.listRepositories({ limit: query.limit, cursor: query.cursor, projectId: query.project }), presentRepository),
    }),
    route({
      method: 'GET',
      path: '/v1/repositories/:id',
      summary: 'One repository',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: RepositoryView },
      handle: async ({ params }) => presentRepository(foundOr404(await projects.repository(params.id), 'repository')),
    }),
  ];
}

function repositoryWrites({ projects }: { projects: Projects }): RouteDefinition[] {
  const tag = 'repositories';
  return [
    route({
      method: 'POST',
      path: '/v1/repositories',
      summary: 'Register a repository',
      tag,
      access: 'manager',
      body: RepositoryBody,
      response: { status: 201, schema: RepositoryView },
      handle: async ({ body, ...request }) =>
        presentRepository(
          await projects.addRepository(
            {
              projectId: body.project_id,
              forge: body.forge,
              name: body.name,
              defaultBranch: body.default_branch,
              tier: body.tier,
              allowlisted: body.allowlisted,
            },
            actorOf(request),
          ),
        ),
    }),
    route({
      method: 'PATCH',
      path: '/v1/repositories/:id',
      summary: 'Change a repository',
      tag,
      access: 'manager',
      params: Id,
      body: RepositoryPatch.describe('With If-Match, only when the revision is still that one.'),
      response: { status: 200, schema: RepositoryView },
      handle: async ({ params, body, ...request }) =>
        presentRepository(
          await projects.updateRepository(
            params.id,
            { defaultBranch: body.default_branch, tier: body.tier, allowlisted: body.allowlisted, protectionAttested: body.protection_attested },
            actorOf(request),
            ifRevisionOf(request),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/repositories/:id',
      summary: 'Remove a repository nothing belongs to',
      tag,
      access: 'admin',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => projects.removeRepository(params.id, actorOf(request)),
    }),
  ];
}

function toSettings(body: z.infer<typeof SettingsBody> | undefined): Record<string, unknown> | undefined {
  if (body === undefined) return undefined;
  const { self_approval, ready_label, ...same } = body;
  return {
    ...same,
    ...(self_approval !== undefined && { selfApproval: self_approval }),
    ...(ready_label !== undefined && { readyLabel: ready_label }),
  };
}

function presentProject(project: Project): z.input<typeof ProjectView> {
  const { selfApproval: self_approval, readyLabel: ready_label, ...same } = project.settings;
  return {
    id: project.id,
    key: project.key,
    name: project.name,
    settings: { ...same, self_approval, ready_label },
    opted_out: project.optedOut,
    revision: project.revision,
    created_at: project.createdAt.toISOString(),
    updated_at: project.updatedAt.toISOString(),
  };
}

function presentRepository(repository: Repository): z.input<typeof RepositoryView> {
  return {
    id: repository.id,
    project_id: repository.projectId,
    forge: repository.forge,
    name: repository.name,
    default_branch: repository.defaultBranch,
    tier: repository.tier,
    allowlisted: repository.allowlisted,
    protection_attested: repository.protectionAttested,
    revision: repository.revision,
    created_at: repository.createdAt.toISOString(),
    updated_at: repository.updatedAt.toISOString(),
  };
}
