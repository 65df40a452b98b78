import { useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Users } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { holds, ListHead } from './list-head.tsx';
import { MayNote } from './may-note.tsx';
import { NewPersonDialog, PersonDialog } from './person-dialog.tsx';
import { TeamsPanel } from './teams-panel.tsx';
import { loadQuery, peopleQuery, personQuery, rowsOf, type Person } from './queries.ts';
import { useItem } from './use-item.ts';

/** Everybody Reeve knows: what they can, how much time they have, what they may. */
export function PeopleSection() {
  const { may } = useSession();
  const query = useInfiniteQuery(peopleQuery);
  const navigate = useNavigate();
  const { item } = useSearch({ strict: false });
  // Teams are on the same page.
  const named = item?.startsWith('team_') === true ? undefined : item;
  const { chosen, problem } = useItem(named, query.data === undefined ? undefined : rowsOf(query.data), personQuery);
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const open = (id: string | undefined): void =>
    void navigate({ to: '/settings/$section', params: { section: 'people' }, search: id === undefined ? {} : { item: id } });
  return (
    <>
      <MayNote needs="manager" does="add and change people" />
      <ListHead search={search} onSearch={setSearch} noun="people">
        {may('manager') && (
          <Button kind="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
            Add a person
          </Button>
        )}
      </ListHead>
      <Panel title="People" flush>
        <QueryState
          query={query}
          noun="the people"
          isEmpty={(data) => rowsOf(data).length === 0}
          empty={
            <Empty icon={Users} title="Nobody is known yet">
              People approve, review and take tasks. They come from reeve.yaml, from signing in, or from here.
            </Empty>
          }
        >
          {(data) => {
            const people = rowsOf(data).filter(({ name, handle, skills }) => holds(search, name, handle, ...skills));
            return (
              <>
                {problem !== null && <ProblemNote error={problem} className="m-4" />}
                <DataTable label="People" columns={columnsWith(open)} rows={people} keyOf={({ id }) => id} isFaint={({ active }) => !active} />
                {people.length === 0 && <p className="px-4 py-6 text-center text-sm text-muted">Nobody of those shown fits.</p>}
                <MoreRows query={query} />
                {chosen !== undefined && <PersonDialog key={chosen.id} person={chosen} onClose={() => open(undefined)} />}
              </>
            );
          }}
        </QueryState>
      </Panel>
      <TeamsPanel item={item} onOpen={open} />
      {adding && <NewPersonDialog onClose={() => setAdding(false)} />}
    </>
  );
}

const columnsWith = (open: (id: string) => void): ReadonlyArray<Column<Person>> => [
  {
    name: 'Name',
    cell: (person) => (
      <button type="button" className="min-h-6 max-w-full text-left" onClick={() => open(person.id)}>
        <span className="block font-medium text-ink underline-offset-2 hover:underline">
          <Untrusted inline text={person.name} />
        </span>
        <span className="block text-xs text-muted">@{person.handle}</span>
      </button>
    ),
  },
  {
    name: 'Role',
    cell: ({ role, active }) => (
      <span className="flex flex-wrap gap-1">
        <Badge>{role}</Badge>
        {!active && <Badge tone="warn">left</Badge>}
      </span>
    ),
  },
  { name: 'Skills', from: 'md', cell: ({ skills }) => <Words words={skills} /> },
  { name: 'Hours a week', from: 'sm', align: 'end', className: 'tnum', cell: ({ capacity_hours_per_week: hours }) => hours },
  { name: 'In work', from: 'sm', align: 'end', className: 'tnum', cell: (person) => <InWork person={person} /> },
  { name: 'Time zone', from: 'lg', cell: ({ timezone }) => <span className="text-muted">{timezone}</span> },
];

function Words({ words }: { words: readonly string[] }) {
  if (words.length === 0) return <span className="text-faint">none</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {words.slice(0, 4).map((word) => (
        <Badge key={word}>{word}</Badge>
      ))}
      {words.length > 4 && <span className="text-xs text-muted">and {words.length - 4} more</span>}
    </span>
  );
}

/** How many issues somebody has in work, of how many they want at once. */
function InWork({ person }: { person: Person }) {
  const { data } = useQuery({ ...loadQuery(person.id), enabled: person.active });
  return (
    <span>
      {data?.wip ?? '–'} of {person.wip_limit}
    </span>
  );
}
