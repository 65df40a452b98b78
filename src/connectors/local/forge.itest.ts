import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgeContract } from '../../../test/contracts/forge.ts';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { trackerContract } from '../../../test/contracts/tracker.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createLocalForge, type LocalForge } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

let count = 0;

/** Everything on one database, a repository name and folder of its own for each test. */
async function makeLocal() {
  const folder = await temporaryFolder();
  count += 1;
  const forge: LocalForge = createLocalForge({
    db: database.db,
    clock: systemClock,
    ids: createIds(systemClock),
    reposDir: path.join(folder.dir, 'repos'),
    env: { PATH: GIT_ENV.PATH },
    publicUrl: 'http://127.0.0.1:4400',
    onEvent: () => Promise.resolve(),
    onError: (error) => {
      throw error;
    },
  });
  const name = `acme/shop-${count}`;
  const { dir } = await forge.manage.createRepository({
    name,
    files: [
      { path: 'README.md', content: '# Shop\n' },
      { path: 'src/a.txt', content: 'one\n' },
    ],
  });
  const mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', dir, mirrorDir);
  return { folder, forge, repo: { forge: 'local', name }, mirrorDir };
}

forgeContract('local', async () => {
  const { folder, forge, repo, mirrorDir } = await makeLocal();
  return {
    read: forge.read,
    write: forge.write,
    repo,
    missingRepo: { forge: 'local', name: 'acme/none' },
    mirrorDir,
    makeIssue: async (title) => (await forge.manage.createIssue(repo.name, { title, by: 'ada' })).number,
    isIssueOpen: async (number) => (await forge.tracker.issue(repo, number))?.state === 'open',
    reviewer: { login: 'ada', author: 'reeve' },
    close: folder.remove,
  };
});

trackerContract('local', async () => {
  const { folder, forge, repo } = await makeLocal();
  return {
    read: forge.tracker,
    write: forge.trackerWrite,
    repo,
    comments: (number) => forge.read.comments(repo, number),
    async makePull() {
      const { dir } = (await forge.manage.repository(repo.name)) ?? { dir: '' };
      const work = path.join(folder.dir, 'work');
      await git(folder.dir, 'clone', '--quiet', dir, work);
      await git(work, 'switch', '--quiet', '-c', 'ai-1');
      await git(work, 'commit', '--quiet', '--allow-empty', '-m', 'empty');
      await git(work, 'push', '--quiet', 'origin', 'ai-1');
      const pull = await forge.write.createPull(repo, {
        title: 'A pull',
        body: '',
        headBranch: 'ai-1',
        baseBranch: 'main',
        draft: false,
        labels: [],
        marker: 'act:p',
      });
      return pull.number;
    },
    close: folder.remove,
  };
});

const NO_PULLS = { reason: 'a folder has no pull requests, checks or comments' };
forgeContract(
  'path',
  async () => {
    const { folder, forge } = await makeLocal();
    const dir = path.join(folder.dir, 'person');
    await mkdir(path.join(dir, 'src'), { recursive: true });
    await git(dir, 'init', '--quiet', '--initial-branch=main');
    await git(
      folder.dir,
      'clone',
      '--quiet',
      '--no-checkout',
      (await forge.manage.repository(`acme/shop-${count}`))?.dir ?? '',
      path.join(folder.dir, 'seed'),
    );
    await git(dir, 'pull', '--quiet', path.join(folder.dir, 'seed'), 'main');
    const mirrorDir = path.join(folder.dir, 'person-mirror.git');
    await git(folder.dir, 'clone', '--quiet', '--bare', dir, mirrorDir);
    return {
      read: forge.read,
      write: forge.write,
      repo: { forge: 'path', name: dir },
      missingRepo: { forge: 'path', name: path.join(folder.dir, 'none') },
      mirrorDir,
      reviewer: { login: 'ada', author: 'reeve' },
      close: folder.remove,
    };
  },
  {
    skip: [
      {
        reason: 'the branches of a folder are its owner’s',
        tests: [
          'a branch is deleted where it stands, and again is fine',
          'a branch that moved is not deleted, and the default one never',
          'a branch that an open pull request goes into or comes from is not deleted',
        ],
      },
      {
        ...NO_PULLS,
        tests: [
          'a pull request is opened with all it was given and found by number and head',
          'a second pull request of an open head branch is the first one',
          'a pull request made by two at the same moment is one',
          'a pull request without a head branch is refused',
          'an open pull request follows its head branch',
          'title, text, draft and the whole set of labels of a pull request change',
          'a closed pull request is closed, twice is once, and it cannot be merged',
          'a merge brings the change to the base branch, and asked again gives the same commit',
          'a head that moved since is not merged',
          'a base that moved since the checks ran is not merged into',
          'changes of the same lines are not merged',
          'a draft is not merged',
          'a review takes no side and has its remarks beside the lines they are about',
          'put again a review is edited in place, and only the remarks that are not there yet are added',
          'a remark on no line of the diff is refused alone: the review and the other remarks stand',
          'a review made by two at the same moment is one',
          'a conversation is answered once per marker and ended once',
          'people are asked for a review once, and whoever the forge does not take is told',
          'a conversation that is not there is not found',
          'a merge into the default branch closes the issues the text says it closes, and no other',
          'two merges of one pull request at the same moment are one',
          'a check of a commit is set and replaced by name',
          'a comment is one per marker: made, then edited in place',
          'a comment made by two at the same moment is one',
        ],
      },
    ],
  },
);

test('a branch has the same head whether its ref is loose, packed, both or symbolic, and none when it is gone', async () => {
  const { folder, forge, repo, mirrorDir } = await makeLocal();
  try {
    const dir = await forge.read.cloneUrl(repo);
    const head = (branch: string) => forge.read.branchHead(repo, branch);
    const first = await git(dir, 'rev-parse', 'main');
    const second = await makeCommit(mirrorDir, first, { 'src/b.txt': 'two\n' });
    await git(dir, 'fetch', '--quiet', mirrorDir, second);
    expect(await head('main')).toBe(first);
    await git(dir, 'pack-refs', '--all');
    expect(await head('main')).toBe(first);
    await git(dir, 'update-ref', 'refs/heads/main', second);
    expect(await head('main')).toBe(second);
    await git(dir, 'symbolic-ref', 'refs/heads/master', 'refs/heads/main');
    expect(await head('master')).toBe(second);
    await git(dir, 'update-ref', 'refs/heads/a/b', first);
    expect([await head('a/b'), await head('a')]).toEqual([first, null]);
    for (const odd of ['none', '', '../../config', '../heads/main', 'main.lock', '-x', 'main/.', 'a//b', 'a/./b', 'a/../main', 'main/'])
      expect([odd, await head(odd)]).toEqual([odd, null]);
  } finally {
    await folder.remove();
  }
});
