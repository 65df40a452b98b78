import { describe, expect, it } from 'vitest';
import { decideExternal, decidePatch } from './decide.ts';
import type { ExternalWorkItem, WorkItem } from './model.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const stored = {
  id: 'iss_1',
  projectId: 'proj_1',
  repositoryId: 'repo_1',
  source: 'local',
  externalId: 'acme/shop#1',
  number: 1,
  title: 'Cart',
  body: 'Empty cart crashes',
  url: null,
  type: 'bug',
  state: 'planned',
  stateReason: null,
  priority: 'P1',
  size: 'S',
  labels: ['bug', 'AI-Ready'],
  assignee: 'agent:codex',
  requestedBy: 'ada',
  author: 'ada',
  duplicateOf: null,
  parentId: null,
  targetBranch: 'ai-1',
  externalUpdatedAt: at(10),
  version: 4,
  createdAt: at(0),
  updatedAt: at(0),
} as unknown as WorkItem;
const incoming: ExternalWorkItem = {
  projectId: 'proj_1',
  repositoryId: 'repo_1',
  source: 'local',
  externalId: 'acme/shop#1',
  number: 1,
  title: 'Cart',
  body: 'Empty cart crashes',
  url: null,
  labels: ['AI-Ready', 'bug'],
  author: 'ada',
  externalUpdatedAt: at(11),
};

describe('a tracker’s version of an item', () => {
  it('that is older changes nothing, whatever it says', () => {
    expect(decideExternal(stored, { ...incoming, title: 'Old title', externalUpdatedAt: at(9) }, NOW)).toEqual({ kind: 'stale' });
  });
  it('that says the same is only seen: the order of labels is no difference', () => {
    expect(decideExternal(stored, incoming, NOW)).toEqual({ kind: 'same', seenAt: at(11) });
  });
  it('in which it was made takes nothing back of what was told under the same time, and counts when it is newer', () => {
    const opened = { ...incoming, labels: [], isFirst: true };
    expect(decideExternal(stored, { ...opened, externalUpdatedAt: at(10) }, NOW)).toEqual({ kind: 'stale' });
    expect(decideExternal(stored, { ...opened, externalUpdatedAt: at(11) }, NOW).kind).toBe('apply');
  });
  it.each([at(10), at(11)])('that is as new or newer applies (%s)', (externalUpdatedAt) => {
    const decision = decideExternal(stored, { ...incoming, title: 'Basket', labels: ['bug'], externalUpdatedAt }, NOW);
    expect(decision).toMatchObject({
      kind: 'apply',
      changed: ['title', 'labels'],
      item: { title: 'Basket', labels: ['bug'], version: 5, externalUpdatedAt, updatedAt: NOW },
    });
  });
  it('keeps what the tracker does not own or does not say', () => {
    const decision = decideExternal(stored, { ...incoming, title: 'Basket' }, NOW);
    expect(decision).toMatchObject({
      item: { state: 'planned', type: 'bug', priority: 'P1', size: 'S', assignee: 'agent:codex', requestedBy: 'ada', targetBranch: 'ai-1' },
    });
  });
  it('takes away an assignee it says is gone', () => {
    expect(decideExternal(stored, { ...incoming, assignee: null }, NOW)).toMatchObject({ changed: ['assignee'], item: { assignee: null } });
  });
});

describe('a patch', () => {
  it('names what it changes and raises the version', () => {
    expect(decidePatch(stored, { priority: 'P0', size: 'S', labels: ['bug'] }, NOW)).toMatchObject({
      changed: ['priority', 'labels'],
      item: { priority: 'P0', version: 5, updatedAt: NOW },
    });
  });
  it('that changes nothing gives the item back', () => {
    expect(decidePatch(stored, { priority: 'P1', title: undefined, labels: ['AI-Ready', 'bug'] }, NOW)).toEqual({ changed: [], item: stored });
  });
});
