import { useState, type ReactNode } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Untrusted } from '../../ui/untrusted.tsx';

/** A short row of a log. */
export function Line({ icon, children, className }: { icon: ReactNode; children: ReactNode; className?: string }) {
  return (
    <div className={cn('flex gap-2 text-muted', className)}>
      <span className="mt-0.5 shrink-0 text-faint">{icon}</span>
      <div className="min-w-0 wrap-anywhere">{children}</div>
    </div>
  );
}

/** A row that opens: closed it says the most important, open all of it. */
export function Folded({
  icon,
  title,
  text,
  aside,
  begin = false,
}: {
  icon: ReactNode;
  title: ReactNode;
  text: string;
  aside?: ReactNode;
  begin?: boolean;
}) {
  const [open, setOpen] = useState(begin);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <div className="min-w-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex min-h-6 max-w-full items-center gap-2 rounded px-1 text-left text-muted hover:bg-hover hover:text-ink"
      >
        <Arrow size={14} className="shrink-0 text-faint" aria-hidden />
        <span className="shrink-0 text-faint">{icon}</span>
        <span className="min-w-0 truncate">{title}</span>
        {aside}
      </button>
      {open && <Printed text={text} />}
    </div>
  );
}

/** What a program printed. */
export function Printed({ text }: { text: string }) {
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label="Printed text"
      className="mt-1 max-h-96 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5"
    >
      <Untrusted text={text.replace(/\n$/, '')} />
    </div>
  );
}
