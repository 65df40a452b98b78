import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributionSentence, decideAttribution, type AttributionFacts } from './decide.attribution.ts';
import { allFrom, searchCulprit, toRevert } from './decide.audit.ts';
import { nextBatchLimit } from './decide.batch.ts';
import { decideAfterFailure } from './decide.bisect.ts';
import type { EvidenceRun } from './model.ts';

const run = (role: EvidenceRun['role'], passed: boolean, failed: string[] = ['test']): EvidenceRun => ({
  role,
  tree: 't',
  passed,
  failed: passed ? [] : failed,
});
const judged = (runs: EvidenceRun[], more: Partial<AttributionFacts> = {}) =>
  decideAttribution({ runs, onOwnBase: false, proven: false, headIsGreen: true, ...more });
const first = run('candidate', false);
const again = run('again', false);

test.each<[string, EvidenceRun[], Partial<AttributionFacts>, ReturnType<typeof decideAttribution>]>([
  ['the same tree is asked first', [first], {}, { kind: 'run', role: 'again' }],
  ['a tree that passes on retry is a flake', [first, run('again', true)], {}, { kind: 'verdict', verdict: 'flake' }],
  ['a head nobody verified is asked', [first, again], { headIsGreen: false }, { kind: 'run', role: 'head' }],
  [
    'a head that fails the same check is to blame',
    [first, again, run('head', false)],
    { headIsGreen: false },
    { kind: 'verdict', verdict: 'inherited' },
  ],
  [
    'a head that fails another check is not',
    [first, again, run('head', false, ['lint'])],
    { headIsGreen: false, onOwnBase: true },
    { kind: 'verdict', verdict: 'own' },
  ],
  ['what passed on an earlier head is an interaction', [first, again], { proven: true }, { kind: 'verdict', verdict: 'interaction' }],
  ['on its own base it is its own fault', [first, again], { onOwnBase: true }, { kind: 'verdict', verdict: 'own' }],
  ['elsewhere its own base is asked', [first, again], {}, { kind: 'run', role: 'submitted' }],
  ['what passes on its own base is an interaction', [first, again, run('submitted', true)], {}, { kind: 'verdict', verdict: 'interaction' }],
  ['what fails there too is its own fault', [first, again, run('submitted', false)], {}, { kind: 'verdict', verdict: 'own' }],
])('whose fault: %s', (_, runs, more, expected) => {
  expect(judged(runs, more)).toEqual(expected);
});

test('a judgement ends after at most four runs, and blames the change only when the same tree failed twice', () => {
  fc.assert(
    fc.property(
      fc.record({ again: fc.boolean(), head: fc.boolean(), submitted: fc.boolean() }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (truth, onOwnBase, proven, headIsGreen) => {
        const runs = [first];
        let step = decideAttribution({ runs, onOwnBase, proven, headIsGreen });
        for (; step.kind === 'run'; step = decideAttribution({ runs, onOwnBase, proven, headIsGreen })) {
          runs.push(run(step.role, truth[step.role]));
          expect(runs.length).toBeLessThanOrEqual(4);
        }
        const failedTwice = !truth.again;
        expect(failedTwice).toBe(step.verdict !== 'flake');
        const blamed = failedTwice && !proven && (headIsGreen || truth.head) && (onOwnBase || !truth.submitted);
        expect(step.verdict === 'own').toBe(blamed);
      },
    ),
  );
});

test('each judgement has a sentence that names the checks and the others', () => {
  expect(attributionSentence('interaction', [first], ['cr_1'])).toBe('test: passes without what landed meanwhile, fails together with it (cr_1).');
  expect(attributionSentence('own', [run('candidate', false, [])], [])).toContain('The checks: failed twice');
});

test('batches grow by one and are halved, within bounds', () => {
  expect(nextBatchLimit(2, 'passed', { most: 8 })).toBe(3);
  expect(nextBatchLimit(8, 'passed', { most: 8 })).toBe(8);
  expect(nextBatchLimit(8, 'failed', { most: 8 })).toBe(4);
  expect(nextBatchLimit(1, 'failed', { most: 8 })).toBe(1);
  expect(nextBatchLimit(8, 'passed', { most: 3 })).toBe(3);
});

test('a failed build of several is searched in halves that shrink to one, a single one is judged', () => {
  expect(decideAfterFailure({ id: 'b', size: 1 }, null)).toEqual({ kind: 'judge' });
  expect(decideAfterFailure({ id: 'b', size: 5 }, null)).toEqual({ kind: 'search', suspicion: { group: 'b', cap: 3 } });
  expect(decideAfterFailure({ id: 'c', size: 2 }, { group: 'b', cap: 3 })).toEqual({ kind: 'search', suspicion: { group: 'b', cap: 1 } });
});

test('the landing that broke the combined tree is found in logarithmic time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (count, seed) => {
      const culprit = seed % count;
      const [passed, failed]: [number[], number[]] = [[], []];
      let asked = 0;
      let next = searchCulprit(count, passed, failed);
      for (; next.kind === 'try'; next = searchCulprit(count, passed, failed), asked += 1) (next.at < culprit ? passed : failed).push(next.at);
      expect(next.at).toBe(culprit);
      expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)));
    }),
  );
});

test('a culprit is taken back with what needs it, the last first', () => {
  const members = [
    { id: 'a', dependsOn: [] },
    { id: 'b', dependsOn: [] },
    { id: 'c', dependsOn: ['b'] },
    { id: 'd', dependsOn: ['a'] },
    { id: 'e', dependsOn: ['c'] },
  ];
  expect(toRevert(members, 1)).toEqual([4, 2, 1]);
  expect(allFrom(4, 2)).toEqual([3, 2]);
});
