import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { reviewing } from './forge.reviews.ts';
import { git, makeCommit } from './git-fixture.ts';
import { behaviours, type Gap } from './suite.ts';

/** One implementation with a fresh repository: its default branch has one commit with README.md and src/a.txt ("one\n"). */
export interface ForgeSubject {
  read: ForgeRead;
  write: ForgeWrite;
  repo: RepoRef;
  /** A repository of the same forge that does not exist. */
  missingRepo: RepoRef;
  /** A bare clone in which the suite makes commits. */
  mirrorDir: string;
  /** The forge's own repository on disk, to look at what landed; absent where the clone URL is its path. */
  originDir?: string;
  /** Makes an open issue; answers its number. Absent where there are none. */
  makeIssue?(title: string): Promise<number>;
  isIssueOpen?(number: number): Promise<boolean>;
  /** Who may be asked for a review, and the login under which pull requests are opened. */
  reviewer: { login: string; author: string };
  close(): Promise<void>;
}

/** What every forge must do, by the words of `ports/forge-read.ts` and `ports/forge-write.ts`. */
export function forgeContract(name: string, makeSubject: () => Promise<ForgeSubject>, options: { skip?: readonly Gap[] } = {}): void {
  describe(`forge contract: ${name}`, () => {
    const suite = behaviours(options.skip ?? []);
    let subject: ForgeSubject;
    let start: string;
    let base: string;
    beforeEach(async () => {
      subject = await makeSubject();
      base = await subject.read.defaultBranch(subject.repo);
      const head = await subject.read.branchHead(subject.repo, base);
      if (head === null) throw new Error('the subject needs a commit on its default branch');
      start = head;
    });
    afterEach(() => subject.close());

    const context = (): ForgeContext => ({ ...subject, start, base });
    reading(suite.test, context);
    branching(suite.test, context);
    pulling(suite.test, context);
    merging(suite.test, context);
    talking(suite.test, context);
    reviewing(suite.test, context);
    suite.finish();
  });
}

interface ForgeContext extends ForgeSubject {
  start: string;
  base: string;
}
type Test = (name: string, run: () => Promise<void>) => void;

const originOf = async ({ read, repo, originDir }: ForgeContext): Promise<string> => originDir ?? read.cloneUrl(repo);

async function pushed({ write, repo, mirrorDir, start }: ForgeContext, branch: string, files: Record<string, string | null>): Promise<string> {
  const sha = await makeCommit(mirrorDir, start, files);
  await write.pushBranch(repo, { mirrorDir, sha, branch, expected: null });
  return sha;
}

function pullOf(context: ForgeContext, headBranch: string, more: Partial<Parameters<ForgeWrite['createPull']>[1]> = {}) {
  return {
    title: 'Change a',
    body: 'What and why.',
    headBranch,
    baseBranch: context.base,
    draft: false,
    labels: ['AI-PR'],
    marker: `act:${headBranch}`,
    ...more,
  };
}

function reading(test: Test, context: () => ForgeContext): void {
  test('the clone URL can be fetched from and has the default branch', async () => {
    const { read, repo, base, start } = context();
    const refs = await git('/', 'ls-remote', await read.cloneUrl(repo), `refs/heads/${base}`);
    expect(refs).toBe(`${start}\trefs/heads/${base}`);
  });
  test('a branch that is not there has no head', async () => {
    const { read, repo } = context();
    expect(await read.branchHead(repo, 'nowhere')).toBeNull();
  });
  test('a repository that is not there is not found', async () => {
    const { read, missingRepo } = context();
    await expect(read.defaultBranch(missingRepo)).rejects.toMatchObject({ kind: 'not_found' });
  });
  test('what is not there is null: pull requests by number and by head', async () => {
    const { read, repo } = context();
    expect(await read.pullByNumber(repo, 4711)).toBeNull();
    expect(await read.pullByHead(repo, 'nowhere')).toBeNull();
  });
}

