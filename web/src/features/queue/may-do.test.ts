import { expect, test } from 'vitest';
import { kindOf, mayDo } from './may-do.ts';

const NOBODY = { lost: false, closed_reason: null, account: { rolled_back_by: [] } };

test('a conflict can be decided, tried again or dropped; what failed its checks has no conflict to decide', () => {
  expect(mayDo({ ...NOBODY, state: 'quarantined', quarantine: { kind: 'conflict' } })).toEqual({
    resolve: true,
    retry: true,
    drop: true,
    revert: false,
    reland: false,
  });
  expect(mayDo({ ...NOBODY, state: 'quarantined', quarantine: { kind: 'checks_failed' } }).resolve).toBe(false);
});

test('of what an agent does again nothing is to be decided; it can be dropped', () => {
  const again = mayDo({ ...NOBODY, state: 'quarantined', quarantine: { kind: 'conflict' }, closed_reason: 'An agent does it again.' });
  expect(again).toMatchObject({ resolve: false, retry: false, drop: true });
});

test('what landed can be reverted once, and landed again when it is gone', () => {
  expect(mayDo({ ...NOBODY, state: 'landed' })).toMatchObject({ revert: true, reland: false });
  expect(mayDo({ ...NOBODY, state: 'landed', account: { rolled_back_by: ['cr_1'] } })).toMatchObject({ revert: false, reland: true });
  expect(mayDo({ ...NOBODY, state: 'landed', lost: true })).toMatchObject({ revert: false, reland: true });
  // A rollback that still waits for its approval has undone nothing.
  expect(mayDo({ ...NOBODY, state: 'landed', account: { rolled_back_by: ['rb_1'] } })).toMatchObject({ revert: true, reland: false });
});

test('what is on its way can be dropped until it is being published', () => {
  expect(mayDo({ ...NOBODY, state: 'verifying' })).toEqual({ resolve: false, retry: false, drop: true, revert: false, reland: false });
  expect(Object.values(mayDo({ ...NOBODY, state: 'publishing' }))).not.toContain(true);
  expect([kindOf(null), kindOf({}), kindOf({ kind: 'conflict' })]).toEqual([null, null, 'conflict']);
});
