import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { toProblem } from '../../api/problem.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Time } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';
import { browserOf } from './browser-words.ts';
import { namesOf, usePeopleNames } from './people-names.ts';
import { rowsOf, sessionsQuery, type Session } from './queries.ts';

/** Browsers that are signed in: one's own, and for admins everybody's. */
export function SessionsSection() {
  const { may } = useSession();
  const queries = useQueryClient();
  const query = useInfiniteQuery({ ...sessionsQuery, refetchInterval: 30_000 });
  const names = usePeopleNames();
  const [ending, setEnding] = useState<Session | null>(null);
  return (
    <Panel title={may('admin') ? 'Everybody who is signed in' : 'Where you are signed in'} flush>
      <QueryState query={query} noun="the sessions">
        {(data) => (
          <>
            <DataTable label="Sessions" columns={columnsWith(names, setEnding)} rows={rowsOf(data)} keyOf={({ id }) => id} />
            {rowsOf(data).length === 0 && <p className="px-4 py-6 text-center text-sm text-muted">No browser is signed in.</p>}
            <MoreRows query={query} />
          </>
        )}
      </QueryState>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null);
        }}
        title="Sign this browser out?"
        about={`${browserOf(ending?.user_agent ?? null)} is signed out at once. If it is this one, you have to sign in again.`}
        confirm="Sign out"
        danger
        onConfirm={async () => {
          await read(api.DELETE('/v1/sessions/{id}', { params: { path: { id: ending?.id ?? '' } } }));
          // It may have been this browser's own.
          const stays = await read(api.GET('/v1/whoami')).then(
            () => true,
            (error: unknown) => toProblem(error).status !== 401,
          );
          if (!stays) {
            location.assign('/sign-in');
            return;
          }
          say('That browser is signed out.');
          await queries.invalidateQueries({ queryKey: ['sessions'] });
        }}
      />
    </Panel>
  );
}

function Nobody({ by }: { by: string }) {
  return <span className="text-muted">{by === 'admin-token' ? 'the admin token' : 'a token of nobody'}</span>;
}

const columnsWith = (names: ReadonlyMap<string, string>, end: (session: Session) => void): ReadonlyArray<Column<Session>> => [
  { name: 'Browser', cell: ({ user_agent: agent }) => <span className="font-medium">{browserOf(agent)}</span> },
  { name: 'Person', cell: ({ person_id: person, opened_by: by }) => namesOf(names, person) ?? <Nobody by={by} /> },
  { name: 'Signed in by', from: 'md', cell: ({ opened_by: by }) => by },
  { name: 'Since', from: 'sm', cell: ({ created_at: at }) => <Time at={at} /> },
  { name: 'Last seen', from: 'sm', cell: ({ last_seen_at: at }) => <Time at={at} /> },
  { name: 'Ends', from: 'lg', cell: ({ expires_at: at }) => <Time at={at} /> },
  {
    name: '',
    label: 'What can be done',
    align: 'end',
    cell: (session) => (
      <Button
        size="small"
        kind="quiet"
        icon={<LogOut size={14} aria-hidden />}
        aria-label={`Sign out ${browserOf(session.user_agent)}`}
        onClick={() => end(session)}
      >
        Sign out
      </Button>
    ),
  },
];
