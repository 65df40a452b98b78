import { AskDialog } from './ask-dialog.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { GlassDialog } from './glass-dialog.tsx';
import { ModifyDialog } from './modify-dialog.tsx';
import type { Details } from './queries.ts';
import { ReassignDialog } from './reassign-dialog.tsx';

export type DialogName = 'approve' | 'decline' | 'modify' | 'ask' | 'reassign' | 'glass';

/** The conversation that is open on top of an approval, if any. */
export function DecisionDialogs({ details, open, onClose }: { details: Details; open: DialogName | null; onClose(): void }) {
  if (open === null) return null;
  if (open === 'ask') return <AskDialog id={details.approval.id} onClose={onClose} />;
  if (open === 'reassign') return <ReassignDialog details={details} onClose={onClose} />;
  if (open === 'glass') return <GlassDialog details={details} onClose={onClose} />;
  if (open === 'modify') return <ModifyDialog details={details} onClose={onClose} />;
  return <DecideDialog details={details} decision={open} onClose={onClose} />;
}
