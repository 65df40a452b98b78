/**
 * A worker process for tests of take-over: `node workflow-worker.ts '<json>'`. Runs the workflow `kit.story`, whose steps
 * write one line each to a journal, and says `ready` on stdout. SIGTERM stops it in good order.
 */
import { appendFileSync } from 'node:fs';
import { createLog } from '#platform/log/index.ts';
import { armCrashpoint, createWorkflowEngine } from '#platform/workflow/index.ts';
import type { EmbeddedConnection } from './server.ts';

export interface WorkerArguments {
  connection: EmbeddedConnection;
  executorId: string;
  /** Each step appends `<step> <executorId>`. */
  journal: string;
  /** Step that never ends in this process. */
  hangAt?: string;
  /** As REEVE_CRASH_AT. */
  crashAt?: string;
}

const given = JSON.parse(process.argv[2] ?? '') as WorkerArguments;
armCrashpoint(given.crashAt);

const engine = createWorkflowEngine({
  connection: given.connection,
  log: createLog({ level: 'warn', format: 'json', destination: process.stderr }),
  executorId: given.executorId,
  version: 'kit',
});
engine.defineQueue({ name: 'kit', pollingIntervalMs: 50 });

async function act(step: string): Promise<string> {
  appendFileSync(given.journal, `${step} ${given.executorId}\n`);
  if (given.hangAt === step) {
    await new Promise<never>((_resolve, reject) => {
      engine.aborting.addEventListener('abort', () => reject(new Error('told to stop')));
    });
  }
  return `${step} by ${given.executorId}`;
}

engine.define<null>({
  name: 'kit.story',
  queue: 'kit',
  async run(context) {
    const results = [];
    for (const step of ['one', 'two', 'three']) results.push(await context.step(step, () => act(step)));
    return results;
  },
});
engine.define<null>({
  name: 'kit.wait',
  queue: 'kit',
  async run(context) {
    await context.step('begin', () => act('begin'));
    return context.receive('answer', 600_000);
  },
});

process.once('SIGTERM', () => {
  void engine.stop(5000).then(() => process.exit(0));
});
await engine.launch({ worker: true });
process.stdout.write('ready\n');
