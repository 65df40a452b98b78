import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { asker, type Ask } from '../test/fakes/github/ask.ts';
import { startFakeGithub, type FakeApp, type FakeGithub } from '../test/fakes/github/index.ts';
import { ROUTES } from '../test/fakes/github/routes.ts';

/**
 * Asks the fake GitHub each of its routes in a small story and holds the answers against GitHub's own description: the status must be a
 * documented one, the body must be as described. Development-time, because the description is large.
 *
 * node tools/compare-fake-github.ts --openapi api.github.com.json
 */
type Json = Record<string, unknown>;

/** Who asks: a writer, an owner, a reviewer, an App by its key, or by an installation's token; nobody. */
type Role = 'writer' | 'owner' | 'reviewer' | 'app' | 'installation' | 'nobody';
/** `{name}`s of the path come from what earlier answers gave; `keep` names what this one gives. */
interface Step {
  as: Role;
  ask: string;
  body?: object;
  keep?: (answer: Json, kept: Json) => Json;
}

const REPO = '/repos/{owner}/{repo}';
const step = (as: Role, ask: string, body?: object, keep?: Step['keep']): Step => ({
  as,
  ask,
  ...(body === undefined ? {} : { body }),
  ...(keep === undefined ? {} : { keep }),
});
const first = (answer: Json, list?: string): Json => ((list === undefined ? answer : answer[list]) as unknown as Json[])[0] ?? {};
const idAs =
  (name: string) =>
  (answer: Json): Json => ({ [name]: answer['id'] });

const ACCOUNTS: Step[] = [
  step('writer', 'GET /user'),
  step('app', 'GET /app'),
  step('app', 'GET /app/installations'),
  step('app', 'GET /app/installations/{installation_id}'),
  step('app', 'POST /app/installations/{installation_id}/access_tokens', { repositories: ['shop'] }),
  step('installation', 'GET /installation/repositories'),
  step('app', `GET ${REPO}/installation`),
  step('writer', 'GET /rate_limit'),
  step('writer', 'GET /meta'),
  step('writer', `GET ${REPO}`),
  step('writer', 'GET /users/{username}'),
  step('writer', `GET ${REPO}/collaborators/{username}/permission`),
  step('nobody', 'POST /app-manifests/{code}/conversions'),
];

const ISSUES: Step[] = [
  step('writer', `POST ${REPO}/issues`, { title: 'Bug', labels: ['bug'] }, (answer) => ({ issue_number: answer['number'] })),
  step('writer', `GET ${REPO}/issues`),
  step('writer', `GET ${REPO}/issues/{issue_number}`),
  step('writer', `PATCH ${REPO}/issues/{issue_number}`, { assignees: ['mia'] }),
  step('installation', `POST ${REPO}/issues/{issue_number}/comments`, { body: 'Hello' }, idAs('comment_id')),
  step('writer', `GET ${REPO}/issues/{issue_number}/comments`),
  step('writer', `GET ${REPO}/issues/comments`),
  step('writer', `GET ${REPO}/issues/comments/{comment_id}`),
  step('writer', `PATCH ${REPO}/issues/comments/{comment_id}`, { body: 'Hello again' }),
  step('writer', `DELETE ${REPO}/issues/comments/{comment_id}`),
  step('writer', `POST ${REPO}/issues/{issue_number}/labels`, { labels: ['name'] }, () => ({ name: 'name' })),
  step('writer', `GET ${REPO}/issues/{issue_number}/labels`),
  step('writer', `DELETE ${REPO}/issues/{issue_number}/labels/{name}`),
  step('writer', `PUT ${REPO}/issues/{issue_number}/labels`, { labels: ['bug'] }),
  step('writer', `DELETE ${REPO}/issues/{issue_number}/labels`),
  step('writer', `POST ${REPO}/issues/{issue_number}/assignees`, { assignees: ['ben'] }),
  step('writer', `DELETE ${REPO}/issues/{issue_number}/assignees`, { assignees: ['ben'] }),
  step('writer', `GET ${REPO}/assignees`),
  step('writer', `GET ${REPO}/assignees/{assignee}`),
  step('writer', `GET ${REPO}/labels`),
  step('writer', `POST ${REPO}/labels`, { name: 'fresh', color: 'ffffff' }, () => ({ name: 'fresh' })),
  step('writer', `GET ${REPO}/labels/{name}`),
  step('writer', `PATCH ${REPO}/labels/{name}`, { color: '000000' }),
  step('writer', `DELETE ${REPO}/labels/{name}`),
  step('writer', `POST ${REPO}/milestones`, { title: 'One' }, (answer) => ({ milestone_number: answer['number'] })),
  step('writer', `GET ${REPO}/milestones`),
  step('writer', `GET ${REPO}/milestones/{milestone_number}`),
];

