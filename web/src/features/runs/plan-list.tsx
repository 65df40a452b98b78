import { CircleCheck, CircleDashed, CircleDotDashed } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { PlanEntry } from './log-model.ts';

const LOOKS = {
  completed: { icon: CircleCheck, className: 'text-good', word: 'done' },
  in_progress: { icon: CircleDotDashed, className: 'text-info', word: 'under way' },
} as const;
const WAITS = { icon: CircleDashed, className: 'text-faint', word: 'not begun' } as const;

/** The steps of an agent's plan with how far each is. */
export function PlanList({ entries, className }: { entries: readonly PlanEntry[]; className?: string }) {
  return (
    <ol className={cn('flex flex-col gap-1 text-sm', className)}>
      {entries.map((entry, index) => {
        const look = LOOKS[entry.status as keyof typeof LOOKS] ?? WAITS;
        const Icon = look.icon;
        return (
          <li key={index} className="flex gap-2">
            <Icon size={15} className={cn('mt-0.5 shrink-0', look.className)} aria-hidden />
            <span className={cn('min-w-0 wrap-anywhere', entry.status === 'completed' && 'text-muted')}>
              <Untrusted inline text={entry.text} />
              <span className="sr-only"> ({look.word})</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
