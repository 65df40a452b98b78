import type { Mirror } from '#ports/git.ts';
import type { QueueEntry } from './model.ts';
import { followSource } from './steps.absorb.ts';

/**
 * The head of an entry's target. A branch the queue publishes by itself lives in the mirror; where the source's branch of
 * that name has moved, somebody pushed there: the queue takes that in first and lands on top, never over it (`followSource`).
 * A branch that does not exist yet starts at the source's, or at the change's own base. A branch that moves by an action
 * is the source's own. Null: it is published by an action and the source has no such branch.
 */
export async function readHead(mirror: Mirror, entry: QueueEntry): Promise<string | null> {
  const { target } = entry;
  if (entry.publish.kind === 'action') {
    await mirror.fetch();
    return mirror.resolve(`refs/remotes/source/${target}`);
  }
  return (await followSource(mirror, target)) ?? entry.document.base;
}
