import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { LocalManagement } from '#connectors/local/index.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import type { Modules } from './modules.ts';

const Issue = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.string(),
  labels: z.array(z.string()),
  author: z.string(),
  url: z.string(),
});
const present = (issue: z.infer<typeof Issue>) => ({
  number: issue.number,
  title: issue.title,
  body: issue.body,
  state: issue.state,
  labels: issue.labels,
  author: issue.author,
  url: issue.url,
});
const Repository = z.object({ name: z.string(), default_branch: z.string(), head: z.string().nullable(), repository_id: z.string().nullable() });
const Named = z.object({ owner: z.string(), name: z.string() });
export const Numbered = Named.extend({ number: z.coerce.number().int().positive() });
const tag = 'embedded forge';

/** What people do in the pages of a hosted forge: the embedded one has these routes instead. */
export function localForgeRoutes(modules: Pick<Modules, 'local' | 'projects'>): RouteDefinition[] {
  const { manage, read } = modules.local;
  const head = (name: string, branch: string) => read.branchHead({ forge: 'local', name }, branch);
  return [
    route({
      method: 'POST',
      path: '/v1/local/repositories',
      summary: 'Make a repository on the embedded forge and add it to a project, allowlisted',
      tag,
      access: 'admin',
      body: z.strictObject({
        project_id: z.string(),
        name: z.string(),
        default_branch: z.string().default('main'),
        files: z.record(z.string(), z.string()).default({}),
        message: z.string().default('Start'),
      }),
      bodyLimit: 16 * 1024 * 1024,
      response: { status: 201, schema: z.object({ id: z.string(), name: z.string(), default_branch: z.string(), head: z.string().nullable() }) },
      handle: async ({ body, actor }) => {
        const files = Object.entries(body.files).map(([path, content]) => ({ path, content }));
        await manage.createRepository({ name: body.name, defaultBranch: body.default_branch, files, message: body.message });
        const added = await modules.projects.addRepository(
          { projectId: body.project_id, forge: 'local', name: body.name, defaultBranch: body.default_branch, allowlisted: true },
          actor ?? SYSTEM_ACTOR,
        );
        return { id: added.id, name: body.name, default_branch: body.default_branch, head: await head(body.name, body.default_branch) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/local/repositories/:owner/:name',
      summary: 'A repository of the embedded forge and its head',
      tag,
      access: 'viewer',
      params: Named,
      response: { status: 200, schema: Repository },
      handle: async ({ params }) => {
        const name = `${params.owner}/${params.name}`;
        const found = await manage.repository(name);
        if (found === null) throw new AppError('not_found', `There is no local repository ${name}.`);
        const known = await modules.projects.repositoryByName('local', name);
        return { name, default_branch: found.defaultBranch, head: await head(name, found.defaultBranch), repository_id: known?.id ?? null };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/local/issues',
      summary: 'Open an issue on the embedded forge',
      tag,
      access: 'developer',
      body: z.strictObject({
        repository: z.string(),
        title: z.string().min(1).max(256),
        body: z.string().max(65_536).default(''),
        author: z.string().optional(),
        labels: z.array(z.string()).default([]),
      }),
      response: { status: 201, schema: Issue },
      handle: async ({ body, actor }) =>
        present(
          await manage.createIssue(body.repository, { title: body.title, body: body.body, labels: body.labels, by: loginOf(actor, body.author) }),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/local/repositories/:owner/:name/issues/:number/comments',
      summary: 'Comments of an issue or pull request of the embedded forge',
      tag,
      access: 'viewer',
      params: Numbered,
      response: {
        status: 200,
        schema: z.object({ items: z.array(z.object({ id: z.string(), author: z.string(), body: z.string(), created_at: z.string() })) }),
      },
      handle: async ({ params }) => {
        const comments = await manage.comments(`${params.owner}/${params.name}`, params.number);
        return {
          items: comments.map((comment) => ({
            id: comment.id,
            author: comment.author,
            body: comment.body,
            created_at: comment.createdAt.toISOString(),
          })),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/issues/:number/comments',
      summary: 'Comment on an issue of the embedded forge',
      tag,
      access: 'developer',
      params: Numbered,
      body: z.strictObject({ body: z.string().min(1).max(65_536), author: z.string().optional() }),
      response: { status: 201, schema: z.object({ id: z.string() }) },
      handle: async ({ params, body, actor }) =>
        manage.comment(`${params.owner}/${params.name}`, params.number, { body: body.body, by: loginOf(actor, body.author) }),
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/issues/:number/labels',
      summary: 'Add and remove labels of an issue of the embedded forge',
      tag,
      access: 'developer',
      params: Numbered,
      body: z.strictObject({ add: z.array(z.string()).default([]), remove: z.array(z.string()).default([]), author: z.string().optional() }),
      response: { status: 200, schema: Issue },
      handle: async ({ params, body, actor }) => {
        const name = `${params.owner}/${params.name}`;
        const by = loginOf(actor, body.author);
        for (const label of body.add) await manage.addLabel(name, params.number, label, by);
        for (const label of body.remove) await manage.removeLabel(name, params.number, label, by);
        const issue = (await manage.listIssues(name, { after: params.number - 1, limit: 1 }))[0];
        if (issue?.number !== params.number) throw new AppError('not_found', `There is no issue #${params.number}.`);
        return present(issue);
      },
    }),
    ...endingRoutes(manage),
  ];
}

const Pull = z.object({ number: z.number(), title: z.string(), state: z.string(), merge_sha: z.string().nullable(), url: z.string() });
const presentPull = ({ number, title, state, mergeSha, url }: PullRequest): z.infer<typeof Pull> => ({
  number,
  title,
  state,
  merge_sha: mergeSha,
  url,
});
const By = z.strictObject({ author: z.string().optional() });

/** How people end things there: a story that runs for them hears of it. */
function endingRoutes(manage: LocalManagement): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/issues/:number/state',
      summary: 'Close or reopen an issue of the embedded forge',
      tag,
      access: 'developer',
      params: Numbered,
      body: By.extend({ state: z.enum(['open', 'closed']), reason: z.enum(['completed', 'not_planned', 'duplicate']).default('completed') }),
      response: { status: 200, schema: Issue },
      handle: async ({ params, body, actor }) => {
        const name = `${params.owner}/${params.name}`;
        const by = loginOf(actor, body.author);
        if (body.state === 'open') return present(await manage.reopenIssue(name, params.number, by));
        return present(await manage.closeIssue(name, params.number, body.reason, by));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/merge',
      summary: 'Merge a pull request of the embedded forge by hand',
      tag,
      access: 'maintainer',
      params: Numbered,
      body: By,
      response: { status: 200, schema: Pull },
      handle: async ({ params, body, actor }) =>
        presentPull(await manage.mergePull(`${params.owner}/${params.name}`, params.number, loginOf(actor, body.author))),
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/close',
      summary: 'Close a pull request of the embedded forge without merging it',
      tag,
      access: 'developer',
      params: Numbered,
      body: By,
      response: { status: 200, schema: Pull },
      handle: async ({ params, body, actor }) =>
        presentPull(await manage.closePull(`${params.owner}/${params.name}`, params.number, loginOf(actor, body.author))),
    }),
  ];
}

/** Who acts on the embedded forge: the caller's own person; an admin may act for another (imports, the sample estate). */
export function loginOf(actor: Actor | null, wanted: string | undefined): string {
  const own = actor?.subject.startsWith('person:') === true ? actor.subject.slice('person:'.length) : null;
  if (wanted !== undefined && wanted !== own) {
    if (actor?.role !== 'admin') throw new AppError('forbidden', 'Only an admin may act for somebody else.', { code: 'not_yourself' });
    return wanted;
  }
  if (own === null) throw new AppError('invalid', 'This token belongs to no person: name an author.', { code: 'author_needed' });
  return own;
}
