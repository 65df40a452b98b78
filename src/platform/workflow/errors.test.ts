import { expect, test } from 'vitest';
import { AppError, ERROR_KINDS } from '#kernel/errors.ts';
import { isWorthRetrying, recordable, revived } from './errors.ts';

/** What the store makes of an error: its own enumerable fields, name and message, on a plain Error. */
function stored(error: Error): Error {
  const { name, message } = error;
  const fields = JSON.parse(JSON.stringify(error)) as object;
  return Object.assign(new Error(message), fields, { name });
}

test('an AppError survives the store with everything a reader may look at', () => {
  const error = new AppError('too_large', 'Too much.', { code: 'body', hint: 'Send less.', detail: { bytes: 9 } });
  const back = revived(stored(recordable(error)));
  expect(back).toBeInstanceOf(AppError);
  expect(back).toMatchObject({ kind: 'too_large', message: 'Too much.', code: 'body', hint: 'Send less.', detail: { bytes: 9 } });
});

test('causes and fields that cannot be stored are left out', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const error = recordable(new AppError('internal', 'Odd.', { detail: circle, cause: new Error('password=hunter2') }));
  expect(error).toMatchObject({ detail: {} });
  expect(error.cause).toBeUndefined();
});

test('another error keeps name, message and code; a thrown non-error becomes one', () => {
  const error = Object.assign(new TypeError('no such thing'), { code: 'ENOENT', socket: { huge: true } });
  const copy = recordable(error);
  expect(copy).toMatchObject({ name: 'TypeError', message: 'no such thing', code: 'ENOENT' });
  expect(Object.keys(copy)).not.toContain('socket');
  expect(recordable('just text')).toMatchObject({ message: 'just text' });
});

test('what only looks like an AppError is not made one', () => {
  const fake = Object.assign(new Error('x'), { name: 'AppError', kind: 'no_such_kind' });
  expect(revived(fake)).toBe(fake);
});

test('only what may pass is worth another try', () => {
  const worth = ERROR_KINDS.filter((kind) => isWorthRetrying(new AppError(kind, 'x')));
  expect(worth).toEqual(['rate_limited', 'unavailable', 'internal']);
  expect(isWorthRetrying(new Error('socket hang up'))).toBe(true);
});
