import { useState } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useShortcuts } from '../../app/keyboard.ts';
import { useSession } from '../../app/session.ts';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ApprovalHead } from './approval-head.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { DecisionDialogs, type DialogName } from './decision-dialogs.tsx';
import { GlassNote } from './glass-note.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { NotesPanel } from './notes-panel.tsx';
import { OutcomeNote } from './outcome-note.tsx';
import { useDetails, type Details } from './queries.ts';
import { RecordPanel } from './record-panel.tsx';
import { WhatHappens } from './what-happens.tsx';
import { WhyPanel } from './why-panel.tsx';

/** One approval: exactly what would happen, why people are asked, and the decision. */
export function ApprovalPage() {
  const { id } = useParams({ from: '/shell/approvals/$id' });
  const query = useDetails(id);
  return (
    <div className="flex min-w-0 flex-col gap-3 lg:min-h-full">
      <Link to="/approvals" search={true} className="inline-flex min-h-6 items-center gap-1.5 self-start text-sm text-muted hover:text-ink lg:hidden">
        <ArrowLeft size={14} aria-hidden /> All approvals
      </Link>
      <QueryState query={query} noun="this approval" loading={<Loading />}>
        {(details) => <Approval key={id} details={details} />}
      </QueryState>
    </div>
  );
}

function Approval({ details }: { details: Details }) {
  const { approval } = details;
  const { selection } = useInboxPlace();
  const session = useSession();
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const isTogether = selection.items.length > 0;
  const may = approval.you?.may_decide === true;
  const open = (name: DialogName) => () => setDialog(name);
  useShortcuts('This approval', [
    { keys: 'a', label: 'Approve', run: open('approve'), disabled: !may || approval.you?.voted === true || isTogether },
    { keys: 'd', label: 'Decline', run: open('decline'), disabled: !may || isTogether },
    { keys: 'm', label: 'Modify', run: open('modify'), disabled: !may || !details.modify.possible || isTogether },
    { keys: 'q', label: 'Ask a question', run: open('ask'), disabled: approval.status !== 'pending' || !session.may('developer') },
    { keys: 'r', label: 'Ask somebody else to decide', run: open('reassign'), disabled: !may },
    { keys: 'n', label: 'Next file', run: () => stepFile(1) },
    { keys: 'p', label: 'File before', run: () => stepFile(-1) },
  ]);
  return (
    <article className="flex min-w-0 flex-1 flex-col gap-3">
      <ApprovalHead details={details} />
      <div aria-live="polite">
        <OutcomeNote details={details} />
      </div>
      <GlassNote id={approval.id} />
      <WhatHappens details={details} />
      <ChangesPanel approval={approval} />
      <WhyPanel details={details} />
      <NotesPanel details={details} />
      <RecordPanel details={details} />
      {approval.status === 'pending' && <DecisionBar details={details} together={isTogether} onOpen={setDialog} />}
      <DecisionDialogs details={details} open={dialog} onClose={() => setDialog(null)} />
    </article>
  );
}

/** Puts the focus on the head of the file behind or before the one that has it. */
function stepFile(by: 1 | -1): void {
  const heads = [...document.querySelectorAll<HTMLElement>('[data-file] h3 button')];
  const at = heads.findIndex((head) => head.closest('[data-file]')?.contains(document.activeElement) === true);
  const next = heads[at < 0 ? (by > 0 ? 0 : heads.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'start' });
}

function Loading() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="w-1/3" />
      <Skeleton className="mt-2 h-40 rounded-lg" />
      <Skeleton className="h-64 rounded-lg" />
    </div>
  );
}
