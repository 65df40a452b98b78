import { Check, CircleAlert, CircleHelp, Loader, ShieldCheck } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Time } from '../../ui/time.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import type { Tone } from '../../ui/tone.ts';
import { useVerify, type Verification } from './queries.ts';

const LOOKS: Readonly<Record<Verification['state'], { tone: Tone; icon: typeof Check; word: string }>> = {
  running: { tone: 'info', icon: Loader, word: 'being walked' },
  verified: { tone: 'good', icon: Check, word: 'verified' },
  failed: { tone: 'bad', icon: CircleAlert, word: 'not verified' },
  broken_off: { tone: 'warn', icon: CircleHelp, word: 'broken off' },
};

/** What a walk of the ledger has come to. */
export function VerificationBadge({ state }: { state: Verification['state'] }) {
  const { tone, icon: Icon, word } = LOOKS[state];
  return (
    <Badge tone={tone} icon={<Icon size={12} aria-hidden />}>
      {word}
    </Badge>
  );
}

export const rangeOf = ({ from_seq, to_seq }: Verification): string =>
  to_seq < from_seq ? 'an empty ledger' : `entries ${from_seq.toLocaleString('en')} to ${to_seq.toLocaleString('en')}`;

/** The newest walk of the server, in a line; while it runs, how far it is. */
export function VerificationLine({ verification }: { verification: Verification | null }) {
  if (verification === null) return <span>Not walked by the server yet</span>;
  const { state, checked, from_seq, to_seq, ended_at } = verification;
  const whole = Math.max(1, to_seq - from_seq + 1);
  return (
    <span role="status" className="inline-flex flex-wrap items-center gap-2">
      <VerificationBadge state={state} />
      {state === 'running' ? (
        <>
          <ProgressBar share={checked / whole} label="Entries that were walked" className="w-28" />
          <span className="tnum">
            {checked.toLocaleString('en')} of {whole.toLocaleString('en')}
          </span>
        </>
      ) : (
        <span>
          by the server, {rangeOf(verification)}, <Time at={ended_at} />
        </span>
      )}
    </span>
  );
}

/** Has the server walk all of the ledger. */
export function VerifyButton({ running }: { running: boolean }) {
  const verify = useVerify();
  return (
    <Button
      kind="primary"
      icon={<ShieldCheck size={16} aria-hidden />}
      busy={running || verify.isPending}
      onClick={() => verify.mutate({}, { onError: sayProblem })}
    >
      Verify now
    </Button>
  );
}
