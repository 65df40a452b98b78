import type { Actor } from '#kernel/actor.ts';
import { isAtLeast } from '#kernel/actor.ts';
import type { JsonObject } from '#kernel/json.ts';

/** A filter of the list of issues that somebody keeps by name. */
export interface SavedView {
  id: string;
  /** `Actor.subject` of who keeps it. */
  owner: string;
  name: string;
  /** Everybody sees it. */
  shared: boolean;
  /** Parameters of `GET /v1/issues` by name, without paging. */
  filters: JsonObject;
  /** Grows by one with each change. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface SavedViewInput {
  name: string;
  shared: boolean;
  filters: JsonObject;
}

/** Most views that one person keeps: more are no tabs any more. */
export const MOST_VIEWS = 50;

/** Own views are one's own; what everybody sees is changed by whoever shared it and by managers. */
export function mayChangeView(view: Pick<SavedView, 'owner' | 'shared'>, actor: Actor): boolean {
  return view.owner === actor.subject || (view.shared && isAtLeast(actor.role, 'manager'));
}

/** Who puts a view before everybody. */
export const mayShareViews = (actor: Actor): boolean => isAtLeast(actor.role, 'manager');

/** A view of one project is nothing for those who may not see that project; `project` is its id or its key. */
export function isViewVisible(view: SavedView, actor: Actor, projects: ReadonlySet<string> | null): boolean {
  if (view.owner !== actor.subject && !view.shared) return false;
  const { project } = view.filters;
  return projects === null || typeof project !== 'string' || projects.has(project);
}
