import { describe, expect, it } from 'vitest';
import { parseMergeTree, parseWorktrees, toFirstCommit, toGitFailure } from './map.git.ts';

describe('what git says when it fails', () => {
  it.each([
    ['fatal: not a git repository (or any of the parent directories): .git', 'invalid', 'not_a_repository'],
    ["fatal: '/x' does not appear to be a git repository", 'invalid', 'not_a_repository'],
    ["fatal: Unable to create '/x/.git/index.lock': File exists.", 'unavailable', 'repository_locked'],
    ['error: insufficient permission for adding an object to repository database', 'forbidden', 'repository_not_accessible'],
    ["fatal: could not open '/x/.git/config': Permission denied", 'forbidden', 'repository_not_accessible'],
    ['fatal: write error: No space left on device', 'unavailable', 'disk_full'],
    ['fatal: something new', 'internal', 'git_failed'],
  ])('%s is %s %s', (stderr, kind, code) => expect(toGitFailure('fetch', stderr)).toMatchObject({ kind, code }));
});

describe('the list of worktrees', () => {
  it('tells main, linked, detached, bare and missing ones apart', () => {
    const output = [
      ['worktree /srv/shop', 'HEAD aaa', 'branch refs/heads/main'],
      ['worktree /srv/a dir', 'HEAD bbb', 'branch refs/heads/epic/1'],
      ['worktree /srv/c', 'HEAD ccc', 'detached'],
      ['worktree /srv/d', 'HEAD ddd', 'branch refs/heads/gone', 'prunable gitdir file points to non-existent location'],
      ['worktree /srv/e.git', 'bare'],
    ]
      .map((record) => `${record.join('\0')}\0\0`)
      .join('');
    expect(parseWorktrees(output)).toEqual([
      { dir: '/srv/shop', branch: 'main', bare: false, missing: false },
      { dir: '/srv/a dir', branch: 'epic/1', bare: false, missing: false },
      { dir: '/srv/c', branch: null, bare: false, missing: false },
      { dir: '/srv/d', branch: 'gone', bare: false, missing: true },
      { dir: '/srv/e.git', branch: null, bare: true, missing: false },
    ]);
  });
});

describe('the result of a merge', () => {
  it('is a tree alone when clean', () => expect(parseMergeTree('abc\0')).toEqual({ tree: 'abc', conflicts: [] }));
  it('names each path in conflict once, and no message', () => {
    expect(parseMergeTree('abc\0src/a b.ts\0c.ts\0c.ts\0\x001\0c.ts\0Auto-merging\0')).toEqual({ tree: 'abc', conflicts: ['src/a b.ts', 'c.ts'] });
  });
});

describe('a first commit', () => {
  it('counts bytes, so that no content is read as a command', () => {
    const stream = toFirstCommit('main', {
      message: 'Stärt',
      atUnixS: 5,
      files: [{ path: 'a "b"\n.txt', content: 'ü\ndone\n', mode: '100755' }],
    }).toString();
    expect(stream).toBe(
      'commit refs/heads/main\ncommitter Reeve <reeve@localhost> 5 +0000\ndata 6\nStärt\nM 100755 inline "a \\"b\\"\\n.txt"\ndata 8\nü\ndone\n\ndone\n',
    );
  });
});
