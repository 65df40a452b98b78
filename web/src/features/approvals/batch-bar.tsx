import { useState } from 'react';
import { Check, X } from 'lucide-react';
import { useShortcuts } from '../../app/keyboard.ts';
import { Button } from '../../ui/button.tsx';
import { BatchDialog } from './batch-dialog.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { NOTHING, withAllAlike } from './selection.ts';

/** Under the list while something is chosen: the same decision for all of it. */
export function BatchBar() {
  const { items, selection, choose } = useInboxPlace();
  const [decision, setDecision] = useState<'approve' | 'decline' | null>(null);
  const count = selection.items.length;
  useShortcuts('Chosen approvals', [
    { keys: 'a', label: 'Approve all that is chosen', run: () => setDecision('approve'), disabled: count === 0 },
    { keys: 'd', label: 'Decline all that is chosen', run: () => setDecision('decline'), disabled: count === 0 },
  ]);
  if (count === 0 && decision === null) return null;
  const more = withAllAlike(selection, items).items.length - count;
  return (
    <div
      role="group"
      aria-label="Decide together"
      className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 shadow-raised"
    >
      <p role="status" className="min-w-0 flex-1 basis-full text-sm">
        <span className="tnum font-medium">{count} chosen</span> <span className="text-muted">of {selection.kind}</span>
      </p>
      <Button kind="primary" size="small" icon={<Check size={14} aria-hidden />} onClick={() => setDecision('approve')}>
        Approve {count}
      </Button>
      <Button kind="danger" size="small" icon={<X size={14} aria-hidden />} onClick={() => setDecision('decline')}>
        Decline {count}
      </Button>
      {more > 0 && (
        <Button size="small" onClick={() => choose(withAllAlike(selection, items))}>
          Choose {more} more like {count === 1 ? 'it' : 'these'}
        </Button>
      )}
      <Button kind="quiet" size="small" onClick={() => choose(NOTHING)}>
        Choose nothing
      </Button>
      {decision !== null && <BatchDialog decision={decision} onClose={() => setDecision(null)} />}
    </div>
  );
}
