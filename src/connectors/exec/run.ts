import { messageOf } from '#kernel/errors.ts';
import { createAsyncQueue, createLineSplitter, createWatch, settlesWithin } from '#platform/process/index.ts';
import type { AgentEvent, EndReason, HarnessRun, RunningAgent, SpawnedProcess } from '#ports/harness.ts';
import { mapLine } from './lines.ts';
import { deliverPrompt } from './prompt.ts';

export interface Ending {
  reason: EndReason;
  detail: string;
}

const TERM_GRACE_MS = 2000;
/** After the exit: how long its last words may take to arrive, when a child of it holds the output open. */
const DRAIN_MS = 300;
const MAX_LINE_LENGTH = 1024 * 1024;
const TAIL_LENGTH = 600;

/** Runs a plain command on the prompt. Exit code 0 is all it can say for itself; `ended` comes when no process is left. */
export function startRun(run: HarnessRun, onEnded: (ending: Ending) => void): RunningAgent {
  const events = createAsyncQueue<AgentEvent>();
  const stop = Promise.withResolvers<Ending>();
  const alive = { now: (): void => {} };
  const done = drive(run, events.push, stop, alive).then((ending) => {
    onEnded(ending);
    events.push({ kind: 'ended', ...ending });
    events.close();
  });
  return {
    events,
    alive: () => alive.now(),
    async cancel(reason) {
      stop.resolve({ reason, detail: reason === 'budget' ? 'The budget of the run was used up.' : 'The run was stopped.' });
      await done;
    },
  };
}

async function drive(
  run: HarnessRun,
  push: (event: AgentEvent) => void,
  stop: PromiseWithResolvers<Ending>,
  alive: { now(): void },
): Promise<Ending> {
  const delivery = deliverPrompt(run.agent.command, run.prompt);
  if (delivery.kind === 'refused') return { reason: 'spawn_failed', detail: delivery.detail };
  let process: SpawnedProcess;
  try {
    process = await run.spawn(delivery.command, run.agent.env);
  } catch (error) {
    return { reason: 'spawn_failed', detail: messageOf(error) };
  }
  push({ kind: 'started', agent: run.agent.name, version: null, session: null });
  process.stdin.end(delivery.stdin);
  let stopping = false;
  const emit = (event: AgentEvent): void => {
    if (!stopping) push(event);
  };
  const watch = createWatch(run.limits, (reason, detail) => stop.resolve({ reason, detail }));
  alive.now = () => watch.output(0);
  const output = listen(process, (bytes) => watch.output(bytes), emit);
  const ending = await Promise.race([stop.promise, exitOf(process, output)]);
  stopping = true;
  watch.stop();
  await process.kill(TERM_GRACE_MS);
  return ending;
}

interface Output {
  closed: Promise<unknown>;
  stderrTail(): string;
}

function listen(process: SpawnedProcess, onBytes: (count: number) => void, emit: (event: AgentEvent) => void): Output {
  let tail = '';
  const closed = (['stdout', 'stderr'] as const).map((name) => {
    const lines = createLineSplitter((line) => {
      if (name === 'stderr') tail = `${tail}\n${line}`.slice(-TAIL_LENGTH);
      mapLine(name, line).forEach(emit);
    }, MAX_LINE_LENGTH);
    process[name].on('data', (chunk: Buffer) => {
      onBytes(chunk.length);
      lines.push(chunk);
    });
    process[name].on('error', () => {});
    return new Promise<void>((resolve) => {
      process[name].once('close', () => {
        lines.end();
        resolve();
      });
    });
  });
  return { closed: Promise.all(closed), stderrTail: () => tail.trim() };
}

async function exitOf(process: SpawnedProcess, output: Output): Promise<Ending> {
  const { exitCode, signal } = await process.exited;
  await settlesWithin(output.closed, DRAIN_MS);
  if (exitCode === 0) return { reason: 'end_turn', detail: 'The command ended with exit code 0.' };
  const said = output.stderrTail() === '' ? '' : ` Its last words: ${output.stderrTail()}`;
  return { reason: 'crashed', detail: `The command ${signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`}.${said}` };
}
