import { isAtLeastAsNew, type ExternalWorkItem, type WorkItem, type WorkItemPatch } from './model.ts';

const TRACKER_FIELDS = ['repositoryId', 'number', 'title', 'body', 'url', 'labels', 'author', 'assignee', 'requestedBy'] as const;
export type TrackerField = (typeof TRACKER_FIELDS)[number];

export type ExternalDecision = { kind: 'stale' } | { kind: 'same'; seenAt: Date } | { kind: 'apply'; changed: TrackerField[]; item: WorkItem };

/**
 * What a tracker's version of an item changes. Deliveries come twice and out of order, so the tracker's own time of change
 * decides: an older version never overwrites a newer one, an equal one applies (a tracker with whole seconds sends two
 * changes under one time, the second later), unless it is how the item was made. Fields left out stay as they are.
 */
export function decideExternal(stored: WorkItem, incoming: ExternalWorkItem, now: Date): ExternalDecision {
  if (!isAtLeastAsNew(incoming.externalUpdatedAt, stored.externalUpdatedAt)) return { kind: 'stale' };
  // What was made and labelled within a second is told twice under one time, and the two may overtake each other.
  if (incoming.isFirst === true && incoming.externalUpdatedAt.getTime() === stored.externalUpdatedAt?.getTime()) return { kind: 'stale' };
  const changed = TRACKER_FIELDS.filter((field) => incoming[field] !== undefined && differs(stored[field], incoming[field]));
  if (changed.length === 0) return { kind: 'same', seenAt: incoming.externalUpdatedAt };
  const fresh = Object.fromEntries(changed.map((field) => [field, incoming[field]]));
  return {
    kind: 'apply',
    changed,
    item: { ...stored, ...fresh, externalUpdatedAt: incoming.externalUpdatedAt, version: stored.version + 1, updatedAt: now },
  };
}

/** The item with a patch applied and the names of what that changes. */
export function decidePatch(stored: WorkItem, patch: WorkItemPatch, now: Date): { changed: string[]; item: WorkItem } {
  const entries = Object.entries(patch).filter(([field, value]) => value !== undefined && differs(stored[field as keyof WorkItem], value));
  if (entries.length === 0) return { changed: [], item: stored };
  return {
    changed: entries.map(([field]) => field),
    item: { ...stored, ...Object.fromEntries(entries), version: stored.version + 1, updatedAt: now },
  };
}

/** Labels are a set; everything else is compared as it is. */
function differs(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return new Set(a).symmetricDifference(new Set(b)).size > 0;
  return a !== b;
}
