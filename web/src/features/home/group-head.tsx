import type { ReactNode } from 'react';

/** How many there are, beside the title of a panel; `more`: nobody counted further. */
export function Count({ count, more = false }: { count: number; more?: boolean }) {
  return (
    <span className="tnum text-muted">
      {count}
      {more && (
        <>
          <span aria-hidden>+</span>
          <span className="sr-only"> or more</span>
        </>
      )}
    </span>
  );
}

/** The line under a panel's rows that leads to all of them. */
export function PanelFoot({ children }: { children: ReactNode }) {
  return <div className="border-t border-line px-4 py-2 text-sm [&_a]:text-accent [&_a]:hover:underline">{children}</div>;
}

/** Nothing to see, in the place of rows. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-4 py-6 text-center text-sm text-muted">{children}</p>;
}
