import { getRouteApi, Link } from '@tanstack/react-router';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { vouchingOf, type Vouching } from './evidence.ts';
import { FlagBadges } from './flags.tsx';
import { useOwnHash, useRecord, useVoucher, type ComplianceRow, type Document } from './queries.ts';
import { AgentsPanel, ChecksPanel, DecisionsPanel } from './record-sections.tsx';
import { Onto, titleOf } from './record-table.tsx';
import { FLAGS } from './search.ts';

const route = getRouteApi('/shell/compliance/$id');

/** One change with all its evidence: why, by whom, who let it pass, on which checks, under which policy. */
export function RecordPage() {
  const { id } = route.useParams();
  const record = useRecord(id);
  const document = record.data?.record;
  return (
    <Page
      title={document === undefined ? 'Record of a change' : <Untrusted inline text={titleOf(document)} />}
      tab={document === undefined ? 'Record' : `Record ${document.number}`}
      wide
      trail={
        <Link to="/compliance" className="hover:underline">
          Compliance
        </Link>
      }
      about={
        document !== undefined && (
          <>
            <span className="tnum">Record {document.number}</span>
            <span>
              {document.project} · {document.repository}
            </span>
            <span>
              <Onto record={document} /> <Time at={document.changed_at} />
            </span>
            <FlagBadges flags={record.data?.flags ?? []} />
          </>
        )
      }
    >
      <QueryState query={record} noun="this record" loading={<Skeleton className="h-96" />}>
        {(row) => (
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="flex min-w-0 flex-col gap-4">
              <Findings row={row} />
              <DecisionsPanel record={row.record} />
              <ChecksPanel record={row.record} />
              <AgentsPanel record={row.record} />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <Origin record={row.record} />
              <Vouched row={row} />
            </div>
          </div>
        )}
      </QueryState>
    </Page>
  );
}

function Findings({ row: { flags } }: { row: ComplianceRow }) {
  return (
    <Panel title="What stands out">
      {flags.length === 0 ? (
        <p className="text-sm">Nothing: a request came first, somebody else approved before it landed, and every check passed.</p>
      ) : (
        <ul className="flex flex-col gap-1.5 text-sm">
          {flags.map((flag) => (
            <li key={flag}>
              <span className="font-medium">{FLAGS[flag].word}.</span> <span className="text-muted">{FLAGS[flag].says}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Origin({ record }: { record: Document }) {
  const { issue, plan, pull, commit, policy } = record;
  return (
    <Panel title="Where it comes from">
      <Facts
        rows={[
          ['Issue', issue === null ? 'none' : <IssueLink key="i" issue={issue} />],
          ['Asked for by', issue?.requested_by ?? issue?.author ?? null],
          ['Asked', issue === null ? null : <Time key="a" at={issue.created_at} />],
          [
            'Pull request',
            pull === null ? (
              'none'
            ) : (
              <Link key="p" to="/pulls/$id" params={{ id: pull.id }} className="inline-flex min-h-6 items-center text-accent hover:underline">
                #{pull.number}
              </Link>
            ),
          ],
          ['Commit', commit === null ? null : <Digest key="c" value={commit} what="the commit" />],
          ['Plan', plan === null ? 'none' : `version ${plan.version}, by ${plan.planner}`],
          ['Policy', <Digest key="y" value={policy.hash} what="the hash of the policy" />],
        ]}
      />
    </Panel>
  );
}

function IssueLink({ issue }: { issue: NonNullable<Document['issue']> }) {
  return (
    <Link to="/work/$id" params={{ id: issue.id }} className="inline-block min-h-6 text-accent hover:underline">
      {issue.number !== null && `#${issue.number} `}
      <Untrusted inline text={issue.title} />
    </Link>
  );
}

function Vouched({ row: { record, sha256 } }: { row: ComplianceRow }) {
  const voucher = useVoucher(record.id);
  const text = JSON.stringify(record, null, 2);
  return (
    <Panel title="What vouches for it" aside={<CopyButton text={text} what="the whole record as JSON" />}>
      <Facts
        rows={[
          ['Recorded', <Time key="t" at={record.recorded_at} />],
          ['SHA-256', <Digest key="s" value={sha256} what="the hash of the record" />],
          [
            'Ledger',
            voucher.data === undefined || voucher.data === null ? (
              voucher.isPending ? (
                '…'
              ) : voucher.data === null ? (
                'no entry'
              ) : (
                'its entry cannot be read'
              )
            ) : (
              <Link
                key="l"
                to="/ledger/$seq"
                params={{ seq: String(voucher.data.seq) }}
                className="inline-flex min-h-6 items-center text-accent hover:underline"
              >
                Entry {voucher.data.seq}, with its proof
              </Link>
            ),
          ],
          ['Whether it holds', <Holds key="w" row={{ record, sha256 }} voucher={voucher} />],
        ]}
      />
      {record.pull !== null && (
        <p className="mt-3 border-t border-line pt-3 text-sm">
          <Link to="/ledger" search={{ pull: record.pull.id }} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Everything the ledger says of this pull request
          </Link>
        </p>
      )}
      {record.issue !== null && (
        <p className="mt-2 text-sm">
          <Link to="/ledger" search={{ mentions: record.issue.id }} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Everything the ledger says of this issue
          </Link>
        </p>
      )}
    </Panel>
  );
}

const VOUCHING: Readonly<Record<Vouching, { tone: string; says: string }>> = {
  same: { tone: 'text-good', says: 'Yes: this browser computed the hash of what is shown here, and the ledger holds the same one.' },
  changed: { tone: 'font-medium text-bad', says: 'No: the hash is not the one of this record. It was changed.' },
  other_in_ledger: { tone: 'font-medium text-bad', says: 'No: the ledger holds another hash. This is not what was recorded.' },
  not_in_ledger: { tone: 'font-medium text-bad', says: 'No: the ledger has no entry that vouches for it.' },
  unknown: {
    tone: 'text-warn',
    says: 'Not checked: this page was not served over HTTPS, so the browser cannot compute the hash. The ledger holds the one the server names.',
  },
};

function Holds({ row: { record, sha256 }, voucher }: { row: Pick<ComplianceRow, 'record' | 'sha256'>; voucher: ReturnType<typeof useVoucher> }) {
  const own = useOwnHash(record);
  if (voucher.isPending || own.isPending) return '…';
  if (voucher.data === undefined || own.data === undefined) return <span className="text-warn">Not checked: its entry cannot be read.</span>;
  const { tone, says } = VOUCHING[vouchingOf({ own: own.data, said: sha256, ledger: voucher.data === null ? null : voucher.data.payload['sha256'] })];
  return <span className={tone}>{says}</span>;
}