const GIT: Step[] = [
  step('writer', `GET ${REPO}/git/ref/{ref}`, undefined, (answer) => ({ ref: 'heads/other', sha: (answer['object'] as Json)['sha'] })),
  step('writer', `POST ${REPO}/git/refs`, { ref: 'refs/heads/other', sha: '{sha}' }),
  step('writer', `POST ${REPO}/git/refs`, { ref: 'refs/heads/other', sha: '{sha}' }),
  step('writer', `PATCH ${REPO}/git/refs/{ref}`, { sha: '{sha}' }),
  step('writer', `GET ${REPO}/git/matching-refs/{ref}`),
  step('writer', `DELETE ${REPO}/git/refs/{ref}`, undefined, () => ({ ref: 'ai-1' })),
  step('writer', `GET ${REPO}/git/commits/{commit_sha}`),
  step('writer', `GET ${REPO}/commits`),
  step('writer', `GET ${REPO}/commits/{ref}`),
  step('writer', `GET ${REPO}/commits/{commit_sha}/pulls`),
  step('writer', `GET ${REPO}/compare/{basehead}`),
  step('writer', `GET ${REPO}/branches`),
  step('writer', `GET ${REPO}/branches/{branch}`),
  step('writer', `GET ${REPO}/contents/{path}`),
  step('writer', `GET ${REPO}/rulesets`),
  step('writer', `GET ${REPO}/rulesets/{ruleset_id}`),
  step('writer', `GET ${REPO}/rules/branches/{branch}`),
  step('owner', `GET ${REPO}/branches/{branch}/protection`),
];

const PULLS: Step[] = [
  step('writer', `POST ${REPO}/pulls`, { title: 'Fix', head: 'ai-1', base: 'main', body: 'Closes #1' }, (answer) => ({
    pull_number: answer['number'],
  })),
  step('writer', `POST ${REPO}/pulls`, { title: 'Fix', head: 'ai-1', base: 'main' }),
  step('writer', `GET ${REPO}/pulls`),
  step('writer', `GET ${REPO}/pulls/{pull_number}`),
  step('writer', `GET ${REPO}/pulls/{pull_number}`),
  step('writer', `PATCH ${REPO}/pulls/{pull_number}`, { title: 'Mend' }),
  step('writer', `GET ${REPO}/pulls/{pull_number}/files`),
  step('writer', `GET ${REPO}/pulls/{pull_number}/commits`),
  step('writer', `POST ${REPO}/pulls/{pull_number}/requested_reviewers`, { reviewers: ['ben'] }),
  step('writer', `GET ${REPO}/pulls/{pull_number}/requested_reviewers`),
  step('writer', `DELETE ${REPO}/pulls/{pull_number}/requested_reviewers`, { reviewers: ['ben'] }),
  step(
    'reviewer',
    `POST ${REPO}/pulls/{pull_number}/reviews`,
    { event: 'REQUEST_CHANGES', body: 'No.', comments: [{ path: 'a.txt', line: 1, body: 'Why?' }] },
    idAs('review_id'),
  ),
  step('writer', `GET ${REPO}/pulls/{pull_number}/reviews`),
  step('writer', `GET ${REPO}/pulls/{pull_number}/reviews/{review_id}`),
  step('reviewer', `PUT ${REPO}/pulls/{pull_number}/reviews/{review_id}`, { body: 'Not yet.' }),
  step('writer', `GET ${REPO}/pulls/{pull_number}/reviews/{review_id}/comments`),
  step('writer', `PUT ${REPO}/pulls/{pull_number}/reviews/{review_id}/dismissals`, { message: 'Done.' }),
  step('reviewer', `POST ${REPO}/pulls/{pull_number}/reviews`, { body: 'Later.' }, idAs('review_id')),
  step('reviewer', `POST ${REPO}/pulls/{pull_number}/reviews/{review_id}/events`, { event: 'COMMENT' }),
  step('reviewer', `POST ${REPO}/pulls/{pull_number}/reviews`, { body: 'Never.' }, idAs('review_id')),
  step('reviewer', `DELETE ${REPO}/pulls/{pull_number}/reviews/{review_id}`),
  step('writer', `GET ${REPO}/pulls/{pull_number}/comments`, undefined, (answer) => ({ comment_id: first(answer)['id'] })),
  step('writer', `GET ${REPO}/pulls/comments`),
  step('writer', `GET ${REPO}/pulls/comments/{comment_id}`),
  step('reviewer', `PATCH ${REPO}/pulls/comments/{comment_id}`, { body: 'Why so?' }),
  step('writer', `POST ${REPO}/pulls/{pull_number}/comments/{comment_id}/replies`, { body: 'So.' }),
  step(
    'writer',
    `POST ${REPO}/pulls/{pull_number}/comments`,
    { body: 'Mind.', path: 'a.txt', line: 1, side: 'RIGHT', commit_id: '{commit_sha}' },
    idAs('comment_id'),
  ),
  step('writer', `DELETE ${REPO}/pulls/comments/{comment_id}`),
];

