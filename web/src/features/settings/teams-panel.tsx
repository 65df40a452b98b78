import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { rowsOf, teamQuery, teamsQuery, type Team } from './queries.ts';
import { NewTeamDialog, TeamDialog } from './team-dialog.tsx';
import { useItem } from './use-item.ts';

/** People who are asked together, such as the owners a CODEOWNERS file names. */
export function TeamsPanel({ item, onOpen }: { item: string | undefined; onOpen(id: string | undefined): void }) {
  const { may } = useSession();
  const query = useInfiniteQuery(teamsQuery);
  const named = item?.startsWith('team_') === true ? item : undefined;
  const { chosen, problem } = useItem(named, query.data === undefined ? undefined : rowsOf(query.data), teamQuery);
  const [adding, setAdding] = useState(false);
  const make = may('manager') ? (
    <Button size="small" icon={<Plus size={14} aria-hidden />} onClick={() => setAdding(true)}>
      Make a team
    </Button>
  ) : undefined;
  return (
    <Panel title="Teams" flush aside={make} className="mt-5">
      <QueryState
        query={query}
        noun="the teams"
        isEmpty={(data) => rowsOf(data).length === 0}
        empty={<Empty title="There is no team yet">A team is people who answer for something together.</Empty>}
      >
        {(data) => (
          <>
            {problem !== null && <ProblemNote error={problem} className="m-4" />}
            <DataTable label="Teams" columns={columnsWith(onOpen)} rows={rowsOf(data)} keyOf={({ id }) => id} />
            <MoreRows query={query} />
            {chosen !== undefined && <TeamDialog key={chosen.id} team={chosen} onClose={() => onOpen(undefined)} />}
          </>
        )}
      </QueryState>
      {adding && <NewTeamDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}

const columnsWith = (open: (id: string) => void): ReadonlyArray<Column<Team>> => [
  {
    name: 'Team',
    cell: ({ id, name, key }) => (
      <button type="button" className="min-h-6 max-w-full text-left" onClick={() => open(id)}>
        <span className="block font-medium text-ink wrap-anywhere underline-offset-2 hover:underline">
          <Untrusted inline text={name} />
        </span>
        <code className="block font-mono text-xs text-muted">{key}</code>
      </button>
    ),
  },
  {
    name: 'Members',
    cell: ({ members }) =>
      members.length === 0 ? (
        <span className="text-faint">nobody</span>
      ) : (
        <span className="wrap-anywhere">{members.map((one) => `@${one}`).join(', ')}</span>
      ),
  },
];
