import { expect, test } from 'vitest';
import type { TreeEntry } from '#ports/git.ts';
import {
  refuseAgainstBase,
  refuseBytes,
  refuseDocument,
  refuseOwned,
  refuseReferences,
  refuseShape,
  refuseTarget,
  refuseText,
} from './decide.admission.ts';
import { stripAndRate } from './decide.stripping.ts';
import { ChangeRequestDocument, type Change, type AdmissionRules } from './model.ts';

const BLOB = 'a'.repeat(40);
const rules = (more: Partial<AdmissionRules> = {}): AdmissionRules => ({
  repositoryName: 'acme/shop',
  maxFiles: 3,
  maxBytes: 100,
  protectedPaths: ['.github/**', '**/CODEOWNERS'],
  queueOwned: ['package-lock.json', 'CHANGELOG.md'],
  mayWriteQueueOwned: false,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: ['main'],
  ...more,
});
const document = (more: Record<string, unknown> = {}): ChangeRequestDocument =>
  ChangeRequestDocument.parse({
    version: 1,
    task_id: 'task_1',
    attempt: 1,
    repo: 'acme/shop',
    target: 'ai-1',
    base: 'c'.repeat(40),
    summary: 'Change it',
    intent: { scope: ['src/**'] },
    changes: [{ op: 'modify', path: 'src/a.ts', base_blob: BLOB, content: 'x' }],
    ...more,
  });
const codes = (refusals: Array<{ code: string; path: string | null }>): string[] =>
  refusals.map(({ code, path }) => (path === null ? code : `${code} ${path}`));

test.each<[string, Record<string, unknown>, Partial<AdmissionRules>, string[]]>([
  ['a fitting document', {}, {}, []],
  ['another repository', { repo: 'acme/other' }, {}, ['repo_mismatch']],
  ['an impossible target', { target: 'a..b' }, {}, ['target_invalid']],
  ['a scope that leads out', { intent: { scope: ['/src/**', '../x', 'src/**'] } }, {}, ['scope_invalid', 'scope_invalid']],
  ['a path outside the declared scope', { changes: [{ op: 'create', path: 'docs/a.md', content: '' }] }, {}, ['out_of_scope docs/a.md']],
  [
    'the old name of a rename outside the scope',
    { changes: [{ op: 'rename', from: 'lib/a.ts', path: 'src/a.ts', base_blob: BLOB }] },
    {},
    ['out_of_scope lib/a.ts'],
  ],
  ['a declared scope wider than that of the task', { intent: { scope: ['**'] } }, { taskScope: ['test/**'] }, ['out_of_scope src/a.ts']],
  ['no declared scope within that of the task', { intent: {} }, { taskScope: ['src/**'] }, []],
  ['no scope at all', { intent: {} }, {}, []],
  [
    'a path changed twice',
    {
      changes: [
        { op: 'create', path: 'src/a', content: '' },
        { op: 'create', path: 'src/a', content: '' },
      ],
    },
    {},
    ['path_twice src/a'],
  ],
  [
    'a hostile path',
    {
      intent: {},
      changes: [
        { op: 'create', path: '../a', content: '' },
        { op: 'create', path: '.GIT/config', content: '' },
      ],
    },
    {},
    ['path_traversal ../a', 'path_git .GIT/config'],
  ],
  ['too many files', { changes: [1, 2, 3, 4].map((n) => ({ op: 'create', path: `src/${n}`, content: '' })) }, {}, ['too_many_files']],
  ['a required check that was not run', {}, { requiredChecks: ['test'] }, ['check_missing']],
  [
    'a required check that failed',
    { checks: [{ name: 'test', command: 'npm test', exit_code: 1, duration_ms: 1 }] },
    { requiredChecks: ['test'] },
    ['check_failed'],
  ],
  [
    'a required check that passed',
    { checks: [{ name: 'test', command: 'npm test', exit_code: 0, duration_ms: 1 }] },
    { requiredChecks: ['test'] },
    [],
  ],
])('the document alone: %s', (_, more, changed, expected) => {
  expect(codes(refuseDocument(document(more), rules(changed)))).toEqual(expected);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['plain text over several lines', { summary: 'One\n\nTwo\tthree\r\n' }, []],
  ['NUL in contents', { changes: [{ op: 'create', path: 'src/a', content: 'a\u0000b' }] }, []],
  ['NUL in the task', { task_id: 'a\u0000' }, ['text_invalid task_id']],
  ['an escape in the summary', { summary: 'a\u001b[31m' }, ['text_invalid summary']],
  ['NUL in a dependency', { intent: { depends_on: ['cr_\u0000'] } }, ['text_invalid intent.depends_on.0']],
  ['an unpaired surrogate in contents', { changes: [{ op: 'create', path: 'src/a', content: '\udc80' }] }, ['text_invalid changes.0.content']],
])('text: %s', (_, more, expected) => {
  expect(codes(refuseText(document(more)))).toEqual(expected);
});

