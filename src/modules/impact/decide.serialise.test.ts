import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesAnyGlob } from '#kernel/glob.ts';
import { buildGraph } from './decide.graph.ts';
import { serialise } from './decide.serialise.ts';
import { reaches } from './decide.waves.ts';
import type { PlannableTask, SerialiseFacts } from './model.ts';

const MODULES = ['cart', 'order', 'user'];
const FILES = [
  'package.json',
  'src/index.ts',
  'src/money.ts',
  ...MODULES.flatMap((name) => Array.from({ length: 20 }, (_, n) => `src/${name}/f${n}.ts`)),
];

function factsOf(hot: Record<string, number> = {}, imports: Record<string, string[]> = {}): SerialiseFacts {
  const specifiers = new Map(Object.entries(imports));
  return {
    graph: buildGraph({ files: FILES, specifiers, config: { packages: [], compilers: [] } }),
    history: {
      commits: 400,
      shares: new Map(Object.entries(hot)),
      hot: Object.entries(hot).map(([path, share]) => ({ path, share, touches: Math.round(share * 400) })),
    },
    // Enough for scopes that are paths or end in /**.
    globsMeet: (left, right) =>
      left.some((one) => right.some((two) => matchesAnyGlob(one.replace('**', 'x'), [two]) || matchesAnyGlob(two.replace('**', 'x'), [one]))),
  };
}

const task = (key: string, scope: string[], more: Partial<PlannableTask> = {}): PlannableTask => ({ key, scope, dependsOn: [], ...more });
const verdicts = (tasks: PlannableTask[], facts = factsOf()) =>
  serialise(tasks, facts).pairs.map(({ left, right, verdict, cause }) => [left, right, verdict, cause]);

describe('a pair of tasks', () => {
  test('that share nothing is independent and runs side by side', () => {
    const result = serialise([task('t1', ['src/cart/**']), task('t2', ['src/order/**'])], factsOf());
    expect(result).toMatchObject({
      waves: [['t1', 't2']],
      width: 2,
      plannedWidth: 2,
      dependencies: [],
      independentShare: 1,
      parallelShare: 1,
      independentTaskShare: 1,
      holds: true,
    });
    expect(result.pairs[0]).toMatchObject({ verdict: 'independent', cause: null, conflictChance: 0, reason: 'Nothing connects them.' });
  });

  test('that names the same file must wait, the later for the earlier', () => {
    const result = serialise([task('t1', ['src/money.ts']), task('t2', ['src/money.ts', 'src/cart/**'])], factsOf());
    expect(result).toMatchObject({ waves: [['t1'], ['t2']], width: 1, plannedWidth: 2, holds: false, independentTaskShare: 0 });
    expect(result.dependencies).toEqual([{ task: 't2', on: 't1', why: 'same_files', reason: expect.stringContaining('src/money.ts') as string }]);
  });

  test('whose scopes overlap widely runs side by side, but not through a hot file', () => {
    const wide = [task('t1', ['src/**'], { estimate: 'S' }), task('t2', ['src/**', 'package.json'], { estimate: 'S' })];
    expect(verdicts(wide)).toEqual([['t1', 't2', 'related', 'overlap']]);
    expect(verdicts(wide, factsOf({ 'src/index.ts': 0.4 }))).toEqual([['t1', 't2', 'serialise', 'hot_file']]);
    const report = serialise(wide, factsOf({ 'src/index.ts': 0.4 })).pairs[0];
    expect(report?.hotFiles).toEqual(['src/index.ts']);
    expect(report?.sharedFiles).toEqual({ count: 62, examples: expect.arrayContaining(['src/index.ts']) as string[] });
    expect(report?.reason).toContain('40 % of recent commits');
  });

  test('of which only one can reach the hot file is not held back by it', () => {
    expect(verdicts([task('t1', ['src/cart/**']), task('t2', ['src/index.ts'])], factsOf({ 'src/index.ts': 0.4 }))).toEqual([
      ['t1', 't2', 'independent', null],
    ]);
  });

  test('in a small shared folder must wait', () => {
    expect(verdicts([task('t1', ['src/cart/**'], { estimate: 'XL' }), task('t2', ['src/cart/**'], { estimate: 'L' })])[0]?.[2]).toBe('serialise');
  });

  test('that makes the same new file must wait; scopes that could only meet in new files need not', () => {
    expect(verdicts([task('t1', ['src/new.ts']), task('t2', ['src/new.ts'])])).toEqual([['t1', 't2', 'serialise', 'new_files']]);
    expect(verdicts([task('t1', ['lib/a/**']), task('t2', ['lib/**'])])).toEqual([['t1', 't2', 'related', 'overlap']]);
  });

  test('that import each other runs side by side and says which file depends on which', () => {
    const facts = factsOf({}, { 'src/order/f1.ts': ['../cart/f1.ts'] });
    const result = serialise([task('t1', ['src/cart/f1.ts']), task('t2', ['src/order/f1.ts'])], facts);
    expect(result.pairs[0]).toMatchObject({
      verdict: 'related',
      cause: 'imports',
      mustWait: false,
      imports: { distance: 1, from: 'src/order/f1.ts', to: 'src/cart/f1.ts' },
    });
    expect(result).toMatchObject({ width: 2, holds: true, independentShare: 0, parallelShare: 1 });
  });

  test('that the plan orders is ordered, whatever connects it, and counts by what it is', () => {
    const result = serialise(
      [task('t1', ['src/money.ts']), task('t2', ['src/money.ts'], { dependsOn: ['t1'] }), task('t3', ['src/user/**'], { dependsOn: ['t1'] })],
      factsOf(),
    );
    expect(result.pairs.map(({ verdict, mustWait }) => [verdict, mustWait])).toEqual([
      ['ordered', true],
      ['ordered', false],
      ['independent', false],
    ]);
    expect(result).toMatchObject({ holds: true, waves: [['t1'], ['t2', 't3']] });
    expect(result.dependencies.map(({ task: key, on, why }) => [key, on, why])).toEqual([
      ['t2', 't1', 'declared'],
      ['t3', 't1', 'declared'],
    ]);
  });
});

