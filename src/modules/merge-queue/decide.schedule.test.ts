import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decideAttribution,
  nextBatchLimit,
  decideAfterFailure,
  buildGraph,
  planBuilds,
  type BuildFacts,
  type SchedulingEntry,
  type EvidenceRun,
} from '#modules/queue-schedule/index.ts';
import { decideAfterPass } from './decide.builds.ts';

/**
 * The decisions of the queue played to the end on random worlds, without rows, git or time: a tree is the list of changes
 * in it, and a world says which changes break it, alone or together, and how often checks lie.
 */
interface World {
  changes: Array<{ file: string; priority: number; broken: boolean; dependsOn: string[] }>;
  /** Pairs that pass apart and fail together. */
  interactions: Array<[string, string]>;
  lanes: number;
  mostBatch: number;
  /** Order in which checks end: consumed one number per choice. */
  choices: number[];
  /** Every so many runs one fails by chance; 0: never. */
  flakeEvery: number;
}

const NAMES = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'];
const world: fc.Arbitrary<World> = fc.record({
  changes: fc.array(
    fc.record({
      file: fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8'),
      priority: fc.nat(3),
      broken: fc.nat(4).map((one) => one === 0),
      dependsOn: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 1 }),
    }),
    { minLength: 1, maxLength: NAMES.length },
  ),
  interactions: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)), { maxLength: 3 }),
  lanes: fc.integer({ min: 1, max: 4 }),
  mostBatch: fc.integer({ min: 1, max: 5 }),
  choices: fc.array(fc.nat(9), { minLength: 10, maxLength: 40 }),
  flakeEvery: fc.constantFrom(0, 5, 7),
});

interface Flying extends BuildFacts {
  id: string;
  base: string[];
}

interface Play {
  landed: string[];
  evicted: Map<string, { verdict: string; on: string[] }>;
  /** Trees that passed, and trees the branch was moved to. */
  passed: Set<string>;
  published: string[];
  left: string[];
  runs: number;
}

function play(given: World): Play {
  const changes = new Map(given.changes.map((change, at) => [NAMES[at] ?? '', change]));
  const result: Play = { landed: [], evicted: new Map(), passed: new Set(), published: [], left: [], runs: 0 };
  const state = new Map<string, { suspicion: SchedulingEntry['suspicion']; provenOn: string[] | null }>(
    [...changes.keys()].map((id) => [id, { suspicion: null, provenOn: null }]),
  );
  const graph = buildGraph(
    [...changes].map(([id, { file }]) => ({ id, files: [file], impact: new Set<string>() })),
    (a, b) => (a + b).length % 2 === 1,
  );
  let batch = 2;
  let flying: Flying[] = [];
  let chosen = 0;

  const passes = (tree: readonly string[]): boolean => {
    result.runs += 1;
    if (given.flakeEvery > 0 && result.runs % given.flakeEvery === 0) return false;
    return !tree.some((id) => changes.get(id)?.broken) && !given.interactions.some(([a, b]) => a !== b && tree.includes(a) && tree.includes(b));
  };
  const needs = (id: string): string[] =>
    (changes.get(id)?.dependsOn ?? []).filter((other) => other < id && changes.has(other) && !result.landed.includes(other));
  const waiting = (): SchedulingEntry[] =>
    [...state]
      .filter(([id]) => !result.landed.includes(id) && !result.evicted.has(id) && !flying.some(({ members }) => members.includes(id)))
      .map(([id, { suspicion, provenOn }], at) => ({
        id,
        priority: changes.get(id)?.priority ?? 0,
        retries: 0,
        submittedAtMs: at,
        notBeforeMs: null,
        dependsOn: needs(id),
        stuck: needs(id).filter((other) => result.evicted.has(other)),
        suspicion,
        proven: provenOn !== null,
        solo: false,
      }));

  const judge = ({ members, base }: Flying): void => {
    const [id = ''] = members;
    const runs: EvidenceRun[] = [{ role: 'candidate', tree: '', passed: false, failed: ['t'] }];
    for (;;) {
      const step = decideAttribution({ runs, onOwnBase: base.length === 0, proven: (state.get(id)?.provenOn ?? null) !== null, headIsGreen: true });
      if (step.kind === 'verdict') {
        if (step.verdict === 'flake') land({ id, kind: 'lane', lane: 0, members: [id], solo: false, base: [...base] });
        else result.evicted.set(id, { verdict: step.verdict, on: [...base] });
        return;
      }
      const tree = step.role === 'submitted' ? [id] : [...base, ...members];
      runs.push({ role: step.role, tree: '', passed: passes(tree), failed: ['t'] });
    }
  };
  const land = (build: Flying): void => {
    const tree = [...build.base, ...build.members];
    result.passed.add(tree.join());
    const joinInFlight = flying.some(({ kind, id }) => kind === 'join' && id !== build.id);
    const onHead = build.base.length === result.landed.length;
    const decision = decideAfterPass({
      kind: build.kind,
      size: build.members.length,
      solo: false,
      onHead,
      movedBy: 'queue',
      joinInFlight,
      independent: true,
      mode: 'before',
    });
    batch = nextBatchLimit(batch, 'passed', { most: given.mostBatch });
    if (decision === 'land') {
      result.landed = tree;
      result.published.push(tree.join());
    } else for (const id of build.members) state.set(id, { suspicion: null, provenOn: build.base });
  };
  const finish = (build: Flying): void => {
    flying = flying.filter(({ id }) => id !== build.id);
    if (passes([...build.base, ...build.members])) return land(build);
    const [first = ''] = build.members;
    const suspicion = state.get(first)?.suspicion ?? null;
    const next = decideAfterFailure({ id: build.id, size: build.members.length }, suspicion);
    batch = nextBatchLimit(batch, 'failed', { most: given.mostBatch });
    if (next.kind === 'judge') judge(build);
    else for (const id of build.members) state.set(id, { suspicion: next.suspicion, provenOn: state.get(id)?.provenOn ?? null });
  };

  for (let turn = 0; turn < 2000; turn += 1) {
    const { builds } = planBuilds({
      nowMs: 1e6,
      control: 'running',
      queued: waiting(),
      inFlight: flying,
      graph,
      limits: { lanes: given.lanes, batch },
    });
    for (const plan of builds) flying.push({ ...plan, solo: false, id: `b${turn}.${plan.lane}`, base: [...result.landed] });
    if (flying.length === 0) break;
    const next = flying[(given.choices[chosen % given.choices.length] ?? 0) % flying.length];
    chosen += 1;
    if (next !== undefined) finish(next);
  }
  result.left = waiting().map(({ id }) => id);
  expect(flying).toEqual([]);
  return result;
}

