import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { refuseMoved } from '#kernel/revision.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import {
  type ForgeName,
  loosenedSettings,
  ProjectKey,
  ProjectName,
  ProjectSettings,
  type Project,
  type ProjectChange,
  type ProjectInput,
  type QueueSettings,
  type ReviewSettings,
} from './model.ts';
import * as store from './store.ts';

export interface ProjectsDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  /** Whether the operator's own list names a repository, where a registration leaves it open; left out: none is. */
  isAllowlisted?(forge: ForgeName, name: string): boolean;
}

/** Makes a project. AppError conflict `taken` on its key, invalid on anything malformed, forbidden for loosened settings. */
export async function createProject(deps: ProjectsDeps, input: ProjectInput, by: Actor): Promise<Project> {
  const now = deps.clock.now();
  const settings = toSettings(input.settings ?? {});
  needsAdminToLoosen(ProjectSettings.parse({}), settings, by);
  const project: Project = {
    id: deps.ids.next('project'),
    key: checked(ProjectKey, input.key, 'key'),
    name: checked(ProjectName, input.name, 'name'),
    settings,
    optedOut: input.optedOut ?? false,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  return deps.db.tx(async (tx) => {
    await store.insertProject(tx, project);
    await record(deps, tx, project, 'project.created', by, { after: factsOf(project) });
    return project;
  });
}

/** Changes what is named. AppError not_found, invalid, forbidden. A change that changes nothing writes nothing. */
export async function updateProject(deps: ProjectsDeps, id: string, change: ProjectChange, by: Actor, ifRevision?: number): Promise<Project> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockProject(tx, id);
    if (before === undefined) throw noProject();
    refuseMoved('project', before.revision, ifRevision);
    return saveChange(deps, tx, { before, change, by });
  });
}

async function saveChange(
  deps: ProjectsDeps,
  tx: Tx,
  { before, change, by }: { before: Project; change: ProjectChange; by: Actor },
): Promise<Project> {
  const queue = { ...before.settings.queue, ...(change.settings?.['queue'] as Partial<QueueSettings> | undefined) };
  const reviews = { ...before.settings.reviews, ...(change.settings?.['reviews'] as Partial<ReviewSettings> | undefined) };
  const settings = toSettings({ ...before.settings, ...change.settings, queue, reviews });
  needsAdminToLoosen(toSettings(before.settings), settings, by);
  const after: Project = {
    ...before,
    name: change.name === undefined ? before.name : checked(ProjectName, change.name, 'name'),
    settings,
    optedOut: change.optedOut ?? before.optedOut,
    revision: before.revision + 1,
    updatedAt: deps.clock.now(),
  };
  if (canonicalJson(factsOf(before)) === canonicalJson(factsOf(after))) return before;
  await store.saveProject(tx, after);
  await record(deps, tx, after, 'project.changed', by, { before: factsOf(before), after: factsOf(after) });
  return after;
}

/** AppError not_found, or conflict `referenced` while anything belongs to it: opt it out instead. */
export async function removeProject(deps: ProjectsDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockProject(tx, id);
    if (before === undefined) throw noProject();
    await store.deleteProject(tx, id);
    await record(deps, tx, before, 'project.removed', by, { before: factsOf(before) });
  });
}

/** Create or update by key, for the configuration at start. Two servers starting together make one project. */
export async function ensureProject(deps: ProjectsDeps, input: ProjectInput, by: Actor): Promise<Project> {
  const known = await store.projectByKey(deps.db, input.key);
  const { key: _key, ...change } = input;
  if (known !== undefined) return updateProject(deps, known.id, change, by);
  try {
    return await createProject(deps, input, by);
  } catch (error) {
    const other = await store.projectByKey(deps.db, input.key);
    if (other === undefined) throw error;
    return updateProject(deps, other.id, change, by);
  }
}

function noProject(): AppError {
  return new AppError('not_found', 'There is no such project.');
}

/** Parses one field; the sentence names it. */
function checked<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } } },
  value: unknown,
  field: string,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', `${field}: ${parsed.error.issues[0]?.message ?? 'not valid'}`, { detail: { field } });
}

function toSettings(value: Record<string, unknown>): ProjectSettings {
  const parsed = ProjectSettings.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ['settings', ...(issue?.path ?? [])].join('.');
  throw new AppError('invalid', `${where}: ${issue?.message ?? 'not valid'}`, { code: 'invalid_settings', detail: { field: where } });
}

function needsAdminToLoosen(before: ProjectSettings, after: ProjectSettings, by: Actor): void {
  const loosened = loosenedSettings(before, after);
  if (loosened.length === 0 || by.role === 'admin') return;
  throw new AppError('forbidden', `Only an admin may loosen ${loosened.join(' and ')}.`, { code: 'needs_admin', detail: { settings: loosened } });
}

function factsOf(project: Project): JsonObject {
  return { key: project.key, name: project.name, opted_out: project.optedOut, settings: project.settings as unknown as JsonObject };
}

async function record(deps: ProjectsDeps, tx: Tx, project: Project, kind: string, by: Actor, payload: JsonObject): Promise<void> {
  deps.ledger.append(tx, { kind, subject: project.id, actor: by.subject, projectId: project.id, payload });
  await deps.outbox.put(tx, { type: kind, subject: project.id, projectId: project.id, data: { key: project.key, opted_out: project.optedOut } });
}