test('tasks that wait for each other in a circle are named and get no waves', () => {
  const result = serialise(
    [task('t1', ['a'], { dependsOn: ['t2'] }), task('t2', ['b'], { dependsOn: ['t1'] }), task('t3', ['c'], { dependsOn: ['t2'] })],
    factsOf(),
  );
  expect(result).toMatchObject({ waves: null, cycle: ['t1', 't2'], width: 0, holds: false });
});

test('an added dependency points along the declared ones, and what follows from others is not said twice', () => {
  const same = ['src/money.ts'];
  const result = serialise([task('t1', same, { dependsOn: ['t3'] }), task('t2', same), task('t3', same)], factsOf());
  expect(result.dependencies.map(({ task: key, on, why }) => [key, on, why])).toEqual([
    ['t1', 't3', 'declared'],
    ['t3', 't2', 'same_files'],
  ]);
  expect(result.waves).toEqual([['t2'], ['t3'], ['t1']]);
});

test('an empty plan and unknown dependencies are no trouble', () => {
  expect(serialise([], factsOf())).toMatchObject({ waves: [], width: 0, independentShare: 1, holds: true });
  expect(serialise([task('t1', ['a'], { dependsOn: ['gone'] })], factsOf())).toMatchObject({ waves: [['t1']], holds: true });
});

test('for any plan: no declared dependency is lost, nothing waits in a circle, and a pair that must wait is ordered', () => {
  const scopes = fc.subarray(['src/cart/**', 'src/order/**', 'src/user/f1.ts', 'src/money.ts', 'package.json', 'lib/new.ts', '**'], {
    minLength: 1,
    maxLength: 3,
  });
  const plans = fc.array(fc.record({ scope: scopes, waits: fc.array(fc.nat(7), { maxLength: 2 }) }), { maxLength: 8 });
  const facts = factsOf({ 'package.json': 0.5, 'src/money.ts': 0.2 });
  fc.assert(
    fc.property(plans, (rows) => {
      // Only earlier ones are waited for: a plan without a circle.
      const tasks = rows.map(({ scope, waits }, at) =>
        task(`t${at}`, scope, { dependsOn: waits.filter((other) => other < at).map((other) => `t${other}`) }),
      );
      const { waves, dependencies, pairs, cycle } = serialise(tasks, facts);
      expect(cycle).toEqual([]);
      const needed = new Map(tasks.map(({ key }) => [key, dependencies.filter((one) => one.task === key).map(({ on }) => on)]));
      const level = new Map((waves ?? []).flatMap((wave, at) => wave.map((key) => [key, at] as const)));
      expect([...level.keys()].sort()).toEqual(tasks.map(({ key }) => key).sort());
      for (const { key, dependsOn } of tasks) for (const on of dependsOn) expect(level.get(key) ?? 0).toBeGreaterThan(level.get(on) ?? 0);
      const waiting = pairs.filter(({ mustWait }) => mustWait);
      for (const { left, right } of waiting) expect(reaches(needed, left, right) || reaches(needed, right, left)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
