import type { ReactNode } from 'react';
import { cn } from './class-names.ts';
import { TONE_TEXT, type Tone } from './tone.ts';

/** One figure with its name; wrap it in a link to its evidence. */
export function Stat({
  label,
  value,
  note,
  tone = 'neutral',
  className,
}: {
  label: ReactNode;
  value: ReactNode;
  note?: ReactNode;
  tone?: Tone;
  className?: string;
}) {
  return (
    <div className={cn('flex min-w-0 flex-col gap-0.5', className)}>
      <span className="text-sm text-muted">{label}</span>
      <span className={cn('tnum text-2xl leading-tight font-semibold tracking-tight', tone === 'neutral' ? 'text-ink' : TONE_TEXT[tone])}>
        {value}
      </span>
      {note !== undefined && <span className="text-sm text-muted">{note}</span>}
    </div>
  );
}
