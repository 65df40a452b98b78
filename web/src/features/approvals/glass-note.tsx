import { Siren } from 'lucide-react';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useGlass } from './queries.ts';
import { TimeLeft } from './time-left.tsx';
import { glassText, nameOf, owedOf } from './words.ts';

/** Says on an approval that somebody opened its emergency exit: who, why, and what it needs still. */
export function GlassNote({ id }: { id: string }) {
  const { data: use } = useGlass(id);
  if (use === undefined || use === null) return null;
  const owed = owedOf(use);
  return (
    <section aria-label="Emergency exit" className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
        <Siren size={15} aria-hidden />
        {glassText(use)}
        {use.state === 'opened' && <TimeLeft at={use.expires_at} />}
      </p>
      <p className="mt-1">
        Opened by {nameOf(use.opened_by)} <Time at={use.opened_at} />
        {use.confirmed_by !== null && `, confirmed by ${nameOf(use.confirmed_by)}`}: <Untrusted inline text={use.reason} />
      </p>
      {owed !== null && <p className="mt-1">{owed}</p>}
    </section>
  );
}
