import path from 'node:path';
import type { DomainEvent } from '#kernel/event.ts';
import { createGit } from '#connectors/git/index.ts';
import { createRepository, GIT_ENV, type Files, type Repository } from '#connectors/git/__fixtures__/repository.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { sql, type Db } from '#platform/db/index.ts';
import { createLog } from '#platform/log/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createMergeQueue, type MergeQueue } from '../commands.ts';
import type { SubmitContext } from '../commands.submit.ts';
import type { AdmissionRules } from '#modules/change-requests/index.ts';
import type { QueueEntry } from '../model.ts';
import type { MergeQueueDeps, MergeQueueSettings } from '../steps.context.ts';

export const PROJECT = 'proj_1';
export const REPOSITORY = 'repo_1';

export const RULES: AdmissionRules = {
  repositoryName: 'acme/shop',
  maxFiles: 50,
  maxBytes: 1_000_000,
  protectedPaths: ['.github/**'],
  queueOwned: ['package-lock.json'],
  mayWriteQueueOwned: false,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: [],
};

/** Short enough for tests, long enough that a loaded machine does not lose a lease by accident. */
export const SETTINGS: Partial<MergeQueueSettings> = { pollMs: 50, leaseTtlMs: 1500, headPatienceMs: 0, author: { name: 'Reeve', email: 'reeve@example.test' } };

const PASSES: MergeQueueDeps['verify'] = async () => ({ passed: true, checks: [{ name: 'test', command: 'true', exit_code: 0, output: '' }] });

/** The project and repository rows that entries refer to. */
export async function seed(db: Db): Promise<void> {
  await db.run(sql`insert into projects (id, key, name, settings) values (${PROJECT}, 'shop', 'Shop', '{}'::jsonb)`);
  await db.run(sql`insert into repositories (id, project_id, forge, name, default_branch) values (${REPOSITORY}, ${PROJECT}, 'local', 'acme/shop', 'main')`);
}

export function openMirrorOf(repository: Pick<Repository, 'root' | 'dir'>): Promise<Mirror> {
  return createGit({ env: GIT_ENV }).mirror({ dir: path.join(repository.root, 'mirror.git'), source: repository.dir });
}

/** A queue on a real database, ledger, outbox and mirror; what stands outside of it can be replaced. */
export function createQueueOn(db: Db, mirror: () => Promise<Mirror>, more: Partial<MergeQueueDeps> = {}): MergeQueue {
  const ids = createIds(systemClock);
  const log = createLog({ level: 'error', format: 'json', destination: process.stderr });
  return createMergeQueue({
    db,
    clock: systemClock,
    ids,
    log,
    ledger: createLedger({ db }),
    outbox: createOutbox({ db, log, clock: systemClock, ids }),
    workerId: `test-${process.pid}`,
    mirrors: mirror,
    rules: async () => RULES,
    verify: PASSES,
    scratch: (of) => createGit({ env: GIT_ENV }).scratch(of),
    ...more,
    settings: { ...SETTINGS, ...more.settings },
  });
}

export const CONTEXT: SubmitContext = { actor: 'agent:coder', projectId: PROJECT, repositoryId: REPOSITORY, workItemId: null, publish: { kind: 'mirror' } };

export interface DocumentParts {
  base: string;
  taskId?: string;
  attempt?: number;
  target?: string;
  intent?: { scope?: string[]; depends_on?: string[]; reverts?: string | null };
  summary?: string;
}

/** A document that gives each named file the content (null: deletes it), as seen from `base`. */
export async function documentOf(mirror: Mirror, files: Files, parts: DocumentParts): Promise<Record<string, unknown>> {
  const at = new Map((await mirror.listTree(parts.base)).map((entry) => [entry.path, entry.blob]));
  const changes = Object.entries(files).map(([name, content]) => {
    const blob = at.get(name);
    if (content === null) return { op: 'delete', path: name, base_blob: blob };
    const body = typeof content === 'string' ? { content } : { content_base64: Buffer.from(content).toString('base64') };
    return blob === undefined ? { op: 'create', path: name, ...body } : { op: 'modify', path: name, base_blob: blob, ...body };
  });
  return {
    version: 1,
    task_id: parts.taskId ?? 'task_1',
    attempt: parts.attempt ?? 1,
    repo: 'acme/shop',
    target: parts.target ?? 'ai-1',
    base: parts.base,
    summary: parts.summary ?? `Work of ${parts.taskId ?? 'task_1'}`,
    intent: { scope: ['**'], ...parts.intent },
    changes,
  };
}

/** Looks until the entry is in one of the states; the test's own time limit ends a hopeless wait. */
export async function untilState(queue: Pick<MergeQueue, 'get'>, id: string, states: ReadonlyArray<QueueEntry['state']>): Promise<QueueEntry> {
  for (;;) {
    const entry = await queue.get(id);
    if (entry !== null && states.includes(entry.state)) return entry;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const untilEnded = (queue: Pick<MergeQueue, 'get'>, id: string): Promise<QueueEntry> => untilState(queue, id, ['landed', 'quarantined', 'dropped', 'already_landed']);

/** Events that were really published: rows of committed transactions. */
export async function publishedEvents(db: Db): Promise<Array<Pick<DomainEvent, 'type' | 'subject' | 'data'>>> {
  return db.all(sql<Pick<DomainEvent, 'type' | 'subject' | 'data'>>`select type, subject, data from outbox order by ordinal`);
}

export { createRepository };
export type { Repository };
