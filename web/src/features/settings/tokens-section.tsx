import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Checkbox } from '../../ui/text-input.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';
import { NotYours } from './may-note.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { namesOf, usePeopleNames } from './people-names.ts';
import { rowsOf, tokensQuery, type Token } from './queries.ts';

/** Keys for programs: made, seen in use, taken back. */
export function TokensSection() {
  const { may } = useSession();
  return may('admin') ? <Tokens /> : <NotYours needs="admin" does="see and make tokens" />;
}

function Tokens() {
  const queries = useQueryClient();
  const query = useInfiniteQuery(tokensQuery);
  const names = usePeopleNames();
  const nowMs = useNow();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const [all, setAll] = useState(false);
  const works = (token: Token): boolean => stateOf(token, nowMs) === 'works';
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <Checkbox label="Show those that no longer work" checked={all} onChange={(event) => setAll(event.target.checked)} />
        <Button kind="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setMaking(true)}>
          Make a token
        </Button>
      </div>
      <Panel title="Tokens" flush>
        <QueryState
          query={query}
          noun="the tokens"
          isEmpty={(data) => rowsOf(data).length === 0}
          empty={
            <Empty icon={KeyRound} title="No token was made yet">
              The command line on this machine uses the admin token. Make one for each program and person beside it.
            </Empty>
          }
        >
          {(data) => (
            <>
              <DataTable
                label="Tokens"
                columns={columnsWith({ names, nowMs, revoke: setRevoking })}
                rows={rowsOf(data).filter((token) => all || works(token))}
                keyOf={({ id }) => id}
                isFaint={(token) => !works(token)}
              />
              <MoreRows query={query} />
            </>
          )}
        </QueryState>
      </Panel>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null);
        }}
        title={`Revoke “${revoking?.name ?? ''}”?`}
        about="It stops working at once, and so do the sessions that were opened with it. This cannot be taken back: make a new one instead."
        confirm="Revoke"
        danger
        onConfirm={async () => {
          await read(api.DELETE('/v1/tokens/{id}', { params: { path: { id: revoking?.id ?? '' } } }));
          say(`“${revoking?.name ?? ''}” is revoked.`);
          await queries.invalidateQueries({ queryKey: ['tokens'] });
        }}
      />
    </>
  );
}

type TokenState = 'works' | 'revoked' | 'expired';

function stateOf(token: Token, nowMs: number): TokenState {
  if (token.revoked_at !== null) return 'revoked';
  return token.expires_at !== null && Date.parse(token.expires_at) <= nowMs ? 'expired' : 'works';
}

interface Shown {
  names: ReadonlyMap<string, string>;
  nowMs: number;
  revoke(token: Token): void;
}

const columnsWith = ({ names, nowMs, revoke }: Shown): ReadonlyArray<Column<Token>> => [
  {
    name: 'Name',
    cell: ({ name, hint }) => (
      <>
        <span className="block font-medium wrap-anywhere">{name}</span>
        <code className="font-mono text-xs text-muted">…{hint}</code>
      </>
    ),
  },
  {
    name: 'Of',
    from: 'sm',
    cell: ({ person_id: person, service }) => namesOf(names, person) ?? service ?? <span className="text-faint">nobody</span>,
  },
  { name: 'May', cell: (token) => <Reach token={token} /> },
  { name: 'Made', from: 'lg', cell: ({ created_at: at }) => <Time at={at} /> },
  { name: 'Last used', from: 'md', cell: ({ last_used_at: at }) => <Time at={at} none="never" /> },
  { name: 'Ends', from: 'md', cell: ({ expires_at: at }) => <Time at={at} none="never" /> },
  {
    name: '',
    label: 'What can be done',
    align: 'end',
    cell: (token) => {
      const state = stateOf(token, nowMs);
      if (state !== 'works') return <Badge>{state}</Badge>;
      return (
        <Button size="small" kind="quiet" aria-label={`Revoke ${token.name}`} onClick={() => revoke(token)}>
          Revoke
        </Button>
      );
    },
  },
];

function Reach({ token: { role, permissions, projects } }: { token: Token }) {
  return (
    <span className="flex flex-wrap gap-1">
      <Badge>{role}</Badge>
      {permissions !== null && <Badge tone="info">{permissions.length === 1 ? permissions[0] : `${permissions.length} permissions`}</Badge>}
      {projects !== null && <Badge tone="info">{projects.length === 1 ? 'one project' : `${projects.length} projects`}</Badge>}
    </span>
  );
}
