import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { QueueStatus } from './board.ts';
import { dismissAlarm, renew } from './commands.ts';
import { EntryLink } from './sentence.tsx';
import { count } from './words.ts';

type Alarm = QueueStatus['alarms'][number];

/** Branches that somebody rewrote so that what had landed is gone: the first thing to know. */
export function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  if (alarms.length === 0) return null;
  return (
    <section aria-label="Alarms" className="mb-5 flex flex-col gap-3">
      {alarms.map((alarm) => (
        <AlarmNote key={alarm.id} alarm={alarm} />
      ))}
    </section>
  );
}

function AlarmNote({ alarm }: { alarm: Alarm }) {
  const queries = useQueryClient();
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <div role="alert" className="flex flex-wrap items-start gap-3 rounded-lg border border-bad/40 bg-bad-soft px-4 py-3">
      <TriangleAlert size={18} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-semibold text-bad">
          <Untrusted text={alarm.target} inline /> was rewritten by somebody else
        </p>
        <p className="mt-0.5">
          <Time at={alarm.at} /> the branch moved from <code className="font-mono">{alarm.from.slice(0, 10)}</code> to{' '}
          <code className="font-mono">{alarm.to.slice(0, 10)}</code>, and {count(alarm.lost.length, 'change')} that had landed{' '}
          {alarm.lost.length === 1 ? 'is' : 'are'} no longer on it. Open what is missing to land it again.
        </p>
        <ul className="mt-1 flex flex-wrap gap-x-3">
          {alarm.lost.slice(0, 20).map((id) => (
            <li key={id}>
              <EntryLink id={id} />
            </li>
          ))}
        </ul>
      </div>
      {may('developer') && (
        <Button size="small" onClick={() => setAsking(true)}>
          Take note
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Take note of the rewritten branch"
        about="The alarm is closed for everybody and the ledger keeps who closed it. What is missing stays missing until it is landed again."
        confirm="Take note"
        reason="optional"
        onConfirm={async (reason) => {
          await dismissAlarm(alarm.id, reason);
          await renew(queries);
        }}
      />
    </div>
  );
}
