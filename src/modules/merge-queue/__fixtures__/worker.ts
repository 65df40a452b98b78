import { createDb, createPool } from '#platform/db/index.ts';
import { armCrashpoint } from '#platform/workflow/index.ts';
import type { Scheduling } from '../steps.context.ts';
import { CONTEXT, createQueueOn, openMirrorOf } from './estate.ts';

/**
 * A worker process that is meant to die: `node worker.ts '<json>'` with the database's URL, the repository's folders, the fault
 * point to die at, and a document to submit (or null: it only works the queue).
 */
const options = JSON.parse(process.argv[2] ?? '{}') as { url: string; root: string; dir: string; crashAt: string; document: unknown; scheduling: Partial<Scheduling> };
armCrashpoint(options.crashAt);
const pool = createPool({ connection: { url: options.url } }, () => undefined);
const queue = createQueueOn(createDb(pool), () => openMirrorOf(options), { scheduling: async () => options.scheduling });
if (options.document !== null) await queue.submit(options.document, CONTEXT);
queue.start();
