import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, CircleDashed } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { say } from '../../ui/toasts.tsx';
import { rolloutQuery } from './queries.ts';

const STAGES = {
  shadow: 'shadow: decides and records, does nothing',
  non_critical: 'non-critical: works where little can break',
  core: 'core: works everywhere',
} as const;

/** How far Reeve is let in one project, and what is missing for more. */
export function RolloutPanel({ projectId }: { projectId: string }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const query = useQuery(rolloutQuery(projectId));
  const [asking, setAsking] = useState<'advance' | 'rollback' | null>(null);
  return (
    <Panel title="How far it is let">
      <QueryState query={query} noun="the stage">
        {(rollout) => (
          <div className="flex flex-col gap-3">
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={rollout.stage === 'shadow' ? 'warn' : 'good'}>{STAGES[rollout.stage]}</Badge>
              <span className="text-sm text-muted">
                People agreed with {rollout.agreed} of {rollout.judged} decisions.
              </span>
            </p>
            <ul className="flex flex-col gap-1 text-sm">
              {rollout.criteria.map(({ name, met, sentence }) => (
                <li key={name} className="flex items-start gap-2">
                  {met ? (
                    <Check size={15} className="mt-0.5 shrink-0 text-good" aria-hidden />
                  ) : (
                    <CircleDashed size={15} className="mt-0.5 shrink-0 text-faint" aria-hidden />
                  )}
                  <span>
                    <span className="sr-only">{met ? 'Met: ' : 'Not met: '}</span>
                    {sentence}
                  </span>
                </li>
              ))}
            </ul>
            {may('manager') && (
              <div className="flex flex-wrap gap-2">
                {rollout.next !== null && (
                  <Button disabled={!rollout.ready} onClick={() => setAsking('advance')}>
                    Go on to {rollout.next.replace('_', '-')}
                  </Button>
                )}
                {rollout.stage !== 'shadow' && (
                  <Button kind="danger" onClick={() => setAsking('rollback')}>
                    Back to shadow
                  </Button>
                )}
              </div>
            )}
          </div>
        )}
      </QueryState>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => {
          if (!open) setAsking(null);
        }}
        title={asking === 'rollback' ? 'Back to shadow?' : 'Go on to the next stage?'}
        about={
          asking === 'rollback'
            ? 'From now on Reeve decides and records here, and does nothing.'
            : 'From now on Reeve does more here by itself, as far as the policy lets it.'
        }
        confirm={asking === 'rollback' ? 'Back to shadow' : 'Go on'}
        danger={asking === 'rollback'}
        {...(asking === 'rollback' ? { reason: 'optional' as const } : {})}
        onConfirm={async (reason) => {
          const body = asking === 'rollback' ? ({ do: 'rollback', reason } as const) : ({ do: 'advance' } as const);
          await read(api.POST('/v1/projects/{id}/rollout', { params: { path: { id: projectId } }, body: body as never }));
          say('The stage is changed.');
          await queries.invalidateQueries({ queryKey: ['projects'] });
        }}
      />
    </Panel>
  );
}
