import { cn } from './class-names.ts';

/** Holds the place of what is being read, at the height it will have, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('h-4 animate-pulse rounded bg-hover', className)} />;
}

/** Lines of a list that is being read. */
export function SkeletonRows({ rows = 6, height = 'h-11' }: { rows?: number; height?: string }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={cn('flex items-center gap-4 border-b border-line px-4 last:border-0', height)}>
          <Skeleton className="w-24 shrink-0" />
          <Skeleton className={row % 2 === 0 ? 'w-1/2' : 'w-1/3'} />
        </div>
      ))}
    </div>
  );
}
