import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface PanelProps {
  /** Names the region for everybody, also in the list of landmarks. */
  title: ReactNode;
  /** Beside the title: a count, a link, buttons. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** No inner margin: a table or list brings its own. */
  flush?: boolean;
  /** Level of the heading; default 2. */
  level?: 2 | 3;
  id?: string;
}

/** A part of a page with a heading of its own. */
export function Panel({ title, aside, children, className, flush = false, level = 2, id }: PanelProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section id={id} className={cn('min-w-0 rounded-lg border border-line bg-surface shadow-panel', className)}>
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <Heading className="font-semibold">{title}</Heading>
        {aside}
      </header>
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}