/** Whether the change may be blamed: it is broken, or it goes wrong together with something that was there. */
function isGuilty(given: World, id: string, on: readonly string[]): boolean {
  const at = NAMES.indexOf(id);
  return (
    (given.changes[at]?.broken ?? false) ||
    given.interactions.some(([a, b]) => a !== b && ((a === id && on.includes(b)) || (b === id && on.includes(a))))
  );
}

test('in any world no innocent is evicted, and everything lands that does not wait for something evicted', () => {
  fc.assert(
    fc.property(world, (given) => {
      const quiet = { ...given, flakeEvery: 0 };
      const { landed, evicted, left } = play(quiet);
      for (const [id, { on }] of evicted) expect([id, isGuilty(quiet, id, on)]).toEqual([id, true]);
      const known = (id: string): boolean => landed.includes(id) || evicted.has(id) || left.includes(id);
      expect(quiet.changes.every((_, at) => known(NAMES[at] ?? ''))).toBe(true);
      const waitsForEvicted = (id: string): boolean =>
        (quiet.changes[NAMES.indexOf(id)]?.dependsOn ?? []).some(
          (other) => other < id && (evicted.has(other) || (left.includes(other) && waitsForEvicted(other))),
        );
      for (const id of left) expect([id, waitsForEvicted(id)]).toEqual([id, true]);
    }),
    { numRuns: 400 },
  );
});

test('in any world the branch moves only to trees that passed, each on top of the one before', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { landed, passed, published } = play(given);
      expect(published.every((tree) => passed.has(tree))).toBe(true);
      let before = '';
      for (const tree of published) {
        expect(tree.startsWith(before)).toBe(true);
        before = tree;
      }
      expect(before).toBe(landed.join());
      expect(new Set(landed).size).toBe(landed.length);
    }),
    { numRuns: 400 },
  );
});

test('in any world what is called its own fault is broken by itself, and what is called an interaction is not', () => {
  fc.assert(
    fc.property(world, (given) => {
      const quiet = { ...given, flakeEvery: 0 };
      for (const [id, { verdict }] of play(quiet).evicted)
        expect([id, verdict]).toEqual([id, quiet.changes[NAMES.indexOf(id)]?.broken === true ? 'own' : 'interaction']);
    }),
    { numRuns: 400 },
  );
});
