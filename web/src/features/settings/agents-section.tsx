import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { AgentCard } from './agent-card.tsx';
import { MayNote } from './may-note.tsx';
import { agentsQuery } from './queries.ts';

/** The agents that work here, each with what its last test said. */
export function AgentsSection() {
  const query = useQuery(agentsQuery);
  return (
    <>
      <MayNote needs="admin" does="add and test agents" />
      <QueryState
        query={query}
        noun="the agents"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Empty icon={Bot} title="No agent is set up yet">
            Agents are named in reeve.yaml, or{' '}
            <Link to="/welcome" className="text-accent underline underline-offset-2">
              picked from those found on this machine
            </Link>
            .
          </Empty>
        }
      >
        {({ items }) => (
          <>
            <div className="flex flex-col gap-4">
              {items.map((agent) => (
                <AgentCard key={agent.name} agent={agent} />
              ))}
            </div>
            <p className="mt-4 text-sm text-muted">
              More agents:{' '}
              <Link to="/welcome" className="text-accent underline underline-offset-2">
                pick one that is found on this machine
              </Link>
              , or name one under <code className="font-mono">agents:</code> in reeve.yaml.
            </p>
          </>
        )}
      </QueryState>
    </>
  );
}
