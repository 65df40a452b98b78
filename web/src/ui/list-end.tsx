import type { ListProblem } from '../api/paged-list.ts';
import { toProblem } from '../api/problem.ts';
import { Button } from './button.tsx';

const WORDS: Readonly<Record<ListProblem['what'], string>> = {
  next: 'Could not read on: more follows.',
  again: 'Could not be read again: what is shown may be old.',
};

/** Says at the end of a list, or at the lower edge while one is within it, that a part could not be read: it would look complete otherwise. */
export function ListEnd({ problem }: { problem: ListProblem | null }) {
  if (problem === null) return null;
  return (
    <div
      role="alert"
      className="sticky bottom-0 z-20 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-t border-line bg-bad-soft px-4 py-2 text-sm text-bad"
    >
      <p className="min-w-0 wrap-anywhere">
        {WORDS[problem.what]} {toProblem(problem.error).message}
      </p>
      <Button size="small" busy={problem.isTrying} onClick={problem.onRetry}>
        Try again
      </Button>
    </div>
  );
}