const annotations = [{ path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'Look' }];
const CHECKS: Step[] = [
  step('writer', `POST ${REPO}/statuses/{sha}`, { state: 'success', context: 'ci' }),
  step('writer', `GET ${REPO}/commits/{ref}/status`),
  step('writer', `GET ${REPO}/commits/{ref}/statuses`),
  step(
    'installation',
    `POST ${REPO}/check-runs`,
    { name: 'Reeve', head_sha: '{commit_sha}', conclusion: 'success', output: { title: 't', summary: 's', annotations } },
    (answer) => ({
      check_run_id: answer['id'],
      check_suite_id: (answer['check_suite'] as Json)['id'],
    }),
  ),
  step('installation', `PATCH ${REPO}/check-runs/{check_run_id}`, { conclusion: 'failure' }),
  step('writer', `GET ${REPO}/check-runs/{check_run_id}`),
  step('writer', `GET ${REPO}/check-runs/{check_run_id}/annotations`),
  step('writer', `GET ${REPO}/commits/{ref}/check-runs`),
  step('writer', `GET ${REPO}/commits/{ref}/check-suites`),
  step('writer', `GET ${REPO}/check-suites/{check_suite_id}`),
  step('writer', `GET ${REPO}/check-suites/{check_suite_id}/check-runs`),
  step('writer', `GET ${REPO}/actions/runs`, undefined, (answer) => ({ run_id: first(answer, 'workflow_runs')['id'] })),
  step('writer', `GET ${REPO}/actions/runs/{run_id}`),
  step('writer', `GET ${REPO}/actions/runs/{run_id}/jobs`, undefined, (answer) => ({ job_id: first(answer, 'jobs')['id'] })),
  step('writer', `GET ${REPO}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`),
  step('writer', `GET ${REPO}/actions/jobs/{job_id}`),
  step('writer', `GET ${REPO}/actions/jobs/{job_id}/logs`),
  step('writer', `POST ${REPO}/actions/runs/{run_id}/rerun`),
  step('writer', `POST ${REPO}/actions/runs/{run_id}/rerun-failed-jobs`),
  step('writer', `POST ${REPO}/actions/jobs/{job_id}/rerun`),
];

