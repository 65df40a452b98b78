import { expect, test } from 'vitest';
import { isInstant } from './instant.ts';

test.each(['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.123Z', '2024-02-29T23:59:59.123456Z', '9999-12-31T23:59:59Z'])('%s is a moment', (text) => {
  expect(isInstant(text)).toBe(true);
});

test.each([
  '2026-99-99T99:99:99Z',
  '2026-99-99T99Z',
  '2026-02-30T10:00:00Z',
  '2025-02-29T10:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-01-31T10:00:60Z',
  '0000-01-01T00:00:00Z',
  '2026-01-31T10:00:00.1234567Z',
  '2026-01-31T10:00:00',
  '2026-01-31T::Z',
  '',
])('%j is none', (text) => {
  expect(isInstant(text)).toBe(false);
});
