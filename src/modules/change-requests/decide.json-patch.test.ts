import { expect, test } from 'vitest';
import type { JsonValue } from '#kernel/json.ts';
import { applyJsonPatch, type JsonPatchStep } from './decide.json-patch.ts';

test.each<[string, JsonValue, JsonPatchStep[], JsonValue]>([
  ['adds a key', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['adds null', {}, [{ op: 'add', path: '/a', value: null }], { a: null }],
  ['replaces a key it adds again', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
  ['inserts into a list', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
  ['appends to a list', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
  ['inserts at the end by number', { l: [1] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2] }],
  [
    'removes from object and list',
    { a: 1, l: [1, 2, 3] },
    [
      { op: 'remove', path: '/a' },
      { op: 'remove', path: '/l/1' },
    ],
    { l: [1, 3] },
  ],
  ['replaces in a list', { l: [1, 2] }, [{ op: 'replace', path: '/l/0', value: 9 }], { l: [9, 2] }],
  ['moves', { a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
  ['moves within a list', { l: [1, 2, 3] }, [{ op: 'move', from: '/l/0', path: '/l/2' }], { l: [2, 3, 1] }],
  [
    'copies a value, not a reference',
    { a: { x: 1 } },
    [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/y', value: 2 },
    ],
    { a: { x: 1 }, b: { x: 1, y: 2 } },
  ],
  [
    'goes on after a test that holds',
    { a: { x: [1, { y: 2 }] } },
    [
      { op: 'test', path: '/a', value: { x: [1, { y: 2 }] } },
      { op: 'add', path: '/b', value: 1 },
    ],
    { a: { x: [1, { y: 2 }] }, b: 1 },
  ],
  ['tests objects in any key order', { a: { x: 1, y: 2 } }, [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }], { a: { x: 1, y: 2 } }],
  [
    'unescapes pointers',
    { 'a/b': 1, 'm~n': 2 },
    [
      { op: 'replace', path: '/a~1b', value: 3 },
      { op: 'replace', path: '/m~0n', value: 4 },
    ],
    { 'a/b': 3, 'm~n': 4 },
  ],
  ['names the empty key', {}, [{ op: 'add', path: '/', value: 1 }], { '': 1 }],
  ['replaces the whole document', { a: 1 }, [{ op: 'replace', path: '', value: [1] }], [1]],
])('a JSON patch %s', (_, before, patch, after) => {
  const untouched = structuredClone(before);
  expect(applyJsonPatch(before, patch)).toEqual({ ok: true, value: after });
  expect(before).toEqual(untouched);
});

test.each<[string, JsonValue, JsonPatchStep[]]>([
  ['adding below what is not there', {}, [{ op: 'add', path: '/a/b', value: 1 }]],
  ['adding behind the end of a list', { l: [1] }, [{ op: 'add', path: '/l/2', value: 1 }]],
  ['a list place with a leading zero', { l: [1, 2] }, [{ op: 'add', path: '/l/01', value: 1 }]],
  ['removing what is not there', { a: 1 }, [{ op: 'remove', path: '/b' }]],
  ['replacing what is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 1 }]],
  ['a test that fails', { a: 1 }, [{ op: 'test', path: '/a', value: '1' }]],
  ['a test of a list against an object', { a: [1] }, [{ op: 'test', path: '/a', value: { 0: 1 } }]],
  ['moving into itself', { a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b' }]],
  ['adding without a value', {}, [{ op: 'add', path: '/a' }]],
  ['a pointer without a slash', { a: 1 }, [{ op: 'remove', path: 'a' }]],
  ['a pointer with a stray tilde', { a: 1 }, [{ op: 'remove', path: '/a~2' }]],
  ['a step into text', { a: 'text' }, [{ op: 'add', path: '/a/0', value: 1 }]],
  ['what objects inherit', {}, [{ op: 'test', path: '/constructor', value: {} }]],
])('a JSON patch is refused for %s', (_, before, patch) => {
  expect(applyJsonPatch(before, patch).ok).toBe(false);
});

test('a key named __proto__ is a key and never the prototype', () => {
  const result = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
  expect(result.ok && JSON.stringify(result.value)).toBe('{"__proto__":{"polluted":true}}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
