import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, Stamp } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Checkbox, TextArea } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { renew, revert, type Rollback } from './commands.ts';
import { planQuery, type RollbackPlan } from './queries.ts';
import { inTheWay } from './revert-plan.ts';
import { EntryLink, firstLine } from './sentence.tsx';
import { count } from './words.ts';

/** One revert from its plan to what follows. */
function useRevert(id: string, open: boolean) {
  const [dependents, setDependents] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [done, setDone] = useState<Rollback | null>(null);
  // Every opening begins anew: what was dropped is gone.
  const [shown, setShown] = useState(open);
  if (shown !== open) {
    setShown(open);
    setReason('');
    setProblem(null);
  }
  const queries = useQueryClient();
  const plan = useQuery({ ...planQuery(id, dependents), enabled: open && done === null, staleTime: 0 });

  async function carryOut(): Promise<void> {
    if (plan.data === undefined) return;
    setBusy(true);
    setProblem(null);
    try {
      setDone(await revert(id, { withDependents: dependents, confirm: plan.data.rolls_back.map((one) => one.id), reason: reason.trim() }));
      await renew(queries);
    } catch (error) {
      setProblem(error);
      void plan.refetch();
    } finally {
      setBusy(false);
    }
  }
  return { plan, dependents, setDependents, reason, setReason, busy, problem, done, carryOut };
}

/** What undoing a landing would do, who depends on it and what prevents it; then doing it, and what follows. */
export function RevertDialog({ id, open, onOpenChange }: { id: string; open: boolean; onOpenChange(open: boolean): void }) {
  const { plan, dependents, setDependents, reason, setReason, busy, problem, done, carryOut } = useRevert(id, open);
  const blocked = plan.data === undefined || inTheWay(plan.data).length > 0;
  return (
    <TypedDialog
      open={open}
      typed={done === null && reason.trim() !== ''}
      busy={busy}
      onOpenChange={onOpenChange}
      size="medium"
      title={done === null ? 'Revert what landed' : 'What happens next'}
      about={
        done === null ? 'The opposite change is made and goes through the queue like any other: all of it or nothing, verified as one.' : undefined
      }
      footer={
        <Footer
          done={done !== null}
          busy={busy}
          blocked={blocked}
          verb={plan.data === undefined || plan.data.lands === 'queue' ? 'Revert' : 'Ask for the revert'}
          onClose={() => onOpenChange(false)}
          onRevert={() => void carryOut()}
        />
      }
    >
      {done !== null ? (
        <Done done={done} />
      ) : (
        <QueryState query={plan} noun="what a revert would do" loading={<Holding />}>
          {(found) => (
            <div className="flex flex-col gap-4">
              <PlanView plan={found} />
              {(dependents || found.dependents.length > 0) && (
                <Checkbox label="Undo what was built on it too" checked={dependents} onChange={(event) => setDependents(event.target.checked)} />
              )}
              <Field label="Reason (optional)" hint="Stands in the commit and in the ledger.">
                <TextArea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
              </Field>
              {problem !== null && <ProblemNote error={problem} />}
            </div>
          )}
        </QueryState>
      )}
    </TypedDialog>
  );
}

interface FooterProps {
  done: boolean;
  busy: boolean;
  blocked: boolean;
  verb: string;
  onClose(): void;
  onRevert(): void;
}

function Footer({ done, busy, blocked, verb, onClose, onRevert }: FooterProps) {
  if (done) return <Button onClick={onClose}>Close</Button>;
  return (
    <>
      <Button disabled={busy} onClick={onClose}>
        Cancel
      </Button>
      <Button kind="danger" busy={busy} disabled={blocked} onClick={onRevert}>
        {verb}
      </Button>
    </>
  );
}

