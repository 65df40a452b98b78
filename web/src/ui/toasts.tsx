import { useEffect, useSyncExternalStore, type RefObject } from 'react';
import { Check, CircleAlert, X } from 'lucide-react';
import { toProblem } from '../api/problem.ts';
import { cn } from './class-names.ts';

interface Toast {
  id: number;
  kind: 'done' | 'problem';
  text: string;
}

const STAYS_MS = 6000;
let toasts: readonly Toast[] = [];
let count = 0;
const watchers = new Set<() => void>();

function put(next: readonly Toast[]): void {
  toasts = next;
  for (const watcher of watchers) watcher();
}

function add(kind: Toast['kind'], text: string): void {
  count += 1;
  const id = count;
  put([...toasts.slice(-3), { id, kind, text }]);
  // A problem stays until it is closed: nobody should have to read fast.
  if (kind === 'done') setTimeout(() => remove(id), STAYS_MS);
}

const remove = (id: number): void => put(toasts.filter((toast) => toast.id !== id));

/** Says what happened after a press, where the page itself does not show it. */
export const say = (text: string): void => add('done', text);

/** Says what went wrong after a press that has no place of its own for it. */
export function sayProblem(error: unknown): void {
  const problem = toProblem(error);
  add('problem', problem.hint === null ? problem.message : `${problem.message} ${problem.hint}`);
}

/** What is said is shown above this while it is on the page: a bar at the lower edge stays readable and pressable. */
export function useToastsAbove(bar: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = bar.current;
    if (element === null) return undefined;
    const { style } = document.documentElement;
    function place(): void {
      const { top } = element?.getBoundingClientRect() ?? { top: innerHeight };
      style.setProperty('--toasts-bottom', `${Math.max(12, Math.round(innerHeight - top) + 8)}px`);
    }
    // It moves with its own height, with that of the page, and where the page is scrolled.
    const sizes = new ResizeObserver(place);
    sizes.observe(element);
    sizes.observe(document.body);
    addEventListener('resize', place);
    addEventListener('scroll', place, { capture: true, passive: true });
    place();
    return () => {
      sizes.disconnect();
      removeEventListener('resize', place);
      removeEventListener('scroll', place, { capture: true });
      style.removeProperty('--toasts-bottom');
    };
  }, [bar]);
}

/** Where `say` and `sayProblem` show; once in the shell. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => toasts,
  );
  return (
    <div
      role="region"
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-[var(--toasts-bottom,0.75rem)] left-3 z-60 flex flex-col items-end gap-2"
    >
      {shown.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex max-w-md items-start gap-2 rounded-lg border border-line bg-surface px-3 py-2 shadow-raised"
        >
          {toast.kind === 'done' ? (
            <Check size={16} className="mt-0.5 shrink-0 text-good" aria-hidden />
          ) : (
            <CircleAlert size={16} className="mt-0.5 shrink-0 text-bad" aria-hidden />
          )}
          <p className={cn('min-w-0 verbatim text-sm', toast.kind === 'problem' && 'text-bad')}>{toast.text}</p>
          <button
            type="button"
            aria-label="Dismiss"
            className="-mr-1 grid size-6 shrink-0 place-items-center rounded text-faint hover:bg-hover"
            onClick={() => remove(toast.id)}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
