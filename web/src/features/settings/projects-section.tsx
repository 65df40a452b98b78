import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FolderKanban, Plus } from 'lucide-react';
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
import { NewProjectDialog } from './new-project-dialog.tsx';
import { ProjectForm } from './project-form.tsx';
import { projectQuery, projectsQuery, repositoriesQuery, rowsOf, type Project } from './queries.ts';
import { useItem } from './use-item.ts';

/** Projects, and how Reeve works on each. */
export function ProjectsSection() {
  const { may } = useSession();
  const query = useInfiniteQuery(projectsQuery);
  const repositories = useInfiniteQuery(repositoriesQuery);
  const navigate = useNavigate();
  const { item } = useSearch({ strict: false });
  // Its key is found among those that were read; by itself a project is read by its id alone.
  const { chosen, problem } = useItem(item, query.data === undefined ? undefined : rowsOf(query.data), projectQuery);
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const open = (id: string | undefined, ignoreBlocker = false): void =>
    void navigate({ to: '/settings/$section', params: { section: 'projects' }, search: id === undefined ? {} : { item: id }, ignoreBlocker });
  const counts = new Map<string, number>();
  for (const { project_id: id } of repositories.data === undefined ? [] : rowsOf(repositories.data)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (
    <QueryState query={query} noun="the projects">
      {(data) => {
        if (chosen !== undefined) return <ProjectForm key={chosen.id} project={chosen} onClose={() => open(undefined)} />;
        return (
          <>
            <MayNote needs="manager" does="make and change projects" />
            <ListHead search={search} onSearch={setSearch} noun="projects">
              {may('manager') && (
                <Button kind="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
                  Make a project
                </Button>
              )}
            </ListHead>
            <Panel title="Projects" flush>
              {problem !== null && item?.startsWith('proj_') === true && <ProblemNote error={problem} className="m-4" />}
              {rowsOf(data).length === 0 ? (
                <Empty icon={FolderKanban} title="There is no project yet">
                  A project holds repositories that belong together, with the checks that its changes have to pass.
                </Empty>
              ) : (
                <DataTable
                  label="Projects"
                  columns={columnsWith(open, counts)}
                  rows={rowsOf(data).filter(({ name, key }) => holds(search, name, key))}
                  keyOf={({ id }) => id}
                  isFaint={(project) => project.opted_out}
                />
              )}
              <MoreRows query={query} />
            </Panel>
            {adding && <NewProjectDialog onClose={() => setAdding(false)} onMade={(id) => open(id, true)} />}
          </>
        );
      }}
    </QueryState>
  );
}

const columnsWith = (open: (id: string) => void, counts: ReadonlyMap<string, number>): ReadonlyArray<Column<Project>> => [
  {
    name: 'Project',
    cell: ({ id, name, key }) => (
      <button type="button" className="min-h-6 max-w-full text-left" onClick={() => open(id)}>
        <span className="block font-medium text-ink underline-offset-2 hover:underline">
          <Untrusted inline text={name} />
        </span>
        <code className="block font-mono text-xs text-muted">{key}</code>
      </button>
    ),
  },
  { name: 'Repositories', align: 'end', className: 'tnum', cell: ({ id }) => counts.get(id) ?? 0 },
  {
    name: 'Checks',
    from: 'sm',
    cell: ({ settings: { checks = [] } }) => (checks.length === 0 ? <Badge tone="warn">none</Badge> : checks.map(({ name }) => name).join(', ')),
  },
  { name: 'Tasks go to', from: 'md', cell: ({ settings }) => (settings.assign === 'anyone' ? 'whoever fits best' : 'agents') },
  {
    name: 'Sandbox',
    from: 'md',
    cell: ({ settings }) => (settings.sandbox === 'none' ? <Badge tone="warn">no boundary</Badge> : (settings.sandbox ?? 'bwrap')),
  },
  { name: 'State', cell: ({ opted_out: out }) => (out ? <Badge tone="warn">opted out</Badge> : <Badge tone="good">worked on</Badge>) },
];
