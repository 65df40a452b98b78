import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeBetween, type ConflictGraph, type EdgeKind } from './decide.graph.ts';
import { planBuilds, type LaneFacts, type SchedulingEntry } from './decide.lanes.ts';
import { AGING_MS, compareFacts } from './decide.order.ts';

const NOW = 1_800_000_000_000;
const entry = (id: string, more: Partial<SchedulingEntry> = {}): SchedulingEntry => ({
  id,
  priority: 2,
  retries: 0,
  submittedAtMs: NOW - 60_000,
  notBeforeMs: null,
  dependsOn: [],
  stuck: [],
  suspicion: null,
  proven: false,
  solo: false,
  ...more,
});

function graphOf(...edges: Array<[string, string, EdgeKind]>): ConflictGraph {
  const map = new Map<string, Map<string, EdgeKind>>();
  const put = (from: string, to: string, kind: EdgeKind): void => void map.set(from, (map.get(from) ?? new Map<string, EdgeKind>()).set(to, kind));
  for (const [a, b, kind] of edges) {
    put(a, b, kind);
    put(b, a, kind);
  }
  return { edges: map };
}

const plan = (queued: SchedulingEntry[], more: Partial<LaneFacts> = {}) =>
  planBuilds({ nowMs: NOW, control: 'running', queued, inFlight: [], graph: graphOf(), limits: { lanes: 2, batch: 2 }, ...more });
const members = (queued: SchedulingEntry[], more: Partial<LaneFacts> = {}): string[] =>
  plan(queued, more).builds.map((build) => build.members.join('+'));
const inLane = (lane: number, ...ids: string[]) => ({ kind: 'lane' as const, lane, members: ids, solo: false });

test.each<[string, SchedulingEntry[], Partial<LaneFacts>, string[]]>([
  ['independent entries take a lane each, in order', [entry('b'), entry('a', { priority: 0 })], {}, ['a', 'b']],
  [
    'when lanes are taken, what is independent travels along, as far as the batch allows',
    ['a', 'b', 'c', 'd', 'e'].map((id) => entry(id)),
    {},
    ['a+c', 'b+d'],
  ],
  ['related entries share a build', [entry('a'), entry('b'), entry('c')], { graph: graphOf(['a', 'b', 'impact']) }, ['a+b', 'c']],
  ['what git cannot merge does not share a build', [entry('a'), entry('b')], { graph: graphOf(['a', 'b', 'text']) }, ['a']],
  [
    'what is related to two builds waits for both',
    [entry('a'), entry('b'), entry('c')],
    { graph: graphOf(['a', 'c', 'files'], ['b', 'c', 'files']) },
    ['a', 'b'],
  ],
  [
    'what is related to a build in flight waits',
    [entry('a'), entry('b')],
    { inFlight: [inLane(1, 'x')], graph: graphOf(['a', 'x', 'files']) },
    ['b'],
  ],
  [
    'nothing related overtakes what waits',
    [entry('a', { priority: 0 }), entry('b')],
    { inFlight: [inLane(1, 'x')], graph: graphOf(['a', 'x', 'files'], ['a', 'b', 'files']) },
    [],
  ],
  [
    'a back-off is passed over and blocks nobody',
    [entry('a', { priority: 0, notBeforeMs: NOW + 1 }), entry('b')],
    { graph: graphOf(['a', 'b', 'text']) },
    ['b'],
  ],
  [
    'a dependency waits unless it is in the same build',
    [entry('a'), entry('b', { dependsOn: ['a'] }), entry('c', { dependsOn: ['x'] })],
    {},
    ['a+b'],
  ],
  ['two dependencies in two builds are waited for', [entry('a'), entry('b'), entry('c', { dependsOn: ['a', 'b'] })], {}, ['a', 'b']],
  ['what is proven joins in one build, whatever the batch', ['a', 'b', 'c'].map((id) => entry(id, { proven: true })), {}, ['a+b+c']],
  ['proven and new do not mix', [entry('a', { proven: true }), entry('b')], {}, ['a', 'b']],
  ['there is one joining build at a time', [entry('a', { proven: true })], { inFlight: [{ ...inLane(1, 'x'), kind: 'join' }] }, []],
  [
    'suspects share builds with their own, half as many',
    ['a', 'b', 'c'].map((id) => entry(id, { suspicion: { group: 'g', cap: 1 } })),
    {},
    ['a', 'b'],
  ],
  ['suspects do not travel with others', [entry('a'), entry('b'), entry('c', { suspicion: { group: 'g', cap: 2 } })], {}, ['a', 'b']],
  [
    'what an action publishes goes alone, one at a time',
    [entry('a', { solo: true }), entry('b', { solo: true }), entry('c'), entry('d')],
    {},
    ['a', 'c+d'],
  ],
  ['a paused target begins nothing', [entry('a')], { control: 'paused' }, []],
  [
    'what needs more than a merge is first in its build',
    [entry('a'), entry('b', { leads: true }), entry('c')],
    { limits: { lanes: 2, batch: 3 }, graph: graphOf(['a', 'c', 'files']) },
    ['a+c', 'b'],
  ],
  ['a draining target lands what passed in its lane', [entry('a', { proven: true }), entry('b')], { control: 'draining' }, ['a']],
  ['a draining target begins nothing', [entry('a')], { control: 'draining' }, []],
])('%s', (_, queued, more, expected) => {
  expect(members(queued, more)).toEqual(expected);
});

