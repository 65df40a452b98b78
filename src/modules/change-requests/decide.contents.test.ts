import { expect, test } from 'vitest';
import { fromStoredChange, resolveChange, toStoredChange, type BaseFile } from './decide.contents.ts';
import type { Change } from './model.ts';

const BLOB = 'b'.repeat(40);
const base = (content: string | Uint8Array, mode: BaseFile['mode'] = '100644'): BaseFile => ({
  mode,
  content: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});
const resultOf = (change: Change, file: BaseFile | null): string => {
  const resolved = resolveChange(change, file);
  if (!resolved.ok) return resolved.error.code;
  return resolved.value.op === 'delete' ? '(deleted)' : `${resolved.value.mode} ${Buffer.from(resolved.value.content).toString('utf8')}`;
};

test.each<[string, Change, BaseFile | null, string]>([
  ['a new file', { op: 'create', path: 'a', content: 'x' }, null, '100644 x'],
  ['a new executable', { op: 'create', path: 'a', content: 'x', mode: '100755' }, null, '100755 x'],
  ['an empty file', { op: 'create', path: 'a', content: '' }, null, '100644 '],
  ['a changed file keeps its mode', { op: 'modify', path: 'a', base_blob: BLOB, content: 'y' }, base('x', '100755'), '100755 y'],
  ['a changed mode', { op: 'modify', path: 'a', base_blob: BLOB, content: 'x', mode: '100644' }, base('x', '100755'), '100644 x'],
  ['base64', { op: 'modify', path: 'a', base_blob: BLOB, content_base64: 'aGk=' }, base('x'), '100644 hi'],
  ['a pure rename keeps the content', { op: 'rename', from: 'b', path: 'a', base_blob: BLOB }, base('kept', '100755'), '100755 kept'],
  ['a rename with new content', { op: 'rename', from: 'b', path: 'a', base_blob: BLOB, content: 'new' }, base('old'), '100644 new'],
  ['a deletion', { op: 'delete', path: 'a', base_blob: BLOB }, base('x'), '(deleted)'],
  ['a patch', { op: 'patch', path: 'a', base_blob: BLOB, unified_diff: '@@ -1 +1 @@\n-x\n+y\n' }, base('x\n'), '100644 y\n'],
  [
    'a JSON patch in the style of the file',
    { op: 'json_patch', path: 'a', base_blob: BLOB, patch: [{ op: 'add', path: '/b', value: [1] }] },
    base('{\n    "a": 1\n}\n'),
    '100644 {\n    "a": 1,\n    "b": [\n        1\n    ]\n}\n',
  ],
  [
    'a JSON patch of one line',
    { op: 'json_patch', path: 'a', base_blob: BLOB, patch: [{ op: 'remove', path: '/a' }] },
    base('{"a":1,"b":2}'),
    '100644 {"b":2}',
  ],
  [
    'a JSON patch with tabs and CRLF',
    { op: 'json_patch', path: 'a', base_blob: BLOB, patch: [{ op: 'replace', path: '/a', value: 2 }] },
    base('\ufeff{\r\n\t"a": 1\r\n}\r\n'),
    '100644 \ufeff{\r\n\t"a": 2\r\n}\r\n',
  ],
  ['no content at all', { op: 'modify', path: 'a', base_blob: BLOB }, base('x'), 'content_missing'],
  ['two contents', { op: 'create', path: 'a', content: 'x', content_base64: 'eA==' }, null, 'content_twice'],
  ['broken base64', { op: 'create', path: 'a', content_base64: 'a-b=' }, null, 'content_encoding'],
  ['an unpaired surrogate', { op: 'create', path: 'a', content: '\ud800' }, null, 'content_encoding'],
  [
    'a patch of a binary file',
    { op: 'patch', path: 'a', base_blob: BLOB, unified_diff: '@@ -1 +1 @@\n-x\n+y\n' },
    base(Uint8Array.of(255, 254)),
    'not_text',
  ],
  ['a patch that does not fit', { op: 'patch', path: 'a', base_blob: BLOB, unified_diff: '@@ -1 +1 @@\n-z\n+y\n' }, base('x\n'), 'patch_failed'],
  [
    'a JSON patch of what is no JSON',
    { op: 'json_patch', path: 'a', base_blob: BLOB, patch: [{ op: 'remove', path: '/a' }] },
    base('// c\n{}'),
    'not_json',
  ],
  [
    'a JSON patch that does not fit',
    { op: 'json_patch', path: 'a', base_blob: BLOB, patch: [{ op: 'remove', path: '/a' }] },
    base('{}'),
    'json_patch_failed',
  ],
])('%s resolves to whole contents or a refusal', (_, change, file, expected) => {
  expect(resultOf(change, file)).toBe(expected);
});

test.each<[string, Uint8Array]>([
  ['text', new TextEncoder().encode('a\r\nb')],
  ['text with NUL', Uint8Array.of(97, 0, 98)],
  ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 97)],
  ['binary', Uint8Array.of(0, 255, 128)],
  ['nothing', new Uint8Array()],
])('stored contents of %s come back byte for byte', (_, content) => {
  for (const [from, baseBlob] of [
    [null, null],
    [null, BLOB],
    ['old', BLOB],
  ] as const) {
    const change = { op: 'write' as const, path: 'a', from, baseBlob, mode: '100755' as const, content };
    expect(fromStoredChange(JSON.parse(JSON.stringify(toStoredChange(change))) as Change)).toEqual(change);
  }
});

test.each(['100644', '100755'] as const)('a stored deletion still knows that the file was %s at the base', (mode) => {
  const change = { op: 'delete', path: 'a', baseBlob: BLOB, mode } as const;
  expect(fromStoredChange(toStoredChange(change))).toEqual(change);
});

test('a text with a zero byte is stored as bytes, because the database cannot look into a document that holds one', () => {
  const change = { op: 'write', path: 'a.txt', baseBlob: null, from: null, mode: '100644', content: Buffer.from('a\0b') } as const;
  const stored = toStoredChange(change);
  expect(stored).toMatchObject({ content_base64: Buffer.from('a\0b').toString('base64') });
  expect(JSON.stringify(stored)).not.toContain('\\u0000');
});