function branching(test: Test, context: () => ForgeContext): void {
  test('a branch is made at a commit, and made again at the same commit is fine', async () => {
    const { read, write, repo, start } = context();
    await write.createBranch(repo, 'ai-1', start);
    await write.createBranch(repo, 'ai-1', start);
    expect(await read.branchHead(repo, 'ai-1')).toBe(start);
  });
  test('a branch that is elsewhere is not made again', async () => {
    const { read, write, repo, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    await expect(write.createBranch(repo, 'ai-1', start)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await read.branchHead(repo, 'ai-1')).toBe(sha);
  });
  test('a branch is deleted where it stands, and again is fine', async () => {
    const { read, write, repo, mirrorDir } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    for (let i = 0; i < 2; i += 1) await write.deleteBranch(repo, { mirrorDir, branch: 'ai-1', sha });
    expect(await read.branchHead(repo, 'ai-1')).toBeNull();
  });
  test('a branch that moved is not deleted, and the default one never', async () => {
    const { read, write, repo, mirrorDir, start, base } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    await expect(write.deleteBranch(repo, { mirrorDir, branch: 'ai-1', sha: start })).rejects.toMatchObject({ kind: 'conflict', code: 'ref_moved' });
    await expect(write.deleteBranch(repo, { mirrorDir, branch: base, sha: start })).rejects.toMatchObject({ kind: 'refused', code: 'branch_kept' });
    expect([await read.branchHead(repo, 'ai-1'), await read.branchHead(repo, base)]).toEqual([sha, start]);
  });
  test('a push makes a branch, and the same push again is fine', async () => {
    const { read, write, repo, mirrorDir } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    await write.pushBranch(repo, { mirrorDir, sha, branch: 'ai-1', expected: null });
    expect(await read.branchHead(repo, 'ai-1')).toBe(sha);
  });
  test('a push moves a branch forward from where it is expected', async () => {
    const { read, write, repo, mirrorDir } = context();
    const first = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const second = await makeCommit(mirrorDir, first, { 'src/a.txt': 'three\n' });
    await write.pushBranch(repo, { mirrorDir, sha: second, branch: 'ai-1', expected: first });
    expect(await read.branchHead(repo, 'ai-1')).toBe(second);
  });
  test('a push onto a branch that moved is a conflict and changes nothing', async () => {
    const { read, write, repo, mirrorDir, start } = context();
    const theirs = await pushed(context(), 'ai-1', { 'src/a.txt': 'theirs\n' });
    const ours = await makeCommit(mirrorDir, start, { 'src/a.txt': 'ours\n' });
    for (const expected of [start, null]) {
      await expect(write.pushBranch(repo, { mirrorDir, sha: ours, branch: 'ai-1', expected })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'ref_moved',
      });
    }
    expect(await read.branchHead(repo, 'ai-1')).toBe(theirs);
  });
  test('a push onto a branch that moved is a conflict also where nothing would be lost', async () => {
    const { read, write, repo, mirrorDir, start } = context();
    const theirs = await pushed(context(), 'ai-1', { 'src/a.txt': 'theirs\n' });
    const ours = await makeCommit(mirrorDir, theirs, { 'src/a.txt': 'ours\n' });
    for (const expected of [start, null]) {
      await expect(write.pushBranch(repo, { mirrorDir, sha: ours, branch: 'ai-1', expected })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'ref_moved',
      });
    }
    expect(await read.branchHead(repo, 'ai-1')).toBe(theirs);
  });
  test('a push that would drop commits is refused even where the branch is expected', async () => {
    const { read, write, repo, mirrorDir, start } = context();
    const theirs = await pushed(context(), 'ai-1', { 'src/a.txt': 'theirs\n' });
    const ours = await makeCommit(mirrorDir, start, { 'src/a.txt': 'ours\n' });
    await expect(write.pushBranch(repo, { mirrorDir, sha: ours, branch: 'ai-1', expected: theirs })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await read.branchHead(repo, 'ai-1')).toBe(theirs);
  });
  test('the first parents of a branch are its own line, newest first, without what was merged in', async () => {
    const { read, write, repo, mirrorDir, start } = context();
    const first = await makeCommit(mirrorDir, start, { 'src/a.txt': 'one\n', 'b.txt': 'b\n' }, 'Add b\n\nBecause.');
    const aside = await makeCommit(mirrorDir, start, { 'c.txt': 'c\n' }, 'Add c');
    const merge = await git(mirrorDir, 'commit-tree', `${first}^{tree}`, '-p', first, '-p', aside, '-m', 'Merge c');
    await write.pushBranch(repo, { mirrorDir, sha: merge, branch: 'ai-1', expected: null });
    const line = (await read.firstParents?.(repo, 'ai-1', 3)) ?? [];
    expect(line.map(({ commit, subject }) => [commit, subject]).slice(0, 2)).toEqual([
      [merge, 'Merge c'],
      [first, 'Add b'],
    ]);
    expect(line.map(({ commit }) => commit)).toEqual([merge, first, start]);
    expect(line.every(({ atUnixS }) => atUnixS > 1_000_000_000)).toBe(true);
    expect(await read.firstParents?.(repo, 'ai-1', 1)).toHaveLength(1);
  });
  test('of two pushes at the same moment one wins', async () => {
    const { read, write, repo, mirrorDir, start } = context();
    const shas = await Promise.all(['one', 'two'].map((word) => makeCommit(mirrorDir, start, { 'src/a.txt': `${word} wins\n` })));
    const outcomes = await Promise.allSettled(shas.map((sha) => write.pushBranch(repo, { mirrorDir, sha, branch: 'ai-1', expected: null })));
    const winners = shas.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(winners).toEqual([await read.branchHead(repo, 'ai-1')]);
  });
}

