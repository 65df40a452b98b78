import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { toProblem } from '../api/problem.ts';
import { cn } from './class-names.ts';

/** What went wrong in the server's own words, and what to do. Read out when it appears. */
export function ProblemNote({ error, children, className }: { error: unknown; children?: ReactNode; className?: string }) {
  const problem = toProblem(error);
  return (
    <div role="alert" className={cn('flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad', className)}>
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0 verbatim">
        <p>{problem.message}</p>
        {problem.hint !== null && <p className="mt-0.5">{problem.hint}</p>}
        {children}
      </div>
    </div>
  );
}
