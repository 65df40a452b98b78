import { cn } from './class-names.ts';
import type { Tone } from './tone.ts';

const FILL: Readonly<Record<Tone, string>> = {
  neutral: 'bg-line-strong',
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  info: 'bg-info',
};

/** How much of a whole; `share` from 0 to 1. The figures stand beside it as text. */
export function ProgressBar({ share, label, tone = 'accent', className }: { share: number; label: string; tone?: Tone; className?: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={cn('h-1.5 overflow-hidden rounded-full bg-hover', className)}
    >
      <div className={cn('h-full rounded-full', FILL[tone])} style={{ width: `${percent}%` }} />
    </div>
  );
}
