import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

/** Names and values, as a list that screen readers know. Rows with `undefined` are left out. */
export function Facts({ rows, className }: { rows: ReadonlyArray<readonly [name: string, value: ReactNode]>; className?: string }) {
  return (
    <dl className={cn('grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-2 text-sm', className)}>
      {rows
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{value ?? '–'}</dd>
          </div>
        ))}
    </dl>
  );
}
