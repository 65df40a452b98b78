import { Siren } from 'lucide-react';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { GlassAccount } from './glass-account.tsx';
import { useGlass } from './queries.ts';
import { TimeLeft } from './time-left.tsx';
import { glassText, nameOf } from './words.ts';

/** Says on an approval that somebody opened its emergency exit: who, why, and what it needs still. */
export function GlassNote({ id }: { id: string }) {
  const use = useGlass(id).data ?? null;
  // What is said aloud stands there before there is anything to say, and holds no clock: that would be said with every second.
  return (
    <section
      aria-label={use === null ? undefined : 'Emergency exit'}
      className={use === null ? 'sr-only' : 'rounded-md bg-warn-soft px-3 py-2 text-sm text-warn'}
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
        {use !== null && <Siren size={15} aria-hidden />}
        <span aria-live="polite">{use !== null && glassText(use)}</span>
        {use?.state === 'opened' && <TimeLeft at={use.expires_at} />}
      </p>
      {use !== null && (
        <p className="mt-1">
          Opened by {nameOf(use.opened_by)} <Time at={use.opened_at} />
          {use.confirmed_by !== null && `, confirmed by ${nameOf(use.confirmed_by)}`}: <Untrusted inline text={use.reason} />
        </p>
      )}
      {use !== null && <GlassAccount use={use} className="mt-1" />}
    </section>
  );
}
