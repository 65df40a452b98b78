import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { RotateCcw, Trash2, Undo2 } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { say } from '../../ui/toasts.tsx';
import { dropEntry, landAgain, renew, retryEntry } from './commands.ts';
import { mayDo, type Possible } from './may-do.ts';
import type { EntryDetail } from './queries.ts';

type Asked = 'retry' | 'drop' | 'reland';

const WORDS = {
  retry: {
    title: 'Try it again',
    about: 'It goes back into the queue as it was submitted and is merged with the branch as it is now. What it failed with stays in its story.',
    confirm: 'Try again',
  },
  drop: {
    title: 'Drop this change',
    about: 'It leaves the queue for good and does not land. What was submitted stays stored and can be read here.',
    confirm: 'Drop it',
  },
  reland: {
    title: 'Land it again',
    about:
      'The same contents are submitted as the next attempt and go through the whole queue. Where the branch is outside, the push waits for its approval.',
    confirm: 'Land it again',
  },
} as const;

/** What can be done about one change request now, by who may. `deciding`: its conflict is being decided on the page already. */
export function EntryActions({ entry, deciding }: { entry: EntryDetail; deciding: boolean }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [words, setWords] = useState<Asked>('retry');
  if (!may('developer')) return null;
  const able = mayDo(entry);
  const can = { ...able, resolve: able.resolve && !deciding };
  const ask = (what: Asked): void => {
    setWords(what);
    setAsked(what);
  };

  async function carryOut(reason: string): Promise<void> {
    if (asked === 'drop') await dropEntry(entry.id, reason);
    else if (asked === 'retry') await retryEntry(entry.id);
    else {
      const done = await landAgain(entry.id, reason);
      if (done.change_request !== null) void navigate({ to: '/queue/$id', params: { id: done.change_request.id } });
      else if (done.action_id !== null) void navigate({ to: '/approvals/$id', params: { id: done.action_id } });
    }
    await renew(queries);
    say(asked === 'drop' ? 'Dropped.' : asked === 'retry' ? 'It is back in the queue.' : 'It is on its way.');
  }

  return (
    <>
      <Choices id={entry.id} can={can} onAsk={ask} />
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={WORDS[words].title}
        about={WORDS[words].about}
        confirm={WORDS[words].confirm}
        danger={words === 'drop'}
        {...(words === 'retry' ? {} : { reason: words === 'drop' ? ('required' as const) : ('optional' as const) })}
        onConfirm={carryOut}
      />
    </>
  );
}

function Choices({ id, can, onAsk }: { id: string; can: Possible; onAsk(what: Asked): void }) {
  return (
    <>
      {can.resolve && (
        <Button asChild kind="primary">
          <Link to="/queue/$id" params={{ id }} search={{ view: 'conflict' }}>
            Decide the conflict
          </Link>
        </Button>
      )}
      {can.retry && (
        <Button icon={<RotateCcw size={15} aria-hidden />} onClick={() => onAsk('retry')}>
          Try again
        </Button>
      )}
      {can.reland && (
        <Button icon={<RotateCcw size={15} aria-hidden />} onClick={() => onAsk('reland')}>
          Land it again
        </Button>
      )}
      {can.revert && (
        <Button asChild>
          <Link to="/queue/$id" params={{ id }} search={{ revert: true }}>
            <Undo2 size={15} aria-hidden />
            Revert…
          </Link>
        </Button>
      )}
      {can.drop && (
        <Button icon={<Trash2 size={15} aria-hidden />} onClick={() => onAsk('drop')}>
          Drop
        </Button>
      )}
    </>
  );
}