test('each entry that is not taken up says what it waits for, and when to look again', () => {
  const queued = [
    entry('a'),
    entry('b', { dependsOn: ['q'], stuck: ['q'] }),
    entry('c', { notBeforeMs: NOW + 9 }),
    entry('d', { dependsOn: ['x'] }),
    entry('e'),
  ];
  const { waits, wakeAtMs } = plan(queued, { inFlight: [inLane(1, 'x')], graph: graphOf(['a', 'x', 'text']), limits: { lanes: 1, batch: 1 } });
  expect(Object.fromEntries(waits)).toEqual({
    a: { kind: 'behind', ids: ['x'] },
    b: { kind: 'depends_on', ids: ['q'], stuck: ['q'] },
    c: { kind: 'backoff', untilMs: NOW + 9 },
    d: { kind: 'depends_on', ids: ['x'], stuck: [] },
    e: { kind: 'no_lane', ids: ['x'] },
  });
  expect(wakeAtMs).toBe(NOW + 9);
});

const KINDS: EdgeKind[] = ['text', 'files', 'impact'];
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const someFacts = fc
  .record({
    queued: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom(...IDS),
        priority: fc.nat(9),
        retries: fc.nat(3),
        submittedAtMs: fc.integer({ min: NOW - 7_200_000, max: NOW }),
        notBeforeMs: fc.option(fc.integer({ min: NOW - 10, max: NOW + 10 })),
        proven: fc.boolean(),
        solo: fc.boolean(),
        suspicion: fc.option(fc.record({ group: fc.constantFrom('g1', 'g2'), cap: fc.integer({ min: 1, max: 3 }) })),
        dependsOn: fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 2 }),
      }),
      { selector: ({ id }) => id, maxLength: 8 },
    ),
    edges: fc.array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS), fc.constantFrom(...KINDS)), { maxLength: 8 }),
    flying: fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 2 }),
    lanes: fc.integer({ min: 1, max: 4 }),
    batch: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ queued, edges, flying, lanes, batch }): LaneFacts => ({
    nowMs: NOW,
    control: 'running',
    queued: queued
      .filter(({ id }) => !flying.includes(id))
      .map((facts) => ({ ...facts, stuck: [], dependsOn: facts.dependsOn.filter((id) => id < facts.id) })),
    inFlight: flying.slice(0, lanes).map((id, at) => inLane(at + 1, id)),
    graph: graphOf(...edges.filter(([a, b]) => a !== b)),
    limits: { lanes, batch },
  }));

test('whatever the facts: lanes and batches are bounded, builds are independent and hold no conflict, dependencies come first, nobody is lost', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      const { builds, waits } = planBuilds(facts);
      const { graph, limits, inFlight, queued } = facts;
      const byId = new Map(queued.map((found) => [found.id, found]));
      const placed = builds.flatMap((build) => build.members);
      expect(new Set(placed).size).toBe(placed.length);
      expect([...placed, ...waits.keys()].toSorted()).toEqual(queued.map(({ id }) => id).toSorted());
      expect(builds.length + inFlight.length).toBeLessThanOrEqual(Math.max(limits.lanes, inFlight.length));
      expect(new Set([...builds, ...inFlight].map(({ lane }) => lane)).size).toBe(builds.length + inFlight.length);
      for (const [at, build] of builds.entries()) {
        const elsewhere = [...inFlight, ...builds.slice(0, at)].flatMap((other) => other.members);
        for (const [position, id] of build.members.entries()) {
          const found = byId.get(id);
          const before = build.members.slice(0, position);
          expect(build.members.length).toBeLessThanOrEqual(build.kind === 'lane' ? limits.batch : 64);
          expect(build.members.length).toBeLessThanOrEqual(found?.suspicion?.cap ?? 64);
          expect(before.every((other) => edgeBetween(graph, id, other) !== 'text')).toBe(true);
          expect(elsewhere.every((other) => edgeBetween(graph, id, other) === null)).toBe(true);
          expect(found?.dependsOn.every((needed) => before.includes(needed))).toBe(true);
          expect(found?.proven).toBe(build.kind === 'join');
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever the facts: the first that is due and depends on nothing is taken up, or waits only for what is in flight', () => {
  fc.assert(
    fc.property(someFacts, (facts) => {
      const ready = facts.queued.filter(({ notBeforeMs, dependsOn }) => (notBeforeMs ?? 0) <= NOW && dependsOn.length === 0);
      const [first] = ready.toSorted((a, b) => Number(b.proven) - Number(a.proven) || compareFacts(a, b, NOW));
      if (first === undefined) return;
      const { builds, waits } = planBuilds(facts);
      const flying = facts.inFlight.flatMap((build) => build.members);
      const wait = waits.get(first.id);
      const began = builds[0]?.members[0] === first.id;
      expect(began || (wait !== undefined && 'ids' in wait && wait.ids.every((id) => flying.includes(id)))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('nothing starves: whoever waited longer than all priorities and penalties are worth goes before any newcomer', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(5), fc.nat(9), fc.nat(5), (priority, retries, otherPriority, otherRetries) => {
      const old = { id: 'old', priority, retries, submittedAtMs: NOW - (9 + 5 + 1) * AGING_MS };
      const young = { id: 'young', priority: otherPriority, retries: otherRetries, submittedAtMs: NOW, overBudget: false };
      expect(compareFacts(old, young, NOW)).toBeLessThan(0);
      expect(compareFacts(old, young, NOW + 1e9)).toBeLessThan(0);
    }),
  );
});
