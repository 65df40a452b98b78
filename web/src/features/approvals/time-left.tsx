import { useEffect, useState } from 'react';
import { Clock } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { useNow } from '../../ui/time.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { timeLeft } from './words.ts';

/** How long there is to decide; counts by the second in the last hour, with figures of one width so that nothing moves. */
export function TimeLeft({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const [second, setSecond] = useState(0);
  // The clock of the page beats twice a minute; in between this one does, where seconds are shown.
  const left = timeLeft(at, Math.max(now, second));
  useEffect(() => {
    if (left.state !== 'soon') return undefined;
    const timer = setInterval(() => setSecond(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [left.state]);
  return (
    <time
      dateTime={at}
      title={`Until ${exactTime(at)}`}
      className={cn('tnum inline-flex items-center gap-1 whitespace-nowrap', left.state === 'plenty' ? 'text-muted' : 'text-warn', className)}
    >
      <Clock size={12} aria-hidden />
      {left.text}
    </time>
  );
}
