/**
 * How an agent is to go about work that the merge queue set aside; empty for a first try. These sentences are Reeve's own
 * instructions, so they stand outside the fences. `rework` counts how often the change was set aside (from 1): who did it again in
 * the same way and was set aside again is told to do it another way.
 */
export function strategyOf(rework: number | null | undefined): string {
  if (rework === null || rework === undefined || rework < 1) return '';
  return rework === 1 ? FIRST : SECOND;
}

const FIRST = `The merge queue set your change aside. Your worktree is the newest state of the branch, without your earlier work.

- Keep everything that others landed; it is there, and it stays.
- Do the task again on top of it: put the intent of your earlier diff into the code as it is now, do not copy old lines over new ones.
- When a check failed, find out which of your lines it is about before you change anything else.`;

const SECOND = `The merge queue set your change aside for the second time, so doing the same once more will fail again. Change the way, not only the lines:

- Do not start from your earlier diff. Read first what landed meanwhile and how the code works now, then decide anew.
- Make the smallest change that meets the acceptance criteria: no renames, no moved code, no formatting, nothing on the way.
- Stay away from the contested lines where you can: put what is new into a function or file of its own and connect it in one place.
- When your change fails only together with another one, that one has landed: adapt yours to its behaviour.
- When the task cannot be done without undoing what others landed, leave the files as they are and say so, with the reason.`;
