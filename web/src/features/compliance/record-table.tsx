import { Link } from '@tanstack/react-router';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { branchOf, passedBy } from './evidence.ts';
import { FlagBadges } from './flags.tsx';
import type { ComplianceRow, Document } from './queries.ts';

/** What a change is called: its pull request, its issue, or the commit. */
export const titleOf = ({ pull, issue, commit, id }: Pick<Document, 'pull' | 'issue' | 'commit' | 'id'>): string =>
  pull?.title ?? issue?.title ?? (commit === null ? id : `Commit ${commit.slice(0, 10)}`);

export function RecordTable({ rows }: { rows: readonly ComplianceRow[] }) {
  return (
    <>
      <ul className="md:hidden">
        {rows.map((row) => (
          <li key={row.record.id} className="flex flex-col gap-1.5 border-b border-line px-4 py-3 last:border-0">
            <TitleLink record={row.record} />
            <p className="text-sm text-muted">
              {row.record.repository} · <Onto record={row.record} /> <Time at={row.record.changed_at} />
            </p>
            <div className="flex">
              <FlagBadges flags={row.flags} />
            </div>
          </li>
        ))}
      </ul>
      <table className="hidden w-full table-fixed text-left text-sm md:table">
        <thead className="bg-sunken text-xs text-muted">
          <tr>
            <th scope="col" className="w-16 px-4 py-1.5 font-medium">
              No.
            </th>
            <th scope="col" className="px-4 py-1.5 font-medium">
              Change
            </th>
            <th scope="col" className="w-44 px-4 py-1.5 font-medium">
              Approved by
            </th>
            <th scope="col" className="w-28 px-4 py-1.5 font-medium">
              Landed
            </th>
            <th scope="col" className="w-72 px-4 py-1.5 font-medium">
              Evidence
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <Row key={row.record.id} row={row} at={at} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({ row: { record, flags }, at }: { row: ComplianceRow; at: number }) {
  return (
    <tr data-row={at} className="border-t border-line align-top hover:bg-hover">
      <td className="tnum px-4 py-2.5 text-muted">{record.number}</td>
      <td className="px-4 py-2.5">
        <TitleLink record={record} />
        <p className="truncate text-muted">
          {record.repository}
          {record.pull !== null && ` #${record.pull.number}`} · <Onto record={record} />
        </p>
      </td>
      <td className="px-4 py-2.5 wrap-anywhere">
        <Passed record={record} />
      </td>
      <td className="px-4 py-2.5 whitespace-nowrap">
        <Time at={record.changed_at} />
      </td>
      <td className="px-4 py-2.5">
        <FlagBadges flags={flags} />
      </td>
    </tr>
  );
}

/** How it got onto which branch: what landed on an agent's own is not yet where everybody works from. */
export function Onto({ record }: { record: Document }) {
  const branch = branchOf(record);
  return (
    <>
      {record.kind === 'landing' ? 'landed' : 'pull request merged'}
      {branch !== null && (
        <>
          {record.kind === 'landing' ? ' on ' : ' into '}
          <Untrusted inline text={branch} className="font-mono text-xs" />
        </>
      )}
    </>
  );
}

function Passed({ record }: { record: Document }) {
  const passed = passedBy(record);
  if (passed.by === 'people') return passed.names.join(', ');
  if (passed.by === 'emergency') return <span className="text-bad">{passed.names.join(' and ')}, who broke glass</span>;
  return <span className="text-muted">{passed.by === 'policy' ? 'by policy' : 'no decision on record'}</span>;
}

function TitleLink({ record }: { record: Document }) {
  return (
    <Link to="/compliance/$id" params={{ id: record.id }} className="block min-h-6 truncate font-medium hover:underline">
      <Untrusted inline text={titleOf(record)} />
    </Link>
  );
}
