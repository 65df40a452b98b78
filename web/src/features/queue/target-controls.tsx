import { useEffect, useRef, useState, type RefObject } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { MoreHorizontal, PauseCircle, Play, StepForward } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { say } from '../../ui/toasts.tsx';
import { orderTarget, renew, type Order } from './commands.ts';

export interface Controlled {
  repository_id: string;
  target: string;
  control: 'running' | 'paused' | 'draining';
}

interface Words {
  verb: string;
  title: string;
  about: string;
  done: string;
}

const ORDERS: Readonly<Record<Order, Words>> = {
  pause: {
    verb: 'Pause',
    title: 'Pause',
    about: 'Nothing is begun and nothing lands on this branch until somebody resumes it. What is submitted meanwhile is taken and waits.',
    done: 'is paused',
  },
  drain: {
    verb: 'Drain',
    title: 'Drain',
    about: 'What was begun still lands; nothing new is begun. Then the branch is paused until somebody resumes it.',
    done: 'is being drained',
  },
  resume: { verb: 'Resume', title: 'Resume', about: 'The queue goes on with this branch where it stopped.', done: 'goes on' },
};

/** Stopping and starting one branch, each with a reason that everybody sees. Nothing for those who may not. */
export function TargetControls({ target }: { target: Controlled }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [order, setOrder] = useState<Order | null>(null);
  const [last, setLast] = useState<Order>('pause');
  const control = useFocusKept(order !== null, target.control === 'running');
  if (!may('developer')) return null;
  const ask = (next: Order): void => {
    setLast(next);
    setOrder(next);
  };
  const words = ORDERS[order ?? last];
  return (
    <>
      {target.control === 'running' ? (
        <Menu items={stops(ask)}>
          <Button
            ref={control}
            kind="quiet"
            size="small"
            aria-label={`Stop or drain ${target.target}`}
            icon={<MoreHorizontal size={16} aria-hidden />}
          />
        </Menu>
      ) : (
        <Button
          ref={control}
          size="small"
          kind="primary"
          icon={<Play size={14} aria-hidden />}
          aria-label={`Resume ${target.target}`}
          onClick={() => ask('resume')}
        >
          Resume
        </Button>
      )}
      <ConfirmDialog
        open={order !== null}
        onOpenChange={(open) => !open && setOrder(null)}
        title={`${words.title} ${target.target}`}
        about={words.about}
        confirm={`${words.verb} ${target.target.length > 24 ? 'the branch' : target.target}`}
        reason={order === 'resume' ? 'optional' : 'required'}
        onConfirm={async (reason) => {
          if (order === null) return;
          await orderTarget(order, { repo: target.repository_id, target: target.target }, reason);
          await renew(queries);
          say(`${target.target} ${words.done}.`);
        }}
      />
    </>
  );
}

/**
 * For the button that is there now: the one that was pressed makes room for its opposite, while the dialog is open or a moment after. The focus goes
 * to it when the dialog closes, and once more if it is gone then.
 */
function useFocusKept(isAsking: boolean, isRunning: boolean): RefObject<HTMLButtonElement | null> {
  const control = useRef<HTMLButtonElement>(null);
  const state = useRef<'rests' | 'asks' | 'answered'>('rests');
  useEffect(() => {
    if (!isAsking && state.current === 'asks') control.current?.focus();
    state.current = isAsking ? 'asks' : state.current === 'asks' ? 'answered' : state.current;
  }, [isAsking]);
  useEffect(() => {
    if (state.current !== 'answered' || document.activeElement !== document.body) return;
    control.current?.focus();
    state.current = 'rests';
  }, [isRunning]);
  return control;
}

const stops = (ask: (order: Order) => void): MenuItem[] => [
  { label: 'Pause…', icon: <PauseCircle size={14} aria-hidden />, onSelect: () => ask('pause') },
  { label: 'Drain, then pause…', icon: <StepForward size={14} aria-hidden />, onSelect: () => ask('drain') },
];
