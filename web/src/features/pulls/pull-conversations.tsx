import { useCallback, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CheckCheck, MessageSquare, Reply } from 'lucide-react';
import { useLiveEvents } from '../../api/live.ts';
import type { LiveEvent } from '../../api/topics.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { keyOfConversations, renewConversations } from './conversations.ts';
import { askedText, proposedText, signed, withoutMarks } from './pull-words.ts';
import { conversationsQuery, proposeSaying, type Conversation, type Conversations, type PullDetail } from './queries.ts';

/** What is said beside its lines, as the forge has it now; who may, answers and ends it from here. */
export function PullConversations({ pull }: { pull: PullDetail }) {
  const query = useQuery(conversationsQuery(pull.id));
  useAnswersDecided(pull.id, query.data);
  return (
    <QueryState
      query={query}
      noun="the conversations"
      loading={<SkeletonRows rows={4} height="h-20" />}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <Empty icon={MessageSquare} title="Nothing is said beside its lines">
          What reviewers write beside a line on the forge appears here, and can be answered.
        </Empty>
      }
    >
      {(data) => (
        <ol aria-label="Conversations" className="flex flex-col gap-4">
          {data.items
            .toSorted((a, b) => Number(a.resolved) - Number(b.resolved))
            .map((item) => (
              <ConversationCard key={item.id} item={item} target={data.target} pull={pull} />
            ))}
        </ol>
      )}
    </QueryState>
  );
}

/** What waits for people is looked at again when somebody has decided it, wherever that was. */
function useAnswersDecided(id: string, data: Pick<Conversations, 'items'> | undefined): void {
  const queries = useQueryClient();
  const waiting = (data?.items ?? []).flatMap(({ asked }) => asked.map((one) => one.action_id)).join(' ');
  const listener = useCallback(
    (event: LiveEvent) => {
      if (waiting.split(' ').includes(event.subject)) void queries.invalidateQueries({ queryKey: keyOfConversations(id) });
    },
    [id, queries, waiting],
  );
  useLiveEvents(listener);
}

interface CardProps {
  item: Conversation;
  target: Conversations['target'];
  pull: PullDetail;
}

function ConversationCard({ item, target, pull }: CardProps) {
  const { may } = useSession();
  const [open, setOpen] = useState<'reply' | 'resolve' | null>(null);
  const place = item.line === null ? item.path : `${item.path}:${item.line}`;
  const mayAnswer = pull.state === 'open' && may('developer');
  const ends = item.asked.some(({ kind, status }) => kind === 'pr.thread.resolve' && status !== 'failed' && status !== 'declined');
  return (
    <li className="rounded-lg border border-line bg-surface shadow-panel">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="min-w-0 font-mono text-sm wrap-anywhere">
          <Untrusted inline text={place} />
        </h2>
        {item.resolved && <Badge tone="good">resolved</Badge>}
        {item.outdated && <Badge>of an older head</Badge>}
      </div>
      <ul className="flex flex-col gap-3 px-4 py-3 text-sm">
        {item.comments.map((comment) => (
          <li key={comment.id}>
            <p className="text-muted">
              <span className="font-medium text-ink">
                <Untrusted inline text={comment.author} />
              </span>{' '}
              <Time at={comment.created_at} />
            </p>
            <Untrusted text={withoutMarks(comment.body)} />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2 px-4 pb-3 empty:hidden">
        {item.asked.map((asked) => (
          <Asked key={asked.action_id} asked={asked} />
        ))}
        {mayAnswer && (
          <Button size="small" aria-label={`Reply in ${place}`} icon={<Reply size={14} aria-hidden />} onClick={() => setOpen('reply')}>
            Reply
          </Button>
        )}
        {mayAnswer && !item.resolved && !ends && (
          <Button size="small" aria-label={`Resolve ${place}`} icon={<CheckCheck size={14} aria-hidden />} onClick={() => setOpen('resolve')}>
            Resolve
          </Button>
        )}
      </div>
      {open !== null && <SayDialog what={open} place={place} item={item} target={target} pull={pull} onClose={() => setOpen(null)} />}
    </li>
  );
}

/** What was asked for and is not done, with where it is decided or what became of it. */
function Asked({ asked }: { asked: Conversation['asked'][number] }) {
  const look = 'text-accent hover:underline';
  return (
    <p role="status" className="basis-full text-sm text-muted">
      {askedText(asked)}{' '}
      {asked.status === 'pending' ? (
        <Link to="/approvals/$id" params={{ id: asked.action_id }} className={look}>
          To the decision
        </Link>
      ) : (
        <Link to="/ledger" search={{ mentions: asked.action_id }} className={look}>
          In the ledger
        </Link>
      )}
    </p>
  );
}

interface SayDialogProps extends CardProps {
  what: 'reply' | 'resolve';
  place: string;
  onClose(): void;
}

/** Proposed like everything that leaves: the policy says whether it is sent at once, and the page says what it waits for. */
function SayDialog({ what, place, item, target, pull, onClose }: SayDialogProps) {
  const { me } = useSession();
  const queries = useQueryClient();
  const name = me.subject.replace(/^person:/, '');
  const thread = { thread_id: item.id };

  async function send(text: string): Promise<void> {
    const { status, action_id: id } = await proposeSaying(
      target,
      pull.issue_id,
      what === 'reply' ? { kind: 'pr.thread.reply', args: { ...thread, body: signed(text, name) } } : { kind: 'pr.thread.resolve', args: thread },
    );
    say(proposedText(status));
    void renewConversations(queries, pull.id, id);
  }

  if (what === 'reply')
    return (
      <ConfirmDialog
        open
        onOpenChange={(next) => !next && onClose()}
        title="Reply"
        about={`Reeve posts it beside ${place}, under its own name with yours below.`}
        confirm="Send"
        reason="required"
        reasonLabel="Your answer"
        onConfirm={send}
      />
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Resolve this conversation?"
      about="It is ended on the forge. Opening it again is done there."
      confirm="Resolve"
      onConfirm={send}
    />
  );
}
