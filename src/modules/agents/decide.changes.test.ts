import { expect, test } from 'vitest';
import type { TreeEntry } from '#ports/git.ts';
import { changesBetween, judgeChanges, type ChangeFacts, type TreeChange } from './decide.changes.ts';

const file = (path: string, blob = path, mode: TreeEntry['mode'] = '100644'): TreeEntry => ({ path, blob, mode });
const between = (base: TreeEntry[], after: TreeEntry[], renames: Array<{ from: string; path: string }> = [], setupMade: string[] = []) =>
  changesBetween({ base, after, renames, setupMade });
const told = (changes: TreeChange[]) =>
  changes.map((change) => (change.op === 'rename' ? `${change.op} ${change.from} ${change.path}` : `${change.op} ${change.path}`));

test('created, changed and deleted files are told apart, sorted by path', () => {
  const changes = between([file('b', '1'), file('c', '1'), file('same')], [file('a'), file('b', '2'), file('same')]);
  expect(told(changes)).toEqual(['create a', 'modify b', 'delete c']);
});

test('a changed mode alone is a change', () => {
  expect(told(between([file('run.sh', '1')], [file('run.sh', '1', '100755')]))).toEqual(['modify run.sh']);
});

test('a rename git found is one change, also when the content changed', () => {
  expect(told(between([file('old', '1')], [file('new', '2')], [{ from: 'old', path: 'new' }]))).toEqual(['rename old new']);
});

test('a copy that left the original, or a rename onto an existing file, is not taken for a rename', () => {
  expect(told(between([file('a', '1')], [file('a', '1'), file('b', '1')], [{ from: 'a', path: 'b' }]))).toEqual(['create b']);
  expect(told(between([file('a', '1'), file('b', '0')], [file('b', '1')], [{ from: 'a', path: 'b' }]))).toEqual(['delete a', 'modify b']);
});

test("what the setup made is not the agent's work, unless the repository has it too", () => {
  const after = [file('node_modules/x/index.js'), file('node_modules_of_ours'), file('vendor/kept', '2'), file('src')];
  const changes = between([file('vendor/kept', '1')], after, [], ['node_modules', 'vendor']);
  expect(told(changes)).toEqual(['create node_modules_of_ours', 'create src', 'modify vendor/kept']);
});

const facts = (changes: TreeChange[], more: Partial<ChangeFacts> = {}): ChangeFacts => ({
  changes,
  filesBefore: 10,
  filesAfter: 10,
  bytes: 100,
  scope: ['src/**'],
  regenerate: { 'docs/api.md': 'make docs' },
  limits: { files: 3, bytes: 1000 },
  ...more,
});
const create = (path: string, mode: TreeEntry['mode'] = '100644'): TreeChange => ({ op: 'create', path, after: file(path, 'x', mode) });

test('a change within scope and limits may go on', () => {
  expect(judgeChanges(facts([create('src/a.ts')]))).toBeNull();
});

test('no change is no success, and neither is one of queue-owned files alone', () => {
  expect(judgeChanges(facts([]))).toMatchObject({ failure: 'no_changes', retryable: true });
  expect(judgeChanges(facts([create('package-lock.json'), create('docs/api.md')]))).toMatchObject({ failure: 'no_changes' });
});

test('queue-owned files beside real work are no breach of the scope', () => {
  expect(judgeChanges(facts([create('src/a.ts'), create('sub/yarn.lock'), create('docs/api.md')]))).toBeNull();
});

test('a breach of the scope names the paths and is fed back', () => {
  const refused = judgeChanges(
    facts([
      create('src/a.ts'),
      create('README.md'),
      { op: 'rename', path: 'src/b.ts', from: 'lib/b.ts', before: file('lib/b.ts'), after: file('src/b.ts') },
    ]),
  );
  expect(refused).toMatchObject({ failure: 'out_of_scope', retryable: true });
  expect(refused?.detail).toContain('README.md, lib/b.ts');
  expect(refused?.feedback).toContain('src/**');
});

test('an agent that deleted everything is refused even where everything is in scope', () => {
  const all: TreeChange[] = [{ op: 'delete', path: 'a', before: file('a') }];
  expect(judgeChanges(facts(all, { scope: ['**'], filesBefore: 1, filesAfter: 0 }))?.detail).toBe('The agent deleted every file of the repository.');
});

test.each([
  [create('src/link', '120000'), 'symbolic link'],
  [create('src/sub', '160000'), 'submodule'],
  [create('src/.GIT/config'), "git's own folder"],
  [create('src/odd\udcff.js'), 'src/odd\uFFFD.js (a name that is not Unicode)'],
])('forbidden kinds of files are refused whatever the scope: %#', (change, word) => {
  const refused = judgeChanges(facts([change], { scope: ['**'] }));
  expect(refused).toMatchObject({ failure: 'out_of_scope' });
  expect(refused?.detail).toContain(word);
});

test('too many files or bytes are too large', () => {
  expect(judgeChanges(facts(['a', 'b', 'c', 'd'].map((name) => create(`src/${name}`))))).toMatchObject({ failure: 'too_large' });
  expect(judgeChanges(facts([create('src/a')], { bytes: 1001 }))).toMatchObject({ failure: 'too_large' });
});