function PlanView({ plan }: { plan: RollbackPlan }) {
  const prevents = inTheWay(plan);
  return (
    <>
      <section>
        <h3 className="mb-1 text-sm font-medium text-muted">Undone, newest first</h3>
        <ul className="divide-y divide-line rounded-md border border-line">
          {plan.rolls_back.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center justify-between gap-x-3 px-3 py-2 text-sm">
              <EntryLink id={one.id} title={firstLine(one.summary)} />
              <code className="font-mono text-xs text-muted">{one.commit.slice(0, 10)}</code>
            </li>
          ))}
        </ul>
        <p className="tnum mt-1.5 text-sm text-muted">
          {count(plan.files.length, 'file')}:{' '}
          {plan.files
            .slice(0, 6)
            .map(({ path, added, deleted }) => `${path} +${added ?? '–'} −${deleted ?? '–'}`)
            .join(', ')}
          {plan.files.length > 6 && ` and ${plan.files.length - 6} more`}
        </p>
      </section>
      {plan.dependents.length > 0 && <Dependents plan={plan} />}
      {plan.waiting.length > 0 && (
        <p className="text-sm text-muted">
          {count(plan.waiting.length, 'change')} in the queue {plan.waiting.length === 1 ? 'was' : 'were'} made for it and will wait.
        </p>
      )}
      {plan.outsiders.length > 0 && (
        <p className="text-sm text-muted">
          Pushed by others and left in place:{' '}
          <Untrusted inline text={plan.outsiders.map(({ commit, subject }) => `${commit.slice(0, 8)} ${subject}`).join('; ')} />
        </p>
      )}
      {prevents.length > 0 && <Prevented by={prevents} />}
      {plan.lands === 'action' && prevents.length === 0 && (
        <p className="flex gap-2 rounded-md bg-info-soft px-3 py-2 text-sm text-info">
          <Stamp size={16} className="mt-0.5 shrink-0" aria-hidden />
          It has left the queue's own copy: the push to {plan.target} waits for somebody's approval.
        </p>
      )}
    </>
  );
}

function Dependents({ plan }: { plan: RollbackPlan }) {
  return (
    <section>
      <h3 className="mb-1 text-sm font-medium text-muted">Built on it</h3>
      <ul className="divide-y divide-line rounded-md border border-line">
        {plan.dependents.map((one) => (
          <li key={`${one.id} ${one.of} ${one.reason}`} className="px-3 py-2 text-sm">
            <EntryLink id={one.id} title={firstLine(one.summary)} /> <span className="text-muted">{BUILT[one.reason]}</span>
            {one.files.length > 0 && <span className="font-mono text-xs text-muted wrap-anywhere"> {one.files.join(', ')}</span>}
            <span className="text-muted">{one.included ? '; undone with it' : '; stays'}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Prevented({ by }: { by: readonly string[] }) {
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <ul className="min-w-0 space-y-1 wrap-anywhere">
        {by.map((sentence) => (
          <li key={sentence}>
            <Untrusted text={sentence} inline />
          </li>
        ))}
      </ul>
    </div>
  );
}

const BUILT = { depends_on: 'says that it needs it', same_files: 'touches the same files', imports: 'imports what it changed' } as const;

function Done({ done }: { done: Rollback }) {
  return (
    <div role="status" className="flex flex-col gap-3 py-2 text-sm">
      {done.change_request !== null ? (
        <p>
          The revert is in the queue: <EntryLink id={done.change_request.id} title="open it" />. It lands once its checks have passed.
        </p>
      ) : (
        <>
          <p>Nothing has changed yet. The push is proposed and waits for the approval of somebody who may; then the revert goes through the queue.</p>
          {done.action_id !== null && (
            <Button asChild kind="primary" className="self-start">
              <Link to="/approvals/$id" params={{ id: done.action_id }}>
                Open its approval
              </Link>
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Holding() {
  return (
    <div role="status" aria-label="Loading" className="flex min-h-56 flex-col gap-3">
      <Skeleton className="w-40" />
      <Skeleton className="h-9" />
      <Skeleton className="w-2/3" />
    </div>
  );
}
