import { useState } from 'react';
import { Check, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea, TextInput } from '../../ui/text-input.tsx';
import { TypedDialog } from '../../ui/typed-dialog.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { focusOnArrival } from '../../ui/focus.ts';
import { useInboxPlace } from './inbox-context.ts';
import { useDecideMany, type BatchAnswer } from './queries.ts';
import { RiskBadge, RiskNamed } from './risk-badge.tsx';
import { byRisk, namesToType, NOTHING, type Selection } from './selection.ts';
import { isAsked } from './words.ts';

interface BatchDialogProps {
  decision: 'approve' | 'decline';
  onClose(): void;
}

/** One decision for several like approvals, each decided by itself: what is refused is told, and keeps none of the others. */
export function BatchDialog({ decision, onClose }: BatchDialogProps) {
  const { selection, choose } = useInboxPlace();
  // What was read when this was opened is what is decided, whatever the list shows meanwhile.
  const [{ kind, items }] = useState<Selection>(selection);
  const many = useDecideMany();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const isYes = decision === 'approve';
  const names = isYes ? namesToType({ kind, items }) : [];
  const verb = `${isYes ? 'Approve' : 'Decline'} ${items.length}`;

  async function send(): Promise<void> {
    const words = reason.trim();
    await many.mutateAsync({
      decision,
      kind: kind ?? '',
      ...(words === '' ? {} : { reason: words }),
      items: items.map(({ id, digest, confirm }) => ({
        id,
        digest,
        ...(isYes && confirm !== null ? { confirm: (typed[confirm] ?? '').trim() } : {}),
      })),
    });
    choose(NOTHING);
  }

  return (
    <TypedDialog
      open
      typed={many.data === undefined && reason.trim() !== ''}
      busy={many.isPending}
      onOpenChange={(open) => !open && onClose()}
      size="medium"
      title={`${verb} of ${kind ?? ''}`}
      about="Each is decided by itself, exactly as it was listed."
      footer={
        many.data === undefined ? (
          <>
            <Button disabled={many.isPending} onClick={onClose}>
              Cancel
            </Button>
            <Button
              kind={isYes ? 'primary' : 'danger'}
              busy={many.isPending}
              disabled={names.some((name) => (typed[name] ?? '').trim() === '')}
              onClick={() => void send().catch(() => {})}
            >
              {verb}
            </Button>
          </>
        ) : (
          <Button kind="primary" ref={focusOnArrival} onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <ChosenList items={items} answer={many.data} />
        {many.data === undefined &&
          names.map((name) => (
            <Field key={name} label="High risk: type the name of the repository" hint={<Untrusted inline text={name} />}>
              <TextInput spellCheck={false} value={typed[name] ?? ''} onChange={({ target }) => setTyped({ ...typed, [name]: target.value })} />
            </Field>
          ))}
        {many.data === undefined && (
          <Field label="Reason for all (optional)">
            <TextArea rows={2} maxLength={2000} value={reason} onChange={({ target }) => setReason(target.value)} />
          </Field>
        )}
        {many.error !== null && <ProblemNote error={many.error} />}
        <p role="status" className="text-sm">
          {many.data === undefined ? '' : summary(many.data)}
        </p>
      </div>
    </TypedDialog>
  );
}

function ChosenList({ items, answer }: { items: Selection['items']; answer: BatchAnswer | undefined }) {
  return (
    <ol aria-label="Chosen approvals" className="max-h-72 overflow-y-auto rounded-md border border-line" tabIndex={0}>
      {byRisk(items).map((item) => (
        <li key={item.id} className="flex items-start gap-2 border-b border-line px-3 py-1.5 last:border-0">
          <div className="min-w-0 flex-1 text-sm">
            <p>
              <Untrusted inline text={item.headline} />
              <code className="ml-2 font-mono text-xs text-faint">{item.digest.slice(0, 10)}</code>
            </p>
            {item.issue_title !== null && (
              <p className="truncate text-muted">
                <Untrusted inline text={item.issue_title} />
              </p>
            )}
            <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
              <RiskBadge risk={item.risk} />
              <RiskNamed item={item} />
              {isAsked(item) && <span className="text-warn">a question is open</span>}
            </p>
          </div>
          <Result answer={answer} id={item.id} />
        </li>
      ))}
    </ol>
  );
}

function Result({ answer, id }: { answer: BatchAnswer | undefined; id: string }) {
  const result = answer?.items.find((item) => item.id === id);
  if (result === undefined) return null;
  return result.ok ? (
    <span className="inline-flex items-center gap-1 text-sm text-good">
      <Check size={14} aria-hidden /> {result.status === 'pending' ? 'your yes is in' : result.status}
    </span>
  ) : (
    <span className="inline-flex max-w-[50%] items-start gap-1 text-sm text-bad">
      <X size={14} aria-hidden className="mt-0.5 shrink-0" /> {result.detail}
    </span>
  );
}

function summary({ items }: BatchAnswer): string {
  const done = items.filter(({ ok }) => ok).length;
  return done === items.length ? `All ${done} were decided.` : `${done} of ${items.length} were decided; the others say why not.`;
}
