import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { api, read, type Answer, type Body } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { numberProblem, toNumber } from './draft.ts';
import { usd } from './money.ts';
import type { Budget } from './queries.ts';
import { useSave } from './use-save.ts';

type Pool = Budget['pools'][number];
type Answered = Answer<'/v1/budget/caps', 'patch'>;

const PERIODS = { day: 'a day', month: 'a month' } as const;

/** One cap: how much of it is used, and a way to change it. A lower one holds at once, a higher one is for people to decide. */
export function CapRow({ pool, of }: { pool: Pool; of: string }) {
  const { may } = useSession();
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState<Answered['action']>(null);
  const used = pool.spent_micros + pool.reserved_micros;
  const share = pool.cap_micros === 0 ? 1 : used / pool.cap_micros;
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span className="font-medium">{of}</span>
        <span className="tnum text-sm text-muted">
          {usd(pool.cap_micros)} {PERIODS[pool.period]}
          {pool.source === 'default' && ', as shipped'}
        </span>
        <span className="tnum ml-auto text-sm">
          {usd(pool.left_micros)} left <span className="text-muted">· anew</span> <Time at={pool.resets_at} />
        </span>
        {may('manager') && !editing && (
          <Button size="small" aria-label={`Change the cap of ${of} ${PERIODS[pool.period]}`} onClick={() => setEditing(true)}>
            Change
          </Button>
        )}
      </div>
      <ProgressBar
        share={share}
        tone={share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'accent'}
        label={`Used of the cap of ${of} ${PERIODS[pool.period]}`}
      />
      <p className="tnum text-sm text-muted">
        {usd(pool.spent_micros)} spent, {usd(pool.reserved_micros)} reserved for what runs
      </p>
      {asked !== null && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          A higher cap is for people to decide.{' '}
          <Link to="/approvals/$id" params={{ id: asked.id }} className="underline underline-offset-2">
            It waits as an approval
          </Link>
          .
        </p>
      )}
      {editing && <CapForm pool={pool} onClose={() => setEditing(false)} onAsked={setAsked} />}
    </li>
  );
}

function CapForm({ pool, onClose, onAsked }: { pool: Pool; onClose(): void; onAsked(action: Answered['action']): void }) {
  const [text, setText] = useState(String(pool.cap_micros / 1_000_000));
  // A lower cap holds at once, so nothing is sent that could be read in two ways.
  const [problem, setProblem] = useState<string | null>(null);
  const save = useSave({
    write: (body: Body<'/v1/budget/caps', 'patch'>) => read(api.PATCH('/v1/budget/caps', { body })),
    fields: ['cap_usd'],
    renews: ['budget', 'approvals'],
    done: ({ action }: Answered) => (action === null ? 'The cap is changed.' : null),
  });
  async function submit(): Promise<void> {
    const cap = toNumber(text);
    setProblem(numberProblem(text));
    if (cap === null) return;
    const answer = await save.run({ project: pool.project_id, period: pool.period, cap_usd: cap });
    if (answer === null) return;
    onAsked(answer.action);
    onClose();
  }
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={`Cap in US dollars ${PERIODS[pool.period]}`} error={problem ?? save.errorAt('cap_usd')} className="w-52">
        <TextInput inputMode="decimal" className="tnum" value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button kind="primary" type="submit" busy={save.busy}>
        Set the cap
      </Button>
      <Button kind="quiet" onClick={onClose}>
        Cancel
      </Button>
      {save.rest !== null && <ProblemNote error={save.rest} className="w-full" />}
    </form>
  );
}
