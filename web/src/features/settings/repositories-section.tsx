import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FolderGit2, Plus } from 'lucide-react';
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
import { projectsQuery, repositoriesQuery, repositoryQuery, rowsOf, type Repository } from './queries.ts';
import { NewRepositoryDialog, RepositoryDialog } from './repository-dialog.tsx';
import { FORGES, TIERS } from './repository-words.ts';
import { useItem } from './use-item.ts';

/** Where Reeve may read and write. */
export function RepositoriesSection() {
  const { may } = useSession();
  const query = useInfiniteQuery(repositoriesQuery);
  const projects = useInfiniteQuery(projectsQuery);
  const navigate = useNavigate();
  const { item } = useSearch({ strict: false });
  const { chosen, problem } = useItem(item, query.data === undefined ? undefined : rowsOf(query.data), repositoryQuery);
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const names = new Map((projects.data === undefined ? [] : rowsOf(projects.data)).map(({ id, name }) => [id, name]));
  const open = (id: string | undefined): void =>
    void navigate({ to: '/settings/$section', params: { section: 'repositories' }, search: id === undefined ? {} : { item: id } });
  return (
    <>
      <MayNote needs="manager" does="add and change repositories" />
      <ListHead search={search} onSearch={setSearch} noun="repositories">
        {may('manager') && (
          <Button kind="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
            Add a repository
          </Button>
        )}
      </ListHead>
      <Panel title="Repositories" flush>
        <QueryState
          query={query}
          noun="the repositories"
          isEmpty={(data) => rowsOf(data).length === 0}
          empty={
            <Empty icon={FolderGit2} title="No repository is known yet">
              Reeve touches nothing that is not in this list and allowed.
            </Empty>
          }
        >
          {(data) => {
            return (
              <>
                {problem !== null && <ProblemNote error={problem} className="m-4" />}
                <DataTable
                  label="Repositories"
                  columns={columnsWith(open, names)}
                  rows={rowsOf(data).filter(({ name, project_id: id }) => holds(search, name, names.get(id) ?? null))}
                  keyOf={({ id }) => id}
                  isFaint={({ allowlisted }) => !allowlisted}
                />
                <MoreRows query={query} />
                {chosen !== undefined && <RepositoryDialog key={chosen.id} repository={chosen} onClose={() => open(undefined)} />}
              </>
            );
          }}
        </QueryState>
      </Panel>
      {adding && <NewRepositoryDialog onClose={() => setAdding(false)} />}
    </>
  );
}

const columnsWith = (open: (id: string) => void, names: ReadonlyMap<string, string>): ReadonlyArray<Column<Repository>> => [
  {
    name: 'Repository',
    cell: ({ id, name, forge, default_branch: branch }) => (
      <button type="button" className="min-h-6 max-w-full text-left" onClick={() => open(id)}>
        <span className="block font-medium text-ink wrap-anywhere underline-offset-2 hover:underline">
          <Untrusted inline text={name} />
        </span>
        <span className="block text-xs text-muted">
          {FORGES[forge]}, {branch}
        </span>
      </button>
    ),
  },
  { name: 'Project', from: 'sm', cell: ({ project_id: id }) => names.get(id) ?? id },
  { name: 'Tier', cell: ({ tier }) => <Badge tone={TIERS[tier].tone}>{tier}</Badge> },
  { name: 'Reeve may', cell: ({ allowlisted }) => (allowlisted ? <Badge tone="good">work there</Badge> : <Badge>nothing</Badge>) },
  {
    name: 'Branch protection',
    from: 'lg',
    cell: ({ protection_attested: attested, forge }) => (forge !== 'github' ? '–' : attested ? 'attested by an admin' : 'as the forge says'),
  },
];
