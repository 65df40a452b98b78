import { Link, useNavigate } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Time } from '../../ui/time.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useTakeBack, type Details } from './queries.ts';
import { doneOf, outcomeOf } from './words.ts';

/** What became of it, whoever decided and wherever; empty while it waits. */
export function OutcomeNote({ details: { approval, undo } }: { details: Details }) {
  if (approval.status === 'pending') return approval.you?.voted === true ? <Voted approval={approval} /> : null;
  const good = approval.status === 'approved' && approval.action_status !== 'failed';
  return (
    <div className={cn('rounded-md px-3 py-2 text-sm', good ? 'bg-good-soft text-good' : 'bg-sunken text-ink')}>
      <p>
        <span className="font-medium">{outcomeOf(approval)}</span> <Time at={approval.decided_at} />{' '}
        {approval.self_approved && 'They had asked for it themselves. '}
        <Untrusted inline text={doneOf(approval)} />
      </p>
      {approval.reason !== null && approval.reason !== '' && (
        <blockquote className="mt-1">
          <Untrusted text={approval.reason} />
        </blockquote>
      )}
      {approval.superseded_by !== null && (
        <Link to="/approvals/$id" params={{ id: approval.superseded_by }} search={true} className="mt-1 inline-block text-accent underline">
          What takes its place
        </Link>
      )}
      {undo.now && <TakeBack id={approval.id} kind={undo.what} />}
    </div>
  );
}

function Voted({ approval: { votes } }: Pick<Details, 'approval'>) {
  return (
    <p className="rounded-md bg-info-soft px-3 py-2 text-sm text-info">
      You said yes. It waits for {votes.needed - votes.yes} more of {votes.needed}.
    </p>
  );
}

function TakeBack({ id, kind }: { id: string; kind: string }) {
  const takeBack = useTakeBack(id);
  const navigate = useNavigate();
  const { may } = useSession();
  if (!may('developer')) return null;
  async function propose(): Promise<void> {
    const action = await takeBack.mutateAsync();
    if (action.status === 'pending') await navigate({ to: '/approvals/$id', params: { id: action.action_id }, search: true });
  }
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2 text-ink">
      <Button size="small" icon={<Undo2 size={14} aria-hidden />} busy={takeBack.isPending} onClick={() => void propose().catch(sayProblem)}>
        Take it back
      </Button>
      <span className="text-muted">Proposes {kind}; the policy decides about it.</span>
    </div>
  );
}
