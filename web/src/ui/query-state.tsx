import type { ReactNode } from 'react';
import { CircleAlert, Lock, SearchX, Unplug } from 'lucide-react';
import { toProblem } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Empty } from './empty.tsx';
import { SkeletonRows } from './skeleton.tsx';

/** The part of a TanStack query result that is looked at. */
export interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

export interface QueryStateProps<T> {
  query: QueryLike<T>;
  /** While there is nothing yet; default rows. Give what has the height of the answer. */
  loading?: ReactNode;
  /** Instead of the contents when there is nothing to show. */
  empty?: ReactNode;
  isEmpty?(data: T): boolean;
  /** What this is, in the sentences of failures: `the queue`. */
  noun: string;
  children(data: T): ReactNode;
}

/**
 * One answer in all its states: being read, refused, not there, failed, empty, there. What was read before stays while a new reading fails: an
 * old answer says more than none, and the line of the page's head says that it is old.
 */
export function QueryState<T>({ query, loading, empty, isEmpty, noun, children }: QueryStateProps<T>) {
  if (query.data !== undefined) {
    if (empty !== undefined && isEmpty?.(query.data) === true) return <>{empty}</>;
    return <>{children(query.data)}</>;
  }
  if (query.isPending && !query.error) return <>{loading ?? <SkeletonRows />}</>;
  return <Failure error={query.error} noun={noun} onRetry={() => void query.refetch()} />;
}

/** A failed reading as a page or panel shows it. */
export function Failure({ error, noun, onRetry }: { error: unknown; noun: string; onRetry?: () => void }) {
  const problem = toProblem(error);
  if (problem.status === 403)
    return (
      <Empty icon={Lock} title={`You may not see ${noun}`}>
        {problem.message} {problem.hint}
      </Empty>
    );
  // Whether it exists is not told to who may not see it: saying that the link is wrong would be a guess.
  if (problem.code === 'not_in_your_projects')
    return (
      <Empty icon={Lock} title="Not in your projects">
        {problem.message} {problem.hint ?? 'It may belong to a project that you do not see, or have been removed.'}
      </Empty>
    );
  if (problem.status === 404)
    return (
      <Empty icon={SearchX} title="There is nothing here">
        {problem.message} It may have been removed, or the link is wrong.
      </Empty>
    );
  const retry = onRetry === undefined ? undefined : <Button onClick={onRetry}>Try again</Button>;
  return (
    <div role="alert">
      <Empty icon={problem.status === 0 ? Unplug : CircleAlert} title={`Could not read ${noun}`} action={retry}>
        {problem.message} {problem.hint}
      </Empty>
    </div>
  );
}
