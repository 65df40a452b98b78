import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, ifRevisionOf, pageBody } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { PersonInput, TeamInput, type Identity, type People, type Person, type PersonChange, type Team } from './model.ts';

const Id = z.object({ id: z.string() });

// Without defaults: a PATCH must not reset what it does not name.
const { handle, name, email, skills, capacityHoursPerWeek, timezone, wipLimit, role, owns, active } = PersonInput.shape;
const PersonPatch = z
  .strictObject({
    name,
    email: email.unwrap(),
    skills: skills.unwrap(),
    capacity_hours_per_week: capacityHoursPerWeek.unwrap(),
    timezone: timezone.unwrap(),
    wip_limit: wipLimit.unwrap(),
    role: role.unwrap(),
    owns: owns.unwrap(),
    active: active.unwrap(),
  })
  .partial();
const PersonBody = PersonPatch.extend({ handle, name });

const PersonView = z.object({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  skills: z.array(z.string()),
  capacity_hours_per_week: z.number(),
  timezone: z.string(),
  wip_limit: z.number(),
  role: role.unwrap(),
  owns: z.array(z.string()),
  active: z.boolean(),
  revision: z.number().int(),
  created_at: z.string(),
  updated_at: z.string(),
});
const LoadView = z.object({ handle: z.string(), wip: z.number(), wip_limit: z.number(), free: z.number(), capacity_hours_per_week: z.number() });
const IdentityView = z.object({ id: z.string(), source: z.string(), external_id: z.string(), person_id: z.string(), created_at: z.string() });
const TeamView = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  members: z.array(z.string()),
  revision: z.number().int(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** CRUD of `/v1/people`, and how much each carries. */
export function peopleRoutes(deps: { people: People }): RouteDefinition[] {
  return [...peopleReads(deps), ...peopleWrites(deps)];
}

function peopleReads({ people }: { people: People }): RouteDefinition[] {
  const tag = 'people';
  return [
    route({
      method: 'GET',
      path: '/v1/people',
      summary: 'List people',
      tag,
      access: 'viewer',
      query: PageQuery.extend({ active: z.stringbool().optional() }),
      response: { status: 200, schema: pageSchema(PersonView) },
      handle: async ({ query }) => pageBody(await people.list(query), presentPerson),
    }),
    route({
      method: 'GET',
      path: '/v1/people/:id',
      summary: 'One person',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: PersonView },
      handle: async ({ params }) => presentPerson(foundOr404(await people.get(params.id), 'person')),
    }),
    route({
      method: 'GET',
      path: '/v1/people/:id/load',
      summary: 'What a person carries',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: LoadView },
      handle: async ({ params }) => {
        const load = foundOr404(await people.load(params.id), 'person');
        return { handle: load.handle, wip: load.wip, wip_limit: load.wipLimit, free: load.free, capacity_hours_per_week: load.capacityHoursPerWeek };
      },
    }),
  ];
}

