import { expect, test } from 'vitest';
import { createBrowserStore } from './browser-store.ts';

test('what is kept is there again, until it is removed', () => {
  const kept = new Map<string, string>();
  const store = createBrowserStore(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }));
  expect(store.setItem('a', '1')).toBe(true);
  expect(store.getItem('a')).toBe('1');
  expect(store.removeItem('a')).toBe(true);
  expect(store.getItem('a')).toBeNull();
});

test('a browser that refuses its storage, or has no room, keeps nothing and breaks nothing', () => {
  const refuses = createBrowserStore(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  expect([refuses.getItem('a'), refuses.setItem('a', '1'), refuses.removeItem('a')]).toEqual([null, false, false]);
  const full = createBrowserStore(() => ({
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => {},
  }));
  expect([full.setItem('a', '1'), full.getItem('a')]).toEqual([false, null]);
});
