import { expect, test } from 'vitest';
import { refuseMoved } from './revision.ts';

test('a change over another revision is refused in a whole sentence, and one over the same or none is not', () => {
  for (const noun of ['team', 'settings'])
    expect(() => refuseMoved(noun, 5, 4)).toThrow(
      expect.objectContaining({ kind: 'conflict', code: 'revision_moved', message: `Somebody changed the ${noun} meanwhile (revision 5, not 4).` }),
    );
  for (const seen of [5, undefined]) expect(() => refuseMoved('team', 5, seen)).not.toThrow();
});
