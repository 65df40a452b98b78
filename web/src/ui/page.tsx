import { useEffect, useRef, type ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface PageProps {
  title: ReactNode;
  /** Title of the browser's tab; needed where `title` is not plain text. */
  tab?: string;
  /** Above the title: where this belongs, as links. */
  trail?: ReactNode;
  /** Under the title: facts, badges. */
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Uses the whole width (boards, tables, diffs); otherwise lines stay readable on wide screens. */
  wide?: boolean;
}

/** The frame of every page: one `h1`, the tab's title, and on arrival the focus, so that keyboards and screen readers begin there. */
export function Page({ title, tab, trail, about, actions, children, wide = false }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const name = tab ?? (typeof title === 'string' ? title : 'Reeve');
  useEffect(() => {
    document.title = `${name} · Reeve`;
  }, [name]);
  useEffect(() => {
    // Not on the first load: there the browser begins at the top by itself.
    if (document.body.dataset['arrived'] === 'yes') heading.current?.focus({ preventScroll: true });
    document.body.dataset['arrived'] = 'yes';
  }, []);
  return (
    <div className={cn('mx-auto w-full px-4 py-5 sm:px-6', wide ? 'max-w-[120rem]' : 'max-w-6xl')}>
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          {trail !== undefined && (
            <nav aria-label="Where this belongs" className="mb-1 text-sm text-muted">
              {trail}
            </nav>
          )}
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight wrap-anywhere outline-none sm:text-2xl">
            {title}
          </h1>
          {about !== undefined && <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">{about}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
