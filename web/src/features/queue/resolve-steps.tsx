import { useState } from 'react';
import { CircleDashed, Eye, Send } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { ChangeView } from './change-view.tsx';
import type { toOrder } from './draft.ts';
import type { Preview } from './queries.ts';

export interface ResolveStepsProps {
  id: string;
  target: string;
  order: ReturnType<typeof toOrder>;
  missing: ReadonlyArray<{ path: string; why: string }>;
  reason: string;
  onReason(reason: string): void;
  /** Rejects with the server's refusal. */
  onSubmit(): Promise<void>;
}

/** Looking at the result and submitting it; one at a time, and what went wrong with the last. `current`: the preview of exactly this order. */
function useSteps({ id, order, onSubmit }: Pick<ResolveStepsProps, 'id' | 'order' | 'onSubmit'>) {
  const [preview, setPreview] = useState<{ of: string; shown: Preview } | null>(null);
  const [busy, setBusy] = useState<'preview' | 'submit' | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const asked = JSON.stringify(order);

  async function run(what: 'preview' | 'submit', work: () => Promise<void>): Promise<void> {
    setBusy(what);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(null);
    }
  }
  async function look(): Promise<void> {
    const shown = await read(api.POST('/v1/change-requests/{id}/resolve/preview', { params: { path: { id } }, body: order }));
    setPreview({ of: asked, shown });
  }
  const current = preview?.of === asked ? preview.shown : null;
  return { current, busy, problem, look: () => void run('preview', look), submit: () => void run('submit', onSubmit) };
}

/** What is still missing, the result before it is submitted, and what happens then. */
export function ResolveSteps({ id, target, order, missing, reason, onReason, onSubmit }: ResolveStepsProps) {
  const { current, busy, problem, look, submit } = useSteps({ id, order, onSubmit });
  const ready = missing.length === 0;
  return (
    <Panel title="The result">
      <Missing missing={missing} />
      {current !== null && (
        <div className="mb-4" aria-live="polite">
          {current.nothing_left ? (
            <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
              Nothing is left to land: {target} stays as it is, and this change is dropped.
            </p>
          ) : (
            <ChangeView diff={current.diff} nothing="Nothing changes" />
          )}
        </div>
      )}
      <Field label="Reason (optional)" hint="Stays with the decision, for whoever reads it later." className="mb-4 max-w-2xl">
        <TextArea rows={2} maxLength={500} value={reason} onChange={(event) => onReason(event.target.value)} />
      </Field>
      {problem !== null && <ProblemNote error={problem} className="mb-4" />}
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={<Eye size={15} aria-hidden />} busy={busy === 'preview'} disabled={!ready || busy !== null} onClick={look}>
          Preview the result
        </Button>
        <Button kind="primary" icon={<Send size={15} aria-hidden />} busy={busy === 'submit'} disabled={!ready || busy !== null} onClick={submit}>
          Submit the decision
        </Button>
      </div>
      <p className="mt-3 max-w-2xl text-sm text-muted">
        Submitting makes the next attempt in your name. It is merged and verified like any other change, and lands when its checks pass; nothing lands
        unseen.
      </p>
    </Panel>
  );
}

function Missing({ missing }: Pick<ResolveStepsProps, 'missing'>) {
  if (missing.length === 0) return null;
  return (
    <ul className="mb-4 flex flex-col gap-1 text-sm" aria-label="Still to be decided">
      {missing.slice(0, 10).map(({ path, why }) => (
        <li key={path} className="flex min-w-0 items-start gap-2 text-muted">
          <CircleDashed size={14} className="mt-0.5 shrink-0" aria-hidden />
          <span className="min-w-0 wrap-anywhere">
            <span className="font-mono text-xs">
              <Untrusted text={path} inline />
            </span>
            : {why}
          </span>
        </li>
      ))}
      {missing.length > 10 && <li className="pl-5 text-muted">and {missing.length - 10} more</li>}
    </ul>
  );
}
