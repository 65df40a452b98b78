import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { UsersRound } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Select } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { minutesText } from './pull-words.ts';
import { projectsQuery, reviewersQuery, type ReviewerLoad } from './queries.ts';

/** What waits for each reviewer, and how long reviews take. In the order of the alphabet: it is about load, and never a ranking. */
export function ReviewersView() {
  const [days, setDays] = useState(30);
  const { me } = useSession();
  // Who is limited to some projects sees them one at a time: what waits for somebody in others is not theirs to know.
  const [project, setProject] = useState(me.projects?.[0]);
  const query = useQuery(reviewersQuery(days, project));
  const projects = useQuery(projectsQuery);
  return (
    <section aria-label="Reviewers">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-2xl text-sm text-muted">
          Requests, answers and the median count requests of the window; load is what waits now. In the order of the alphabet: this is about load, not
          a ranking.
        </p>
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="Project"
            className="w-auto"
            value={project ?? ''}
            onChange={({ target }) => setProject(target.value === '' ? undefined : target.value)}
          >
            {me.projects === null && <option value="">All projects</option>}
            {(projects.data?.items ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
          <Select aria-label="Window" className="w-auto" value={days} onChange={({ target }) => setDays(Number(target.value))}>
            <option value={7}>Last 7 days</option>
            <option value={30}>Last 30 days</option>
            <option value={90}>Last 90 days</option>
          </Select>
        </div>
      </div>
      <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-panel">
        <QueryState
          query={query}
          noun="the reviewers"
          loading={<SkeletonRows rows={6} height="h-14" />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <Empty icon={UsersRound} title="Nobody reviews yet">
              People with the role developer or above appear here.
            </Empty>
          }
        >
          {({ items }) => <Table items={items} />}
        </QueryState>
      </div>
    </section>
  );
}

function Table({ items }: { items: readonly ReviewerLoad[] }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Table of reviewers">
      <table className="w-full min-w-176 text-sm">
        <thead className="bg-sunken text-left text-muted">
          <tr>
            <Head>Reviewer</Head>
            <Head>Load now</Head>
            <Head end>Asked</Head>
            <Head end>Answered</Head>
            <Head end>Median to first review</Head>
            <Head end>Reviews in 7 days</Head>
            <Head>Waits longest</Head>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <Row key={row.handle} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ children, end = false }: { children: string; end?: boolean }) {
  return (
    <th scope="col" className={`px-4 py-2 font-medium whitespace-nowrap ${end ? 'text-right' : ''}`}>
      {children}
    </th>
  );
}

function Row({ row }: { row: ReviewerLoad }) {
  const figure = 'tnum px-4 py-3 text-right';
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="px-4 py-3 text-left font-medium">
        <Untrusted inline text={row.name} />
        <span className="block text-xs font-normal text-muted">
          {row.handle}, {row.timezone}
          {!row.active && (
            <>
              {' '}
              <Badge>away</Badge>
            </>
          )}
        </span>
      </th>
      <td className="px-4 py-3">
        <Load row={row} />
      </td>
      <td className={figure}>{row.asked}</td>
      <td className={figure}>{row.answered}</td>
      <td className={figure}>
        {row.median_minutes === null ? <span className="text-muted">{shortReason(row)}</span> : minutesText(row.median_minutes)}
        {row.median_minutes !== null && <span className="block text-xs text-muted">n = {row.answered}</span>}
      </td>
      <td className={figure}>{row.recent_reviews}</td>
      <td className="px-4 py-3">
        <Longest row={row} />
      </td>
    </tr>
  );
}

function Load({ row }: { row: ReviewerLoad }) {
  const share = row.wip_limit === 0 ? (row.load > 0 ? 2 : 0) : row.load / row.wip_limit;
  return (
    <div className="flex w-40 flex-col gap-1">
      <span className="tnum">
        {row.load} of {row.wip_limit} <span className="text-muted">at once</span>
      </span>
      <ProgressBar share={share} label={`Load of ${row.handle}`} tone={share > 1 ? 'bad' : share >= 0.8 ? 'warn' : 'accent'} />
      <span className="tnum text-xs text-muted">
        {row.open} {row.open === 1 ? 'review' : 'reviews'}, {row.approvals} by name, {row.capacity_hours_per_week} h a week
      </span>
    </div>
  );
}

function Longest({ row }: { row: ReviewerLoad }) {
  const [first] = row.waiting;
  if (first === undefined) return <span className="text-muted">Nothing waits</span>;
  return (
    <>
      <Link to="/pulls/$id" params={{ id: first.pull_id }} className="text-accent hover:underline">
        {first.repository}#{first.number}
      </Link>{' '}
      <span className="text-muted">
        <Time at={first.asked_at} />
      </span>
      <span className="block max-w-64 truncate text-xs text-muted">
        <Untrusted inline text={first.title} />
      </span>
      {row.open > 1 && (
        <Link to="/pulls" search={{ on: row.handle }} className="text-xs text-accent hover:underline">
          and {row.open - 1} more
        </Link>
      )}
    </>
  );
}

const shortReason = ({ asked }: ReviewerLoad): string => (asked === 0 ? 'not asked' : 'none answered');
