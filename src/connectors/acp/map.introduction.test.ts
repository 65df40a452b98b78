import { expect, it } from 'vitest';
import { mapAuthMethods, mapCapabilities } from './map.introduction.ts';

it.each([
  [{ loadSession: true, promptCapabilities: { image: true, audio: false } }, ['loadSession', 'promptCapabilities.image']],
  [{ sessionCapabilities: { list: {}, fork: null }, loadSession: false }, ['sessionCapabilities.list']],
  [{ _meta: { secret: true }, future: 'v2', many: [1] }, ['future', 'many']],
  [{ a: { b: { c: { d: true } } } }, []],
  [{}, []],
])('capabilities of %j are %j', (stated, names) => {
  expect(mapCapabilities(stated)).toEqual(names);
});

it('what an agent says without end is cut', () => {
  const endless = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${'x'.repeat(200)}${n}`, true]));
  const names = mapCapabilities(endless);
  expect(names).toHaveLength(40);
  expect(Math.max(...names.map((name) => name.length))).toBe(80);
  expect(mapAuthMethods(Array.from({ length: 90 }, (_, n) => ({ id: String(n), name: null })))).toHaveLength(40);
});
