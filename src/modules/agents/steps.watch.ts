import { messageOf } from '#kernel/errors.ts';
import type { AgentsDeps } from './steps.context.ts';
import { beat, type Held } from './store.ts';

/**
 * Why a running execution must stop: `cancelled` somebody stopped the run · `handed_back` this server must let go of it ·
 * `superseded` another execution has it.
 */
export type StopReason = 'cancelled' | 'handed_back' | 'superseded';

export interface RunWatch {
  /** Aborted at the first reason. */
  signal: AbortSignal;
  reason(): StopReason | null;
  stop(reason: StopReason): void;
  /** Ends the watching itself. */
  close(): void;
}

const BEAT_MS = 1000;

/** Says every second that the run's executor lives, and hears that way of stops and take-overs by other processes. */
export function watchRun(deps: Pick<AgentsDeps, 'db' | 'log'>, held: Held, outer: AbortSignal): RunWatch {
  const controller = new AbortController();
  let reason: StopReason | null = null;
  const stop = (why: StopReason): void => {
    if (reason !== null) return;
    reason = why;
    controller.abort(new Error(`run stopped: ${why}`));
  };
  const onOuter = (): void => stop('handed_back');
  outer.addEventListener('abort', onOuter, { once: true });
  if (outer.aborted) onOuter();
  const look = async (): Promise<void> => {
    const heard = await beat(deps.db, held);
    if (heard === null) stop('superseded');
    else if (heard.stopRequested) stop('cancelled');
  };
  // A database that is away for a moment is not a reason to stop; whoever loses it for good is aborted from outside.
  const timer = setInterval(
    () => void look().catch((error: unknown) => deps.log.debug({ run: held.runId, error: messageOf(error) }, 'no heartbeat')),
    BEAT_MS,
  );
  return {
    signal: controller.signal,
    reason: () => reason,
    stop,
    close() {
      clearInterval(timer);
      outer.removeEventListener('abort', onOuter);
    },
  };
}