const ENDS: Step[] = [
  step('writer', `PUT ${REPO}/pulls/{pull_number}/merge`, { sha: 'f'.repeat(40) }),
  step('owner', `PUT ${REPO}/pulls/{pull_number}/merge`, {}),
  step('writer', `GET ${REPO}/pulls/{pull_number}/merge`),
  step('writer', `PUT ${REPO}/pulls/{pull_number}/merge`, {}),
  step('writer', `POST ${REPO}/releases`, { tag_name: 'v1' }, idAs('release_id')),
  step('writer', `GET ${REPO}/releases`),
  step('writer', `GET ${REPO}/releases/latest`),
  step('writer', `GET ${REPO}/releases/tags/{tag}`),
  step('writer', `GET ${REPO}/releases/{release_id}`),
  step('writer', `PATCH ${REPO}/releases/{release_id}`, { body: 'Notes' }),
  step('writer', `POST ${REPO}/releases/generate-notes`, { tag_name: 'v1' }),
  step('writer', `DELETE ${REPO}/releases/{release_id}`),
  step('writer', `GET ${REPO}/tags`),
  step('owner', `POST ${REPO}/hooks`, { config: { url: 'http://127.0.0.1:1/' }, events: ['push'] }, idAs('hook_id')),
  step('owner', `GET ${REPO}/hooks`),
  step('owner', `GET ${REPO}/hooks/{hook_id}`),
  step('owner', `PATCH ${REPO}/hooks/{hook_id}`, { active: false }),
  step('owner', `GET ${REPO}/hooks/{hook_id}/deliveries`, undefined, (answer) => ({ delivery_id: first(answer)['id'] })),
  step('owner', `GET ${REPO}/hooks/{hook_id}/deliveries/{delivery_id}`),
  step('owner', `POST ${REPO}/hooks/{hook_id}/deliveries/{delivery_id}/attempts`),
  step('owner', `DELETE ${REPO}/hooks/{hook_id}`),
  step('app', 'GET /app/hook/config'),
  step('app', 'PATCH /app/hook/config', { url: 'http://127.0.0.1:1/' }),
  step('app', 'GET /app/hook/deliveries', undefined, (answer) => ({ delivery_id: first(answer)['id'] })),
  step('app', 'GET /app/hook/deliveries/{delivery_id}'),
  step('app', 'POST /app/hook/deliveries/{delivery_id}/attempts'),
  step('installation', 'DELETE /installation/token'),
];

/** GitHub's response schemas as JSON Schema: `nullable` becomes null, references stay inside the one document. */
function responseSchemas(path: string): (ask: string, status: number) => ValidateFunction | null | undefined {
  const document = adapted(JSON.parse(readFileSync(path, 'utf8'))) as Json;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'github', components: document['components'] });
  const paths = document['paths'] as Record<string, Record<string, { responses: Record<string, Json> }>>;
  return (ask, status) => {
    const [method = '', template = ''] = ask.split(' ');
    const found = paths[template]?.[method.toLowerCase()]?.responses[String(status)];
    if (found === undefined) return undefined;
    const named = found['$ref'] as string | undefined;
    const response = named === undefined ? found : (((document['components'] as Json)['responses'] as Json)[named.split('/').at(-1) ?? ''] as Json);
    const schema = ((response['content'] as Json | undefined)?.['application/json'] as { schema?: object } | undefined)?.schema;
    return schema === undefined ? null : ajv.compile(schema);
  };
}

function adapted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(adapted);
  if (typeof node !== 'object' || node === null) return node;
  const result = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === '$ref' && typeof value === 'string' ? `github${value}` : adapted(value)]),
  ) as Json;
  if (result['nullable'] !== true) return result;
  delete result['nullable'];
  return { anyOf: [result, { type: 'null' }] };
}

async function cast(fake: FakeGithub, app: FakeApp): Promise<{ asks: Record<Role, Ask>; kept: Json }> {
  const installation = app.install('acme');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const input = `${part({ alg: 'RS256' })}.${part({ iss: app.id, iat: seconds - 5, exp: seconds + 300 })}`;
  const asApp = asker(fake, `${input}.${createSign('RSA-SHA256').update(input).sign(app.privateKey, 'base64url')}`);
  const { body } = await asApp('POST', `/app/installations/${installation.id}/access_tokens`);
  const person = (login: string): Ask => asker(fake, fake.addUser(login));
  const asks = {
    writer: person('mia'),
    owner: person('acme'),
    reviewer: person('ben'),
    app: asApp,
    installation: asker(fake, String(body['token'])),
    nobody: asker(fake, null),
  };
  return { asks, kept: { owner: 'acme', repo: 'shop', installation_id: installation.id } };
}

