import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgeContract } from '../../../test/contracts/forge.ts';
import { git, GIT_ENV, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { trackerContract, type TrackerSubject } from '../../../test/contracts/tracker.ts';
import { REEVE_PERMISSIONS, startFakeGithub, type FakeGithub } from '../../../test/fakes/github/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createGithubForge, type GithubCredential, type GithubForge } from './index.ts';

let github: FakeGithub;
let token: GithubCredential;
let app: GithubCredential;
beforeAll(async () => {
  github = await startFakeGithub();
  token = { kind: 'token', token: github.addUser('reeve-bot') };
  const made = github.addApp({ slug: 'reeve', permissions: REEVE_PERMISSIONS });
  github.world.addAccount('acme', 'Organization');
  made.install('acme');
  app = { kind: 'app', appId: String(made.id), privateKey: made.privateKey };
});
afterAll(async () => {
  await github.close();
});

let count = 0;

/** A repository of its own for each test, and a bare clone of it. */
async function makeRepository(credential: GithubCredential) {
  const folder = await temporaryFolder();
  count += 1;
  const repository = await github.addRepository({
    owner: 'acme',
    name: `shop-${count}`,
    files: { 'README.md': '# Shop\n', 'src/a.txt': 'one\n' },
    collaborators: { 'reeve-bot': 'write', ada: 'write', bob: 'write' },
  });
  const forge: GithubForge = createGithubForge({
    apiUrl: github.apiUrl,
    gitUrl: github.gitUrlTemplate,
    credential,
    clock: systemClock,
    env: { PATH: GIT_ENV.PATH },
    writeIntervalMs: 0,
    retryBaseMs: 20,
  });
  const mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', repository.git.dir, mirrorDir);
  return { folder, forge, repository, repo: { forge: 'github', name: repository.fullName }, mirrorDir };
}

for (const [name, credential] of [
  ['github with a token', () => token],
  ['github with an app', () => app],
] as const) {
  forgeContract(name, async () => {
    const { folder, forge, repository, repo, mirrorDir } = await makeRepository(credential());
    return {
      read: forge.read,
      write: forge.write,
      repo,
      missingRepo: { forge: 'github', name: 'acme/none' },
      mirrorDir,
      originDir: repository.git.dir,
      makeIssue: async (title) => (await forge.trackerWrite.createIssue(repo, { title, body: '', labels: [], marker: `act:${title}` })).number,
      isIssueOpen: async (number) => (await forge.tracker.issue(repo, number))?.state === 'open',
      reviewer: { login: 'ada', author: name.endsWith('app') ? 'reeve[bot]' : 'reeve-bot' },
      close: folder.remove,
    };
  });

  const inSeconds = { reason: 'GitHub tells times in whole seconds', tests: ['each change makes the time of change later'] };
  const makeTracker = async (): Promise<TrackerSubject> => {
    const { folder, forge, repository, repo, mirrorDir } = await makeRepository(credential());
    return {
      read: forge.tracker,
      write: forge.trackerWrite,
      repo,
      comments: (number) => forge.read.comments(repo, number),
      async makePull() {
        const start = (await forge.read.branchHead(repo, 'main')) ?? '';
        await git(mirrorDir, 'branch', 'ai-1', start);
        const sha = await git(mirrorDir, 'commit-tree', '-p', start, '-m', 'empty', `${start}^{tree}`);
        await forge.write.pushBranch(repo, { mirrorDir, sha, branch: 'ai-1', expected: null });
        const pull = {
          title: 'A pull',
          body: '',
          headBranch: 'ai-1',
          baseBranch: repository.data.defaultBranch,
          draft: false,
          labels: [],
          marker: 'act:p',
        };
        return (await forge.write.createPull(repo, pull)).number;
      },
      close: folder.remove,
    };
  };
  trackerContract(name, makeTracker, { skip: [inSeconds] });
}

test('every request was one that GitHub describes', () => {
  expect([github.violations, github.errors]).toEqual([[], []]);
});
