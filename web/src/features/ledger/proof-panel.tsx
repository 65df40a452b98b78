import { useState } from 'react';
import { Check, CircleAlert, CircleHelp, Download, RefreshCw } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TONE_SOFT, TONE_TEXT, type Tone } from '../../ui/tone.ts';
import { hasCryptography } from './proof.ts';
import { useProof, type Entry, type Proof } from './queries.ts';
import type { Check as Checked } from './verdict.ts';

const VERDICTS: Readonly<Record<Proof['verdict'], { tone: Tone; icon: typeof Check; title: string; says: string }>> = {
  verified: { tone: 'good', icon: Check, title: 'Verified in this browser', says: 'The server was not believed: everything was computed here.' },
  failed: {
    tone: 'bad',
    icon: CircleAlert,
    title: 'Verification failed',
    says: 'What is shown here is not what was written. Keep your checkpoints safe and have the ledger looked at.',
  },
  partly: { tone: 'warn', icon: CircleHelp, title: 'Verified in part', says: 'Nothing is wrong, but not everything could be told.' },
};

/** The proof of an entry, and what this browser makes of it. */
export function ProofPanel({ entry }: { entry: Entry }) {
  const proof = useProof(hasCryptography() ? entry : undefined);
  if (!hasCryptography())
    return (
      <Panel title="Proof">
        <p className="text-sm">
          This page was not served over HTTPS, so the browser has no cryptography for it. Verify with{' '}
          <code className="font-mono">reeve ledger verify</code>.
        </p>
      </Panel>
    );
  const again = (
    <Button kind="quiet" size="small" busy={proof.isFetching} icon={<RefreshCw size={14} aria-hidden />} onClick={() => void proof.refetch()}>
      Check again
    </Button>
  );
  return (
    <Panel title="Proof" aside={again}>
      <QueryState query={proof} noun="the proof" loading={<Skeleton className="h-64" />}>
        {(found) => <Found proof={found} />}
      </QueryState>
    </Panel>
  );
}

function Found({ proof }: { proof: Proof }) {
  const { tone, icon: Icon, title, says } = VERDICTS[proof.verdict];
  return (
    <div className="flex flex-col gap-4">
      <div role="status" className={cn('flex gap-2.5 rounded-md p-3', TONE_SOFT[tone])}>
        <Icon size={20} aria-hidden className="mt-px shrink-0" />
        <div className="min-w-0">
          <p className="font-semibold">{title}</p>
          <p className="text-sm">{says}</p>
        </div>
      </div>
      <ul className="flex flex-col gap-2">
        {proof.checks.map((check) => (
          <CheckLine key={check.name} check={check} />
        ))}
      </ul>
      <Details proof={proof} />
    </div>
  );
}

const RESULTS: Readonly<Record<Checked['result'], { tone: Tone; icon: typeof Check; word: string }>> = {
  holds: { tone: 'good', icon: Check, word: 'Holds' },
  fails: { tone: 'bad', icon: CircleAlert, word: 'Fails' },
  unknown: { tone: 'warn', icon: CircleHelp, word: 'Not known' },
};

const NAMES: Readonly<Record<Checked['name'], string>> = {
  hash: 'Contents',
  inclusion: 'Place in the ledger',
  signature: 'Signature',
  remembered: 'What this browser saw before',
};

function CheckLine({ check }: { check: Checked }) {
  const { tone, icon: Icon, word } = RESULTS[check.result];
  return (
    <li className="flex gap-2 text-sm">
      <Icon size={16} aria-hidden className={cn('mt-0.5 shrink-0', TONE_TEXT[tone])} />
      <div className="min-w-0">
        <span className="font-medium">{NAMES[check.name]}</span> <span className="sr-only">{word}: </span>
        <p className="wrap-anywhere text-muted">{check.says}</p>
      </div>
    </li>
  );
}

function Details({ proof: { material } }: { proof: Proof }) {
  const [open, setOpen] = useState(false);
  const { entry, proof, signed } = material;
  const save = (): void =>
    saveFile(
      `entry-${entry.seq}-proof.json`,
      `${JSON.stringify({ entry, proof, checkpoint: signed?.checkpoint ?? null, public_key: signed?.publicKey ?? null }, null, 2)}\n`,
    );
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="border-t border-line pt-3">
      <summary className="min-h-6 cursor-pointer text-sm font-medium">What it was computed from</summary>
      <Facts
        className="mt-3 grid-cols-1 gap-y-0.5 [&_dd]:mb-2"
        rows={[
          ['Hash of the entry', <Digest key="h" value={entry.hash} length={16} what="the hash" />],
          ['Hash of the entry before', <Digest key="p" value={entry.prev_hash} length={16} what="the hash before" />],
          ['Root of the tree', <Digest key="r" value={proof.root} length={16} what="the root" />],
          ['Hashes on the way to the root', String(proof.path.length)],
          ['Key', signed === null ? null : <Digest key="k" value={signed.checkpoint.key_id} length={16} what="the id of the key" />],
          [
            'Ledger',
            signed === null ? null : (
              <span key="o" className="font-mono">
                {signed.checkpoint.origin}
              </span>
            ),
          ],
        ]}
      />
      <Button size="small" icon={<Download size={14} aria-hidden />} onClick={save}>
        Save the proof
      </Button>
    </details>
  );
}
