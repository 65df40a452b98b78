import { Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Time } from '../../ui/time.tsx';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { usePlaces, useVerifications, type Verification } from './queries.ts';
import { rangeOf, VerificationBadge } from './verification.tsx';

/** What shows that nothing was changed: the server's own walks, signed checkpoints, and the places outside that keep them. */
export function Integrity() {
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Walks />
      <Checkpoints />
    </div>
  );
}

function Walks() {
  const walks = useVerifications();
  return (
    <Panel title="Walks of the server" flush>
      <QueryState
        query={walks}
        noun="the walks"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Empty icon={ShieldCheck} title="Nobody has asked for one yet">
            “Verify now” has the server walk every entry with its tree and its checkpoints. Each entry also verifies in this browser, on its own page.
          </Empty>
        }
      >
        {({ items }) => (
          <ul>
            {items.map((one) => (
              <li key={one.number} className="border-b border-line px-4 py-2.5 last:border-0">
                <Walk verification={one} />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}

function Walk({ verification }: { verification: Verification }) {
  const { state, reason, first_bad_seq: bad, asked_by, started_at, ended_at } = verification;
  const took = ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at);
  return (
    <div className="flex flex-col gap-1 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <VerificationBadge state={state} />
        <span>{rangeOf(verification)}</span>
        <span className="text-muted">
          <Time at={started_at} />, asked for by <Untrusted inline text={asked_by.replace(/^person:/, '')} />
          {took !== null && state !== 'broken_off' && `, in ${duration(took)}`}
        </span>
      </div>
      {reason !== null && <p className={state === 'failed' ? 'text-bad' : 'text-muted'}>{reason}</p>}
      {bad !== null && bad > 0 && (
        <p>
          <Link to="/ledger/$seq" params={{ seq: String(bad) }} className="inline-flex min-h-6 items-center text-accent hover:underline">
            First bad entry: {bad}
          </Link>
        </p>
      )}
    </div>
  );
}

function Checkpoints() {
  const places = usePlaces();
  return (
    <Panel title="Signed checkpoints" flush>
      <QueryState query={places} noun="the checkpoints">
        {({ last, problem, places: kept }) => (
          <>
            <p className="px-4 py-3 text-sm">
              {last === null
                ? 'No checkpoint was signed yet; the first one comes with the next entries.'
                : `Checkpoint ${last.number} covers ${last.tree_size.toLocaleString('en')} entries and was signed ${duration(last.age_seconds * 1000)} ago.`}
            </p>
            {problem !== null && <p className="px-4 pb-3 text-sm text-bad">None can be signed: {problem}</p>}
            {kept.length === 0 ? (
              <p className="border-t border-line px-4 py-3 text-sm text-muted">
                No place outside keeps checkpoints. Somebody who can change this database could then also rewrite its checkpoints unseen; name a place
                in the configuration.
              </p>
            ) : (
              <PlaceTable places={kept} last={last?.number ?? 0} />
            )}
          </>
        )}
      </QueryState>
    </Panel>
  );
}

type Place = NonNullable<ReturnType<typeof usePlaces>['data']>['places'][number];

function PlaceTable({ places, last }: { places: readonly Place[]; last: number }) {
  return (
    <div className="overflow-x-auto border-t border-line" tabIndex={0} role="region" aria-label="Places that keep checkpoints">
      <table className="w-full text-left text-sm">
        <thead className="bg-sunken text-xs text-muted">
          <tr>
            {['Place', 'State', 'Has', 'Last sent'].map((name) => (
              <th key={name} scope="col" className="px-4 py-1.5 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(({ place, where, published, published_at, attempts, last_error }) => (
            <tr key={place} className="border-t border-line align-top">
              <th scope="row" className="px-4 py-2 font-normal">
                {place}
                <div className="max-w-80 text-xs wrap-anywhere text-muted">{where}</div>
              </th>
              <td className="px-4 py-2">
                <Badge tone={last_error !== null ? 'bad' : published < last ? 'warn' : 'good'}>
                  {last_error !== null ? 'failing' : published < last ? 'behind' : 'up to date'}
                </Badge>
                {last_error !== null && (
                  <div className="mt-1 text-xs wrap-anywhere text-bad">
                    {last_error} ({attempts} {attempts === 1 ? 'try' : 'tries'})
                  </div>
                )}
              </td>
              <td className="tnum px-4 py-2 whitespace-nowrap">
                {published} of {last}
              </td>
              <td className="px-4 py-2 whitespace-nowrap">
                <Time at={published_at} none="never" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
