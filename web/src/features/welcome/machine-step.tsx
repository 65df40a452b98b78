import { Check, CircleAlert, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { useDoctor, type Doctor } from './queries.ts';
import { useArrival } from './use-arrival.ts';

/** Runs the doctor and shows what it found: what fails with what to do, first. */
export function MachineStep({ onDone }: { onDone(): void }) {
  const doctor = useDoctor();
  return (
    <>
      {doctor.error !== null && <ProblemNote error={doctor.error} />}
      {doctor.data !== undefined && <Report key={doctor.submittedAt} doctor={doctor.data} />}
      <div className="flex flex-wrap gap-2">
        <Button kind={doctor.data === undefined ? 'primary' : 'plain'} busy={doctor.isPending} onClick={() => doctor.mutate()}>
          {doctor.isPending ? 'Looking…' : doctor.data === undefined ? 'Look now' : 'Look again'}
        </Button>
        <Button kind={doctor.data === undefined ? 'quiet' : 'primary'} onClick={onDone}>
          {doctor.data === undefined ? 'Skip this' : 'Go on'}
        </Button>
      </div>
    </>
  );
}

type Look = Doctor['checks'][number];

const lookOf = (check: Look): readonly [icon: LucideIcon, tone: Tone, word: string] =>
  check.ok ? [Check, 'good', 'Works'] : check.needed ? [X, 'bad', 'Fails'] : [TriangleAlert, 'warn', 'Missing'];

const weight = (check: Look): number => (check.ok ? 2 : check.needed ? 0 : 1);

function Report({ doctor }: { doctor: Doctor }) {
  const arrival = useArrival<HTMLDivElement>();
  return (
    <div ref={arrival} tabIndex={-1} role="status" className="outline-none">
      <p className="mb-2 flex items-center gap-2 font-medium">
        {doctor.ok ? <Check size={16} aria-hidden className="text-good" /> : <CircleAlert size={16} aria-hidden className="text-bad" />}
        {doctor.ok ? 'Everything Reeve needs works.' : 'Something Reeve needs does not work.'}
      </p>
      <ul className="divide-y divide-line rounded-md border border-line">
        {doctor.checks
          .toSorted((a, b) => weight(a) - weight(b))
          .map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
      </ul>
    </div>
  );
}

function CheckRow({ check }: { check: Look }) {
  const [Icon, tone, word] = lookOf(check);
  return (
    <li className="flex items-start gap-3 px-3 py-2">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${TONE_TEXT[tone]}`} />
      <div className="min-w-0 flex-1">
        <p>
          <span className="sr-only">{word}: </span>
          <span className="font-medium">{check.name}</span> <span className="text-sm wrap-anywhere text-muted">{check.detail}</span>
        </p>
        {!check.ok && check.fix !== null && <p className="text-sm wrap-anywhere">{check.fix}</p>}
      </div>
    </li>
  );
}
