import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { placeOf } from '../../app/place-of.ts';
import { useShortcuts } from '../../app/keyboard.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { useEntry, useLedgerState, type Entry } from './queries.ts';

const route = getRouteApi('/shell/ledger/$seq');

/** One entry: what it says, and the proof of it, put together in this browser. */
export function EntryPage() {
  const { seq: given } = route.useParams();
  const seq = Number(given);
  const entry = useEntry(seq);
  const state = useLedgerState();
  const navigate = useNavigate();
  const last = state.data?.entries ?? seq;
  const isNumber = Number.isSafeInteger(seq) && seq >= 1;
  const go = (to: number): void => void navigate({ to: '/ledger/$seq', params: { seq: String(to) } });
  useShortcuts('Ledger entry', [
    { keys: 'j', label: 'Older entry', run: () => go(seq - 1), disabled: !isNumber || seq <= 1 },
    { keys: 'k', label: 'Newer entry', run: () => go(seq + 1), disabled: !isNumber || seq >= last },
  ]);
  return (
    <Page
      title={`Entry ${given}`}
      wide
      trail={
        <Link to="/ledger" search={isNumber ? { start: seq } : {}} className="hover:underline">
          Ledger
        </Link>
      }
      about={
        entry.data !== undefined && (
          <>
            <Badge>{entry.data.kind}</Badge>
            <span>
              by <Untrusted inline text={entry.data.actor.replace(/^person:/, '')} />
            </span>
            <Time at={entry.data.occurred_at} />
          </>
        )
      }
      actions={
        <>
          <Button
            aria-label="Older entry"
            disabled={!isNumber || seq <= 1}
            icon={<ChevronLeft size={16} aria-hidden />}
            onClick={() => go(seq - 1)}
          />
          <Button
            aria-label="Newer entry"
            disabled={!isNumber || seq >= last}
            icon={<ChevronRight size={16} aria-hidden />}
            onClick={() => go(seq + 1)}
          />
        </>
      }
    >
      <QueryState query={entry} noun="this entry" loading={<Skeleton className="h-96" />}>
        {(found) => (
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="flex min-w-0 flex-col gap-4">
              <About entry={found} />
              <Payload entry={found} />
            </div>
            <ProofPanel entry={found} />
          </div>
        )}
      </QueryState>
    </Page>
  );
}

function About({ entry }: { entry: Entry }) {
  const { subject, actor, project_id, work_item_id, occurred_at, kind } = entry;
  return (
    <Panel title="What it says">
      <Facts
        rows={[
          ['Kind', <Narrowed key="kind" search={{ kind }} text={kind} />],
          ['About', <Named key="about" id={subject} />],
          ['By', <Narrowed key="by" search={{ actor }} text={actor} />],
          ['Issue', work_item_id === null ? null : <Named key="issue" id={work_item_id} />],
          ['Project', project_id === null ? null : <Narrowed key="project" search={{ project: project_id }} text={project_id} />],
          [
            'Written',
            <span key="at" className="font-mono">
              {occurred_at}
            </span>,
          ],
        ]}
      />
    </Panel>
  );
}

/** An id: the page of the thing, and everything the ledger says of it. */
function Named({ id }: { id: string }) {
  const place = placeOf(id);
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      {place === null ? (
        <Untrusted inline text={id} className="font-mono" />
      ) : (
        <Link to={place} className="inline-flex min-h-6 items-center font-mono text-accent hover:underline">
          {id}
        </Link>
      )}
      <Link to="/ledger" search={{ mentions: id }} className="inline-flex min-h-6 items-center text-accent hover:underline">
        all entries about it
      </Link>
    </span>
  );
}

function Narrowed({ search, text }: { search: { kind?: string; actor?: string; project?: string }; text: string }) {
  return (
    <Link to="/ledger" search={search} className="inline-flex min-h-6 items-center font-mono text-accent hover:underline">
      <Untrusted inline text={text} />
    </Link>
  );
}

function Payload({ entry }: { entry: Entry }) {
  const text = JSON.stringify(entry.payload, null, 2);
  const revealed = Object.entries(entry.revealed ?? {});
  return (
    <Panel title="Contents" aside={<CopyButton text={text} what="the contents" />}>
      {revealed.length > 0 && (
        <div className="mb-3 rounded-md bg-sunken p-3">
          <p className="mb-1 text-sm text-muted">
            Personal data is kept beside the ledger, where it can be erased; the entry holds a commitment to it that no hash gives away. It is no part
            of what this browser verifies.
          </p>
          <Facts
            rows={revealed.map(([name, value]) => [
              name,
              <Untrusted key={name} inline text={typeof value === 'string' ? value : JSON.stringify(value)} />,
            ])}
          />
        </div>
      )}
      <Untrusted text={text} className="font-mono text-sm" />
    </Panel>
  );
}
