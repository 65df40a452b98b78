import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';

/** Nothing here, why, and what comes next. */
export function Empty({ icon: Icon, title, children, action }: { icon?: LucideIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-6 py-10 text-center">
      {Icon !== undefined && <Icon size={22} className="mb-1 text-faint" aria-hidden />}
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-md text-sm text-muted">{children}</div>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  );
}
