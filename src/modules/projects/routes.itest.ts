import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createProjects, projectRoutes, repositoryRoutes } from './index.ts';

let database: TestDatabase;
let api: Api;
const said = createRecorder();

beforeAll(async () => {
  database = await createTestDatabase();
  const projects = createProjects({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...said });
  api = await serveRoutes([...projectRoutes({ projects, agentNames: () => ['codex'] }), ...repositoryRoutes({ projects })]);
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

describe('/v1/projects', () => {
  it('takes agents for its roles that there are, and says which is none', async () => {
    const made = await api.ok('manager', 'POST', '/v1/projects', { key: 'roles', name: 'Roles', settings: { roles: { coder: 'codex' } } });
    const path = `/v1/projects/${String(made['id'])}`;
    const refused = await api.call('manager', 'PATCH', path, { settings: { roles: { coder: 'codex', reviewer: 'evilbot' } } });
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'agent_unknown', detail: 'There is no agent "evilbot" to be the reviewer.' }]);
    expect(await api.ok('viewer', 'GET', path)).toEqual(made);
    await api.ok('admin', 'DELETE', path, undefined, 204);
    said.entries.length = 0;
  });

  it('makes, shows, changes, lists and removes, in snake case', async () => {
    const made = await api.ok('manager', 'POST', '/v1/projects', {
      key: 'shop',
      name: 'Shop',
      settings: { ready_label: 'robots', checks: [{ name: 't', command: 'npm t' }] },
    });
    expect(made).toMatchObject({
      key: 'shop',
      opted_out: false,
      settings: { ready_label: 'robots', self_approval: 'never', checks: [{ timeout_s: 600 }] },
    });
    const path = `/v1/projects/${String(made['id'])}`;
    expect(await api.ok('viewer', 'GET', path)).toEqual(made);
    const changed = await api.ok('manager', 'PATCH', path, { opted_out: true, settings: { network: 'registry' } });
    expect(changed).toMatchObject({ opted_out: true, settings: { network: 'registry', ready_label: 'robots' } });
    expect(await api.ok('viewer', 'GET', '/v1/projects')).toEqual({ items: [changed], next_cursor: null });
    expect(said.entries.map((entry) => entry.actor)).toEqual(['person:manager', 'person:manager']);
    await api.ok('admin', 'DELETE', path, undefined, 204);
    expect((await api.call('viewer', 'GET', path)).status).toBe(404);
  });

  it('changes a project or a repository over what was seen only: If-Match refuses who was slower', async () => {
    const project = await api.ok('manager', 'POST', '/v1/projects', { key: 'both', name: 'Both' });
    const repository = await api.ok('manager', 'POST', '/v1/repositories', { project_id: project['id'], forge: 'local', name: 'acme/both' });
    for (const [path, mine, theirs] of [
      [`/v1/projects/${String(project['id'])}`, { name: 'Mine' }, { opted_out: true }],
      [`/v1/repositories/${String(repository['id'])}`, { tier: 'core' }, { default_branch: 'trunk' }],
    ] as const) {
      const seen = { 'if-match': '"1"' };
      expect(await api.call('manager', 'PATCH', path, theirs, seen)).toMatchObject({ status: 200, body: { ...theirs, revision: 2 } });
      expect(await api.call('manager', 'PATCH', path, mine, seen)).toMatchObject({ status: 409, body: { code: 'revision_moved', revision: 2 } });
      expect(await api.ok('manager', 'PATCH', path, mine)).toMatchObject({ ...mine, ...theirs, revision: 3 });
    }
  });

  it('answers 409 for a taken key and for a project in use, 422 for what is malformed, 403 without the role', async () => {
    const made = await api.ok('manager', 'POST', '/v1/projects', { key: 'busy', name: 'Busy' });
    const repository = await api.ok('manager', 'POST', '/v1/repositories', { project_id: made['id'], forge: 'local', name: 'acme/busy' });
    const outcomes = [
      await api.call('manager', 'POST', '/v1/projects', { key: 'busy', name: 'Again' }),
      await api.call('admin', 'DELETE', `/v1/projects/${String(made['id'])}`),
      await api.call('manager', 'POST', '/v1/projects', { key: 'Not A Key', name: 'x' }),
      await api.call('manager', 'POST', '/v1/projects', { key: 'x', name: 'x', settings: { selfApproval: 'local' } }),
      await api.call('manager', 'PATCH', `/v1/projects/${String(made['id'])}`, { settings: { sandbox: 'none' } }),
      await api.call('developer', 'POST', '/v1/projects', { key: 'x', name: 'x' }),
    ];
    expect(outcomes.map((outcome) => outcome.status)).toEqual([409, 409, 422, 422, 403, 403]);
    await api.ok('admin', 'DELETE', `/v1/repositories/${String(repository['id'])}`, undefined, 204);
  });
});

describe('/v1/repositories', () => {
  it('makes, shows, changes, lists by project and removes', async () => {
    const project = await api.ok('manager', 'POST', '/v1/projects', { key: 'repos', name: 'Repos' });
    const made = await api.ok('manager', 'POST', '/v1/repositories', {
      project_id: project['id'],
      forge: 'github',
      name: 'acme/repos',
      tier: 'core',
    });
    expect(made).toMatchObject({ default_branch: 'main', tier: 'core', allowlisted: false });
    const path = `/v1/repositories/${String(made['id'])}`;
    expect((await api.call('manager', 'PATCH', path, { allowlisted: true })).status).toBe(403);
    expect((await api.call('manager', 'PATCH', path, { protection_attested: true })).status).toBe(403);
    const changed = await api.ok('admin', 'PATCH', path, { allowlisted: true, default_branch: 'trunk', protection_attested: true });
    expect(changed).toMatchObject({ allowlisted: true, default_branch: 'trunk', tier: 'core', protection_attested: true });
    expect(await api.ok('viewer', 'GET', `/v1/repositories?project=${String(project['id'])}`)).toEqual({ items: [changed], next_cursor: null });
    expect(await api.ok('viewer', 'GET', path)).toEqual(changed);
    expect((await api.call('manager', 'POST', '/v1/repositories', { project_id: project['id'], forge: 'github', name: 'acme/repos' })).status).toBe(
      409,
    );
    expect((await api.call('manager', 'POST', '/v1/repositories', { project_id: project['id'], forge: 'path', name: '/srv/x' })).status).toBe(403);
    await api.ok('admin', 'DELETE', path, undefined, 204);
    expect((await api.call('viewer', 'GET', path)).status).toBe(404);
  });
});
