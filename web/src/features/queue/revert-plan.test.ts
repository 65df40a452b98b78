import { expect, test } from 'vitest';
import { inTheWay } from './revert-plan.ts';

const dependent = (id: string, reason: 'depends_on' | 'same_files' | 'imports', included: boolean) => ({
  id,
  summary: `Title of ${id}\nmore`,
  of: 'a',
  reason,
  files: [],
  included,
});

test('what needs the undone change prevents it unless it is undone too; what merely touches the same files does not', () => {
  const plan = {
    rolls_back: [],
    conflicts: [],
    dependents: [dependent('b', 'depends_on', false), dependent('c', 'same_files', false), dependent('d', 'depends_on', true)],
  };
  expect(inTheWay(plan)).toEqual(['“Title of b” says that it needs it. Undo that too.']);
});

test('an inverse that does not come off is named by its title and files', () => {
  const plan = {
    rolls_back: [{ id: 'a', summary: 'Add a cart', commit: 'c' }],
    conflicts: [{ id: 'a', files: ['cart.ts', 'index.ts'] }],
    dependents: [],
  };
  expect(inTheWay(plan)[0]).toBe(
    '“Add a cart” cannot be undone by itself: later changes touched cart.ts, index.ts. Undo those with it, or undo it by hand.',
  );
  expect(inTheWay({ ...plan, conflicts: [] })).toEqual([]);
});
