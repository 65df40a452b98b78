import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import type { Db, Queryable, Tx } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { isViewVisible, mayChangeView, mayShareViews, MOST_VIEWS, type SavedView, type SavedViewInput } from './model.views.ts';
import * as store from './store.views.ts';

export interface ViewDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
}

/** Filters of the list of issues that people keep by name. What everybody sees is in the ledger; what one keeps for oneself is nobody's business. */
export interface SavedViews {
  /** One's own and the shared ones, without those of projects one may not see. */
  list(by: Actor): Promise<SavedView[]>;
  /** AppError forbidden `manager_needed` (shared), conflict `taken`, `too_many`. */
  create(input: SavedViewInput, by: Actor): Promise<SavedView>;
  /** AppError not_found, forbidden `manager_needed` (it is shared afterwards), `not_your_view`, conflict `taken`, `stale`. */
  change(id: string, change: Partial<SavedViewInput> & { version?: number | undefined }, by: Actor): Promise<SavedView>;
  /** AppError not_found, forbidden `not_your_view`. */
  remove(id: string, by: Actor): Promise<void>;
}

export function createSavedViews(deps: ViewDeps): SavedViews {
  return {
    async list(by) {
      const views = await store.viewsFor(deps.db, by.subject);
      const projects = await projectsOf(deps.db, by);
      return views.filter((view) => isViewVisible(view, by, projects));
    },
    create: (input, by) => create(deps, input, by),
    change: (id, change, by) => changeView(deps, { id, change, by }),
    remove: (id, by) =>
      deps.db.tx(async (tx) => {
        const view = await locked(tx, id, by);
        await store.deleteView(tx, id);
        if (view.shared) record(deps, tx, 'view.withdrawn', view, by);
      }),
  };
}

async function create(deps: ViewDeps, input: SavedViewInput, by: Actor): Promise<SavedView> {
  refuseSharing(input.shared, by);
  const now = deps.clock.now();
  const id = deps.ids.next('view');
  const view: SavedView = { id, owner: by.subject, version: 1, createdAt: now, updatedAt: now, ...stored(input) };
  await deps.db.tx(async (tx) => {
    if ((await store.countViews(tx, by.subject)) >= MOST_VIEWS)
      throw new AppError('conflict', `You keep ${MOST_VIEWS} views already.`, { code: 'too_many', hint: 'Remove one first.' });
    await store.insertView(tx, view);
    if (view.shared) record(deps, tx, 'view.shared', view, by);
  });
  return view;
}

function changeView(deps: ViewDeps, of: { id: string; change: Parameters<SavedViews['change']>[1]; by: Actor }): Promise<SavedView> {
  const { id, change, by } = of;
  return deps.db.tx(async (tx) => {
    const before = await locked(tx, id, by);
    const { version, ...wanted } = change;
    if (version !== undefined && version !== before.version)
      throw new AppError('conflict', 'Somebody changed the view meanwhile.', {
        code: 'stale',
        hint: 'Read it again.',
        detail: { version: before.version },
      });
    const { name = before.name, shared = before.shared, filters = before.filters } = wanted;
    refuseSharing(shared, by);
    const view: SavedView = { ...before, ...stored({ name, shared, filters }), version: before.version + 1, updatedAt: deps.clock.now() };
    await store.saveView(tx, view);
    if (view.shared || before.shared) record(deps, tx, view.shared ? 'view.shared' : 'view.withdrawn', view, by);
    return view;
  });
}

const stored = (input: SavedViewInput): SavedViewInput => ({
  name: toStorableText(input.name),
  shared: input.shared,
  filters: toStorableJson(input.filters),
});

function refuseSharing(shared: boolean, by: Actor): void {
  if (!shared || mayShareViews(by)) return;
  throw new AppError('forbidden', 'A view that everybody sees is made by a manager.', { code: 'manager_needed', hint: 'Keep it for yourself.' });
}

/** Ids and keys of the projects that somebody is limited to; null: all. */
async function projectsOf(on: Queryable, by: Actor): Promise<ReadonlySet<string> | null> {
  const limits = by.projects ?? null;
  return limits === null ? null : store.namesOfProjects(on, limits);
}

/** Those of others, unless shared, do not exist for anybody else; nor do those of a project one may not see. */
async function locked(tx: Tx, id: string, by: Actor): Promise<SavedView> {
  const view = await store.lockView(tx, id);
  if (view === undefined || !isViewVisible(view, by, await projectsOf(tx, by))) throw new AppError('not_found', 'There is no such view.');
  if (!mayChangeView(view, by)) throw new AppError('forbidden', 'This view is kept by somebody else.', { code: 'not_your_view' });
  return view;
}

function record(deps: ViewDeps, tx: Tx, kind: 'view.shared' | 'view.withdrawn', view: SavedView, by: Actor): void {
  const payload: JsonObject = { name: view.name, owner: view.owner, filters: view.filters };
  deps.ledger.append(tx, { kind, subject: view.id, actor: by.subject, payload });
}