async function prepare(): Promise<{ fake: FakeGithub; asks: Record<Role, Ask>; kept: Json }> {
  const fake = await startFakeGithub();
  await fake.addRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'a.txt': 'a\n' },
    collaborators: { mia: 'write', ben: 'admin' },
    labels: ['bug'],
  });
  const app = fake.addApp({ slug: 'reeve' });
  const { asks, kept } = await cast(fake, app);
  fake.deliverTo({ url: 'http://127.0.0.1:1/', app });
  fake.ci(() => [{ name: 'test', conclusion: 'failure', log: 'red' }]);
  const { data } = fake.repository('acme/shop');
  const rules = [{ type: 'non_fast_forward' }];
  data.rulesets.push({
    id: 9,
    name: 'main',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    rules,
    bypassActors: [],
    bypass: {},
    createdAt: fake.world.now(),
  });
  data.protections.push({ branch: 'main', requiredChecks: [], strict: false, requiredApprovals: 0, enforceAdmins: false, pushers: ['mia'] });
  const sha = await fake.as('mia').push('acme/shop', 'ai-1', { 'a.txt': 'b\n', 'n.txt': 'n\n' });
  const names = { username: 'mia', assignee: 'mia', ref: 'heads/main', branch: 'main', basehead: 'main...ai-1', path: 'a.txt', tag: 'v1' };
  return {
    fake,
    asks,
    kept: { ...kept, ...names, commit_sha: sha, attempt_number: 1, ruleset_id: 9, code: fake.acceptManifest({ name: 'Made' }).code },
  };
}

/** A text that is a `{name}` and nothing else stands for what was kept under it. */
function named(value: unknown, kept: Json): unknown {
  if (typeof value === 'string') return /^\{\w+\}$/.test(value) ? kept[value.slice(1, -1)] : value;
  if (Array.isArray(value)) return value.map((one) => named(one, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner, kept)]));
}

/** GitHub describes this list's accounts as people and enterprises at once, which none can be. */
const KNOWN = new Set(['GET /app/installations']);

async function compare(path: string): Promise<number> {
  const schemaOf = responseSchemas(path);
  const { fake, asks, kept } = await prepare();
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(kept[name] as string)));
  let different = 0;
  const steps = [...ACCOUNTS, ...ISSUES, ...GIT, ...PULLS, ...CHECKS, ...ENDS];
  for (const { as, ask, body, keep } of steps) {
    const [method = '', template = ''] = ask.split(' ');
    const sent = body === undefined ? undefined : named(body, kept);
    const answer = await asks[as](method, filled(template), sent);
    if (keep !== undefined) Object.assign(kept, keep(answer.body, kept));
    await fake.settled();
    const validate = schemaOf(ask, answer.status);
    const wrong =
      validate === undefined
        ? [`${answer.status} is not documented: ${JSON.stringify(answer.body)}`]
        : validate === null || validate(answer.body)
          ? []
          : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
    if (wrong.length === 0 || KNOWN.has(ask)) continue;
    different += 1;
    for (const sentence of new Set(wrong)) console.log(`${ask}: ${sentence}`);
  }
  const asked = new Set(steps.map(({ ask }) => ask));
  const left = ROUTES.map(({ method, path: template }) => `${method} ${template}`).filter((ask) => !asked.has(ask) && ask !== 'POST /graphql');
  console.log(
    `${steps.length} asked, ${different} different; not asked: ${left.join(', ') || 'none'}; violations: ${fake.violations.join('; ') || 'none'}`,
  );
  await fake.close();
  return different;
}

const { values } = parseArgs({ options: { openapi: { type: 'string' } } });
if (values.openapi === undefined) throw new Error('say --openapi FILE');
process.exitCode = (await compare(values.openapi)) > 0 ? 1 : 0;