function pulling(test: Test, context: () => ForgeContext): void {
  test('a branch that an open pull request goes into or comes from is not deleted', async () => {
    const { read, write, repo, mirrorDir } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const above = await makeCommit(mirrorDir, sha, { 'src/a.txt': 'three\n' });
    await write.pushBranch(repo, { mirrorDir, sha: above, branch: 'ai-2', expected: null });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-2', { baseBranch: 'ai-1' }));
    for (const gone of [
      { mirrorDir, branch: 'ai-1', sha },
      { mirrorDir, branch: 'ai-2', sha: above },
    ])
      await expect(write.deleteBranch(repo, gone)).rejects.toMatchObject({ kind: 'refused', code: 'branch_in_use' });
    expect([await read.branchHead(repo, 'ai-1'), await read.branchHead(repo, 'ai-2')]).toEqual([sha, above]);
    await write.updatePull(repo, number, { state: 'closed' });
    await write.deleteBranch(repo, { mirrorDir, branch: 'ai-1', sha });
    expect(await read.branchHead(repo, 'ai-1')).toBeNull();
  });
  test('a pull request is opened with all it was given and found by number and head', async () => {
    const { read, write, repo, base } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const pull = await write.createPull(repo, pullOf(context(), 'ai-1', { draft: true, labels: ['AI-PR', 'AutoGenerated'] }));
    expect(pull).toMatchObject({ title: 'Change a', state: 'open', draft: true, headBranch: 'ai-1', baseBranch: base, headSha: sha, mergeSha: null });
    expect(pull.labels.toSorted()).toEqual(['AI-PR', 'AutoGenerated']);
    expect(pull.body.startsWith('What and why.')).toBe(true);
    expect(await read.pullByNumber(repo, pull.number)).toEqual(pull);
    expect(await read.pullByHead(repo, 'ai-1')).toEqual(pull);
  });
  test('a second pull request of an open head branch is the first one', async () => {
    const { write, repo } = context();
    await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const first = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const second = await write.createPull(repo, pullOf(context(), 'ai-1', { title: 'Again', marker: 'act:other' }));
    expect(second).toEqual(first);
  });
  test('a pull request made by two at the same moment is one', async () => {
    const { write, repo } = context();
    await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const pulls = await Promise.all([1, 2, 3].map(() => write.createPull(repo, pullOf(context(), 'ai-1'))));
    expect(new Set(pulls.map((pull) => pull.number)).size).toBe(1);
  });
  test('a pull request without a head branch is refused', async () => {
    const { write, repo } = context();
    await expect(write.createPull(repo, pullOf(context(), 'nowhere'))).rejects.toMatchObject({ name: 'AppError' });
  });
  test('an open pull request follows its head branch', async () => {
    const { read, write, repo, mirrorDir } = context();
    const first = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const second = await makeCommit(mirrorDir, first, { 'src/a.txt': 'three\n' });
    await write.pushBranch(repo, { mirrorDir, sha: second, branch: 'ai-1', expected: first });
    expect((await read.pullByNumber(repo, number))?.headSha).toBe(second);
  });
  test('title, text, draft and the whole set of labels of a pull request change', async () => {
    const { read, write, repo } = context();
    await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1', { draft: true, labels: ['AI-PR', 'old'] }));
    const changed = await write.updatePull(repo, number, { title: 'Better', body: 'New text', draft: false, labels: ['AI-PR', 'new'] });
    expect(changed).toMatchObject({ title: 'Better', draft: false });
    expect(changed.body.startsWith('New text')).toBe(true);
    expect(changed.labels.toSorted()).toEqual(['AI-PR', 'new']);
    expect(await read.pullByNumber(repo, number)).toEqual(changed);
  });
  test('a closed pull request is closed, twice is once, and it cannot be merged', async () => {
    const { read, write, repo, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    await write.updatePull(repo, number, { state: 'closed' });
    expect(await write.updatePull(repo, number, { state: 'closed' })).toMatchObject({ state: 'closed' });
    await expect(write.mergePull(repo, { number, headSha: sha, baseSha: null, message: 'merge' })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await read.branchHead(repo, context().base)).toBe(start);
  });
}

function merging(test: Test, context: () => ForgeContext): void {
  test('a merge brings the change to the base branch, and asked again gives the same commit', async () => {
    const { read, write, repo, base, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const merge = { number, headSha: sha, baseSha: start, message: 'Merge the change' };
    const { mergeSha } = await write.mergePull(repo, merge);
    expect(await write.mergePull(repo, merge)).toEqual({ mergeSha });
    expect(await read.branchHead(repo, base)).toBe(mergeSha);
    expect(await git('/', '--git-dir', await originOf(context()), 'show', `${mergeSha}:src/a.txt`)).toBe('two');
    expect(await read.pullByNumber(repo, number)).toMatchObject({ state: 'merged', mergeSha });
    expect(await read.pullByHead(repo, 'ai-1')).toMatchObject({ number, state: 'merged' });
  });
  test('a head that moved since is not merged', async () => {
    const { read, write, repo, base, mirrorDir, start } = context();
    const seen = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const later = await makeCommit(mirrorDir, seen, { 'src/a.txt': 'sneaked in\n' });
    await write.pushBranch(repo, { mirrorDir, sha: later, branch: 'ai-1', expected: seen });
    await expect(write.mergePull(repo, { number, headSha: seen, baseSha: null, message: 'm' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'head_moved',
    });
    expect(await read.branchHead(repo, base)).toBe(start);
  });
  test('a base that moved since the checks ran is not merged into', async () => {
    const { read, write, repo, base, mirrorDir, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const moved = await makeCommit(mirrorDir, start, { 'other.txt': 'x\n' });
    await write.pushBranch(repo, { mirrorDir, sha: moved, branch: base, expected: start });
    await expect(write.mergePull(repo, { number, headSha: sha, baseSha: start, message: 'm' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'base_moved',
    });
    expect(await read.branchHead(repo, base)).toBe(moved);
    await write.mergePull(repo, { number, headSha: sha, baseSha: null, message: 'm' });
    expect(await git('/', '--git-dir', await originOf(context()), 'show', `${base}:other.txt`)).toBe('x');
  });
  test('changes of the same lines are not merged', async () => {
    const { read, write, repo, base, mirrorDir, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const other = await makeCommit(mirrorDir, start, { 'src/a.txt': 'another\n' });
    await write.pushBranch(repo, { mirrorDir, sha: other, branch: base, expected: start });
    await expect(write.mergePull(repo, { number, headSha: sha, baseSha: null, message: 'm' })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await read.branchHead(repo, base)).toBe(other);
    expect(await read.pullByNumber(repo, number)).toMatchObject({ state: 'open' });
  });
  test('a draft is not merged', async () => {
    const { read, write, repo, base, start } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1', { draft: true }));
    await expect(write.mergePull(repo, { number, headSha: sha, baseSha: null, message: 'm' })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await read.branchHead(repo, base)).toBe(start);
  });
  test('a merge into the default branch closes the issues the text says it closes, and no other', async () => {
    const { write, repo, makeIssue, isIssueOpen } = context();
    if (makeIssue === undefined || isIssueOpen === undefined) throw new Error('the subject has no issues');
    const [closed, mentioned] = [await makeIssue('closed'), await makeIssue('mentioned')];
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1', { body: `Closes #${closed}\n\nSee #${mentioned}.` }));
    await write.mergePull(repo, { number, headSha: sha, baseSha: null, message: 'm' });
    expect([await isIssueOpen(closed), await isIssueOpen(mentioned)]).toEqual([false, true]);
  });
  test('two merges of one pull request at the same moment are one', async () => {
    const { write, repo, base } = context();
    const sha = await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const merge = { number, headSha: sha, baseSha: null, message: 'm' };
    const answers = await Promise.all([write.mergePull(repo, merge), write.mergePull(repo, merge)]);
    expect(answers[0]).toEqual(answers[1]);
    expect(await git('/', '--git-dir', await originOf(context()), 'rev-list', '--count', '--merges', base)).toBe('1');
  });
}

function talking(test: Test, context: () => ForgeContext): void {
  test('a check of a commit is set and replaced by name', async () => {
    const { read, write, repo, start } = context();
    const check = { name: 'test', headSha: start, conclusion: 'pending', url: null, summary: 'running' } as const;
    await write.putCheck(repo, check);
    await write.putCheck(repo, { ...check, conclusion: 'failure', summary: '1 failed' });
    await write.putCheck(repo, { ...check, name: 'lint', conclusion: 'success', summary: '' });
    const checks = await read.checks(repo, start);
    expect(checks.map(({ name, conclusion }) => `${name} ${conclusion}`).toSorted()).toEqual(['lint success', 'test failure']);
    expect(await read.checks(repo, '0'.repeat(40))).toEqual([]);
  });
  test('a comment is one per marker: made, then edited in place', async () => {
    const { read, write, repo } = context();
    await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    const first = await write.putComment(repo, number, { body: 'Working on it.', marker: 'act:1' });
    await write.putComment(repo, number, { body: 'Something else.', marker: 'act:2' });
    expect(await write.putComment(repo, number, { body: 'Done.', marker: 'act:1' })).toEqual(first);
    const all = await read.comments(repo, number);
    expect(all.map((comment) => comment.body.split('\n')[0])).toEqual(['Done.', 'Something else.']);
    expect((await read.comments(repo, number, 'act:1')).map(({ id }) => id)).toEqual([first.id]);
    expect(await read.comments(repo, number, 'act:3')).toEqual([]);
  });
  test('a comment made by two at the same moment is one', async () => {
    const { read, write, repo } = context();
    await pushed(context(), 'ai-1', { 'src/a.txt': 'two\n' });
    const { number } = await write.createPull(repo, pullOf(context(), 'ai-1'));
    await Promise.all([1, 2, 3].map(() => write.putComment(repo, number, { body: 'Once.', marker: 'act:1' })));
    expect(await read.comments(repo, number)).toHaveLength(1);
  });
}
