import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_TEXT } from '#modules/policy/index.ts';
import { corpus, GUARDED_FILES, type Patch } from './protected-patches.ts';
import { openWorld, type World } from './world.ts';

const REPO = 'sample/guarded';
/** An organisation that merges by itself: what is protected must stop nevertheless. */
const AUTO = DEFAULT_POLICY_TEXT.replace(/^ {2}pr\.merge:.*$/m, '  pr.merge: { risk: low, mode: auto, approvers: [role:maintainer] }');

describe('patches of what is protected', { timeout: 600_000 }, () => {
  let world: World;
  let folder = '';
  let base = '';
  let blobs: Record<string, string> = {};
  let gitDir = '';

  const git = (args: string[], input?: string, env: Record<string, string> = {}): string =>
    execFileSync('git', ['--git-dir', gitDir, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, ...env },
    }).trim();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-policy-'));
    const policy = path.join(folder, 'policy.yaml');
    writeFileSync(policy, AUTO);
    world = await openWorld({ env: { REEVE_POLICY: policy } });
    const project = await world.admin.post<{ id: string }>('/v1/projects', { key: 'guarded', name: 'Guarded' });
    await world.admin.post('/v1/local/repositories', { project_id: project.id, name: REPO, files: GUARDED_FILES });
    gitDir = (await world.server.modules.local.manage.repository(REPO))?.dir ?? '';
    base = addOddEntries();
    blobs = Object.fromEntries(
      git(['ls-tree', '-r', base])
        .split('\n')
        .map((line) => /^\d+ \w+ (\w+)\t(.*)$/.exec(line) ?? [])
        .map(([, blob = '', name = '']) => [name, blob]),
    );
  }, 180_000);
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A link to a protected folder, a link to a protected file and a submodule, as a repository may have them. */
  function addOddEntries(): string {
    const index = { GIT_INDEX_FILE: path.join(world.folder, 'odd-index') };
    git(['read-tree', 'main'], undefined, index);
    for (const [name, aim] of [
      ['ci', '.github'],
      ['owners', 'CODEOWNERS'],
    ] as const) {
      const blob = git(['hash-object', '-w', '--stdin'], aim);
      git(['update-index', '--add', '--cacheinfo', `120000,${blob},${name}`], undefined, index);
    }
    git(['update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},vendor/lib`], undefined, index);
    return commit(git(['write-tree'], undefined, index), git(['rev-parse', 'main']), 'refs/heads/main');
  }

  function commit(tree: string, parent: string, ref: string): string {
    const who = { GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@example.test', GIT_COMMITTER_NAME: 'Dev', GIT_COMMITTER_EMAIL: 'dev@example.test' };
    const made = git(['commit-tree', tree, '-p', parent, '-m', 'Change'], undefined, who);
    git(['update-ref', ref, made]);
    return made;
  }

  async function submit(patch: Patch, at: number) {
    const changes = JSON.parse(JSON.stringify(patch.changes(blobs))) as unknown;
    return world.call(`Bearer ${world.tokens['a-developer'] ?? ''}`, 'POST', '/v1/change-requests', {
      version: 1,
      task_id: `attack-${at}`,
      attempt: 1,
      repo: REPO,
      target: 'work',
      base,
      summary: patch.what,
      intent: { scope: [] },
      changes,
      risk: 'low',
    });
  }

  it('are refused, or their risk is raised to high and nothing moves by itself', async () => {
    const before = world.refs();
    const harmless: Patch = { what: 'harmless', becomes: 'high', changes: () => [{ op: 'create', path: 'src/harmless.js', content: '1\n' }] };
    expect(await submit(harmless, -1)).toMatchObject({ status: 201, body: { risk: 'low' } });
    // What becomes of the admitted ones is not the question here, and takes time.
    await world.admin.post('/v1/queue/targets/pause', { repo: REPO, target: 'work' });
    const seen = { refused: 0, high: 0 };
    const wrong: string[] = [];
    for (const [at, patch] of corpus.entries()) {
      const { status, body, text } = await submit(patch, at);
      const outcome = status === 422 ? 'refused' : status === 201 && body['risk'] === 'high' ? 'high' : `${status} ${String(body['risk'])}`;
      if (outcome === 'refused' || outcome === 'high') seen[outcome] += 1;
      if (outcome !== patch.becomes) wrong.push(`${patch.what}: ${outcome}, not ${patch.becomes} ${status === 201 ? '' : text.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
    expect(corpus.length).toBeGreaterThanOrEqual(120);
    expect(new Set(corpus.map(({ what }) => what)).size).toBe(corpus.length);
    expect(world.refs()).toEqual(before);
    console.log(
      `attack: ${corpus.length} patches of what is protected, ${seen.refused} refused, ${seen.high} raised to high risk, 0 let through as they claimed`,
    );
  });

  it('wait for a maintainer at the merge although the organisation merges by itself; anything else is merged', async () => {
    const files = [
      'src/a.js',
      '.github/workflows/ci.yml',
      '.GitHub/workflows/x.yml',
      'CODEOWNERS',
      'docs/codeowners',
      'AGENTS.md',
      'package-lock.json',
      'deep/yarn.lock',
      '\uff0egithub/x.yml',
      'АGENTS.md',
    ];
    const outcomes: string[] = [];
    for (const [at, file] of files.entries()) {
      const index = { GIT_INDEX_FILE: path.join(world.folder, `index-${at}`) };
      const main = git(['rev-parse', 'main']);
      git(['read-tree', main], undefined, index);
      git(['update-index', '--add', '--cacheinfo', `100644,${git(['hash-object', '-w', '--stdin'], `${at}\n`)},${file}`], undefined, index);
      const head = commit(git(['write-tree'], undefined, index), main, `refs/heads/ai-${at + 500}`);
      const made = await world.server.modules.local.write.createPull(
        { forge: 'local', name: REPO },
        { title: file, body: '', headBranch: `ai-${at + 500}`, baseBranch: 'main', draft: false, labels: [], marker: `m${at}` },
      );
      const { body } = await world.call(`Bearer ${world.tokens['a-developer'] ?? ''}`, 'POST', '/v1/actions/propose', {
        kind: 'pr.merge',
        target: { forge: 'local', repo: REPO, number: made.number },
        args: { message: 'm' },
        preconditions: { head_sha: head },
      });
      await world.settled();
      outcomes.push(`${file}: ${String(body['risk'])} ${(await world.server.modules.actions.get(String(body['action_id'])))?.status ?? ''}`);
    }
    expect(outcomes).toEqual(files.map((file) => (file === 'src/a.js' ? `${file}: low executed` : `${file}: high pending`)));
    expect(readFileSync(path.join(gitDir, 'HEAD'), 'utf8')).toContain('main');
    console.log(`attack: ${files.length - 1} pull requests of what is protected under a policy that merges by itself, 0 merged`);
  });
});