const tree = (entries: Record<string, TreeEntry['mode']>): Map<string, TreeEntry> =>
  new Map(Object.entries(entries).map(([path, mode]) => [path, { path, mode, blob: BLOB }]));
const modify = (path: string, blob = BLOB): Change => ({ op: 'modify', path, base_blob: blob, content: '' });
const create = (path: string): Change => ({ op: 'create', path, content: '' });
const remove = (path: string): Change => ({ op: 'delete', path, base_blob: BLOB });
const rename = (from: string, path: string): Change => ({ op: 'rename', from, path, base_blob: BLOB });

test.each<[string, Change[], Record<string, TreeEntry['mode']>, string[]]>([
  ['a change of a file that is there', [modify('a')], { a: '100644' }, []],
  ['a change of another version', [modify('a', 'f'.repeat(40))], { a: '100644' }, ['base_blob_mismatch a']],
  ['a change of nothing', [modify('b')], { a: '100644' }, ['path_unknown b']],
  ['a deletion of nothing', [remove('b')], { a: '100644' }, ['path_unknown b']],
  ['a new file that is there', [create('a')], { a: '100644' }, ['path_exists a']],
  ['a rename onto a file', [rename('a', 'b')], { a: '100644', b: '100644' }, ['path_exists b']],
  ['a symlink', [modify('l')], { l: '120000' }, ['symlink l']],
  ['a deleted symlink', [remove('l')], { l: '120000' }, ['symlink l']],
  ['a submodule', [remove('s')], { s: '160000' }, ['submodule s']],
  ['a file below a symlink', [create('l/x')], { l: '120000' }, ['path_in_the_way l/x']],
  ['a file below a submodule', [create('s/x')], { s: '160000' }, ['path_in_the_way s/x']],
  ['another case', [create('readme.MD')], { 'README.md': '100644' }, ['path_collision readme.MD']],
  ['a change of case by rename', [rename('readme.md', 'README.md')], { 'readme.md': '100644' }, []],
  ['a file in the place of a removed folder', [remove('a/b'), create('a')], { 'a/b': '100644' }, []],
  ['a folder in the place of a removed file', [remove('a'), create('a/b')], { a: '100644' }, []],
  ['a file where a folder is', [create('a')], { 'a/b': '100644' }, ['path_in_the_way a']],
])('against the base: %s', (_, changes, entries, expected) => {
  expect(codes(refuseAgainstBase(changes, tree(entries)))).toEqual(expected);
});

test('sizes, owners, references and targets are refused with what they are about', () => {
  expect(codes(refuseBytes(101, rules()))).toEqual(['too_many_bytes']);
  expect(refuseBytes(100, rules())).toEqual([]);
  expect(codes(refuseOwned([{ path: 'src/a.ts', ownerTaskId: 'task_9' }]))).toEqual(['owned_by_other_task src/a.ts']);
  const linked = document({ intent: { depends_on: ['cr_1', 'cr_2'], reverts: 'cr_3' } });
  expect(codes(refuseReferences(linked, new Set(['cr_1'])))).toEqual(['unknown_dependency', 'unknown_reverted']);
  expect(codes(refuseTarget('main', { kind: 'mirror' }, rules()))).toEqual(['target_protected']);
  expect(refuseTarget('main', { kind: 'action', actionId: 'act_1' }, rules())).toEqual([]);
  expect(refuseTarget('ai-1', { kind: 'mirror' }, rules())).toEqual([]);
});

test('unknown fields and wrong shapes are named by their place', () => {
  const parsed = ChangeRequestDocument.safeParse({
    ...document(),
    surprise: 1,
    attempt: 0,
    changes: [{ op: 'create', path: 'a', content: '', extra: true }],
  });
  expect(parsed.success ? [] : codes(refuseShape(parsed.error.issues)).toSorted()).toEqual([
    'invalid_field attempt',
    'unknown_field changes.0.extra',
    'unknown_field surprise',
  ]);
  const nothing = ChangeRequestDocument.safeParse(null);
  expect(nothing.success ? [] : codes(refuseShape(nothing.error.issues))).toEqual(['invalid_field']);
});

test('files the queue writes are left out with a note, unless the task may write them', () => {
  const sent = document({ changes: [modify('src/a.ts'), modify('package-lock.json')] });
  const stripped = stripAndRate(sent, rules());
  expect(stripped.document.changes.map((change) => change.path)).toEqual(['src/a.ts']);
  expect(stripped.notes).toEqual(['package-lock.json is written by the queue itself and was left out of the change.']);
  expect(stripAndRate(sent, rules({ mayWriteQueueOwned: true })).document.changes).toHaveLength(2);
});

test('protected paths raise the risk and say so', () => {
  const rated = stripAndRate(document({ changes: [modify('.github/workflows/ci.yml')] }), rules());
  expect(rated.document.risk).toBe('high');
  expect(rated.notes).toEqual(['The risk was raised to high: .github/workflows/ci.yml is protected.']);
  expect(stripAndRate(document(), rules()).document.risk).toBe('low');
});