function peopleWrites({ people }: { people: People }): RouteDefinition[] {
  const tag = 'people';
  return [
    route({
      method: 'POST',
      path: '/v1/people',
      summary: 'Add a person',
      tag,
      access: 'manager',
      body: PersonBody,
      response: { status: 201, schema: PersonView },
      handle: async ({ body, ...request }) =>
        presentPerson(await people.create({ ...toChange(body), handle: body.handle, name: body.name }, actorOf(request))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/people/:id',
      summary: 'Change a person',
      tag,
      access: 'manager',
      params: Id,
      body: PersonPatch.describe('With If-Match, only when the revision is still that one.'),
      response: { status: 200, schema: PersonView },
      handle: async ({ params, body, ...request }) =>
        presentPerson(await people.update(params.id, toChange(body), actorOf(request), ifRevisionOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/people/:id',
      summary: 'Remove a person nothing names',
      tag,
      access: 'manager',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => people.remove(params.id, actorOf(request)),
    }),
  ];
}

/** `/v1/identities`: linked or not; a wrong link is removed and made anew. */
export function identityRoutes(deps: { people: People }): RouteDefinition[] {
  return [...identityReads(deps), ...identityWrites(deps)];
}

function identityReads({ people }: { people: People }): RouteDefinition[] {
  const tag = 'identities';
  return [
    route({
      method: 'GET',
      path: '/v1/identities',
      summary: 'List identities',
      tag,
      access: 'viewer',
      query: PageQuery.extend({ person: z.string().optional() }),
      response: { status: 200, schema: pageSchema(IdentityView) },
      handle: async ({ query: { person, ...page } }) => pageBody(await people.identities({ ...page, personId: person }), presentIdentity),
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id',
      summary: 'One identity',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: IdentityView },
      handle: async ({ params }) => presentIdentity(foundOr404(await people.identity(params.id), 'identity')),
    }),
  ];
}

function identityWrites({ people }: { people: People }): RouteDefinition[] {
  const tag = 'identities';
  const Body = z.strictObject({
    source: z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/),
    external_id: z.string().min(1).max(200),
    person_id: z.string(),
  });
  return [
    route({
      method: 'POST',
      path: '/v1/identities',
      summary: 'Say who somebody is elsewhere',
      tag,
      access: 'manager',
      body: Body,
      response: { status: 201, schema: IdentityView },
      handle: async ({ body, ...request }) => presentIdentity(await people.link(body.source, body.external_id, body.person_id, actorOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/identities/:id',
      summary: 'Remove an identity',
      tag,
      access: 'manager',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => people.unlink(params.id, actorOf(request)),
    }),
  ];
}

/** CRUD of `/v1/teams`; `members` are handles. */
export function teamRoutes(deps: { people: People }): RouteDefinition[] {
  return [...teamReads(deps), ...teamWrites(deps)];
}

function teamReads({ people }: { people: People }): RouteDefinition[] {
  const tag = 'teams';
  return [
    route({
      method: 'GET',
      path: '/v1/teams',
      summary: 'List teams',
      tag,
      access: 'viewer',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(TeamView) },
      handle: async ({ query }) => pageBody(await people.teams(query), presentTeam),
    }),
    route({
      method: 'GET',
      path: '/v1/teams/:id',
      summary: 'One team',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: TeamView },
      handle: async ({ params }) => presentTeam(foundOr404(await people.team(params.id), 'team')),
    }),
  ];
}

function teamWrites({ people }: { people: People }): RouteDefinition[] {
  const tag = 'teams';
  const Patch = z.strictObject({ name: TeamInput.shape.name, members: TeamInput.shape.members.unwrap() }).partial();
  return [
    route({
      method: 'POST',
      path: '/v1/teams',
      summary: 'Make a team',
      tag,
      access: 'manager',
      body: TeamInput,
      response: { status: 201, schema: TeamView },
      handle: async ({ body, ...request }) => presentTeam(await people.createTeam(body, actorOf(request))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/teams/:id',
      summary: 'Change a team',
      tag,
      access: 'manager',
      params: Id,
      body: Patch.describe('With If-Match, only when the revision is still that one.'),
      response: { status: 200, schema: TeamView },
      handle: async ({ params, body, ...request }) => presentTeam(await people.updateTeam(params.id, body, actorOf(request), ifRevisionOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/teams/:id',
      summary: 'Remove a team',
      tag,
      access: 'manager',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => people.removeTeam(params.id, actorOf(request)),
    }),
  ];
}

function toChange(body: z.infer<typeof PersonPatch>): PersonChange {
  const { capacity_hours_per_week, wip_limit } = body;
  const { name: fullName, email: address, skills: has, timezone: zone, role: power, owns: globs, active: works } = body;
  return {
    name: fullName,
    email: address,
    skills: has,
    timezone: zone,
    role: power,
    owns: globs,
    active: works,
    capacityHoursPerWeek: capacity_hours_per_week,
    wipLimit: wip_limit,
  };
}

function presentPerson(person: Person): z.input<typeof PersonView> {
  const { capacityHoursPerWeek: hours, wipLimit: limit, createdAt, updatedAt, ...same } = person;
  return { ...same, capacity_hours_per_week: hours, wip_limit: limit, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}

function presentIdentity(identity: Identity): z.input<typeof IdentityView> {
  return {
    id: identity.id,
    source: identity.source,
    external_id: identity.externalId,
    person_id: identity.personId,
    created_at: identity.createdAt.toISOString(),
  };
}

function presentTeam(team: Team): z.input<typeof TeamView> {
  const { createdAt, updatedAt, ...same } = team;
  return { ...same, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}
