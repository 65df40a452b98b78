import { useState } from 'react';
import { Check, X } from 'lucide-react';
import { useShortcuts } from '../../app/keyboard.ts';
import { Button } from '../../ui/button.tsx';
import { BatchDialog } from './batch-dialog.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { NOTHING, withAllAlike, type LeftOut } from './selection.ts';

/** Under the list while something is chosen: the same decision for all of it. */
export function BatchBar() {
  const { selection } = useInboxPlace();
  const [decision, setDecision] = useState<'approve' | 'decline' | null>(null);
  const count = selection.items.length;
  useShortcuts('Chosen approvals', [
    { keys: 'a', label: 'Approve all that is chosen', run: () => setDecision('approve'), disabled: count === 0 },
    { keys: 'd', label: 'Decline all that is chosen', run: () => setDecision('decline'), disabled: count === 0 },
  ]);
  return (
    <>
      {count > 0 && <Bar onDecide={setDecision} />}
      {decision !== null && <BatchDialog decision={decision} onClose={() => setDecision(null)} />}
    </>
  );
}

function Bar({ onDecide }: { onDecide(decision: 'approve' | 'decline'): void }) {
  const { items, selection, choose } = useInboxPlace();
  const count = selection.items.length;
  const alike = withAllAlike(selection, items);
  const more = alike.selection.items.length - count;
  const left = leftOut(alike.left);
  return (
    <div
      role="group"
      aria-label="Decide together"
      className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 shadow-raised"
    >
      <p role="status" className="min-w-0 flex-1 basis-full text-sm">
        <span className="tnum font-medium">{count} chosen</span> <span className="text-muted">of {selection.kind}</span>
      </p>
      <Button kind="primary" size="small" icon={<Check size={14} aria-hidden />} onClick={() => onDecide('approve')}>
        Approve {count}
      </Button>
      <Button kind="danger" size="small" icon={<X size={14} aria-hidden />} onClick={() => onDecide('decline')}>
        Decline {count}
      </Button>
      {more > 0 && (
        <Button size="small" onClick={() => choose(alike.selection)}>
          Choose {more} more like {count === 1 ? 'it' : 'these'}
        </Button>
      )}
      <Button kind="quiet" size="small" onClick={() => choose(NOTHING)}>
        Choose nothing
      </Button>
      {left !== null && <p className="basis-full text-sm text-muted">{left}</p>}
    </div>
  );
}

/** What is alike and not chosen with the others; null: nothing. */
function leftOut({ riskier, asked }: LeftOut): string | null {
  if (riskier + asked === 0) return null;
  const parts = [riskier === 0 ? [] : [`${riskier} of higher risk`], asked === 0 ? [] : [`${asked} with an open question`]].flat();
  return `Left out: ${parts.join(' and ')}. Decide ${riskier + asked === 1 ? 'it by itself' : 'each by itself'}.`;
}
