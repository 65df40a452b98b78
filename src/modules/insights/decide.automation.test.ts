import { describe, expect, it } from 'vitest';
import { figuresOf, MOST_EVIDENCE, rowsOf } from './decide.answer.ts';
import { MEASURES } from './decide.automation.ts';
import { AUTOMATION, type AutomationMetric } from './model.definitions.ts';
import type { IssueFacts, PullFact, RunFact, StoryFact, Told } from './model.facts.ts';
import type { Figures, MetricDefinition, Window } from './model.ts';

/** Minute of the first of November. */
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 0, minute));
const told = (id: string, minute: number): Told => ({ id, at: at(minute) });
const ALL: Window = { from: at(0), to: at(100_000), asOf: at(100_000) };

let number = 0;
function issue(given: Partial<IssueFacts> = {}): IssueFacts {
  number += 1;
  return {
    id: `iss_${number}`,
    projectId: 'proj_1',
    project: 'shop',
    repositoryId: 'repo_1',
    repository: 'acme/shop',
    handedOver: [told(`evt_${number}`, 0)],
    stories: [],
    mergedLater: null,
    shadowed: null,
    pulls: [],
    personCommits: [],
    runs: [],
    asked: [],
    ...given,
  };
}
const pull = (minute: number, given: Partial<PullFact> = {}): PullFact => ({
  id: `pull_${(number += 1)}`,
  openedAt: at(minute),
  verdicts: [],
  looks: [],
  decisions: [],
  ...given,
});
const story = (endedAs: string | null, minute = 60, generation = 1): StoryFact => ({
  generation,
  startedAt: at(minute - 30),
  endedAt: endedAs === null ? null : at(minute),
  endedAs,
});
const run = (agent: string, minute: number, cause: RunFact['cause'] = 'first'): RunFact => ({
  id: `run_${(number += 1)}`,
  agent,
  harness: agent === 'codex' ? 'acp' : 'exec',
  attempt: cause === 'first' ? 1 : 2,
  cause,
  at: at(minute),
});

const definitionOf = (id: AutomationMetric): MetricDefinition => AUTOMATION.find((one) => one.id === id) as MetricDefinition;
const ask = (id: AutomationMetric, facts: readonly IssueFacts[], window: Window = ALL): Figures =>
  figuresOf(definitionOf(id), MEASURES[id](facts, window.asOf), window);

describe('time_to_pr', () => {
  it('is the median from the label to the pull request, in seconds', () => {
    const facts = [5, 10, 30].map((minute) => issue({ pulls: [pull(minute)] }));
    expect(ask('time_to_pr', facts)).toMatchObject({ value: 600, p50: 600, p75: 1200, p90: null, mean: 900, n: 3, excluded: {} });
  });

  it('begins with the last time the label was put on before, and counts the wait for an answer', () => {
    const again = issue({ handedOver: [told('evt_a', 0), told('evt_b', 50), told('evt_c', 90)], pulls: [pull(60)] });
    expect(ask('time_to_pr', [again])).toMatchObject({ value: 600 });
    expect(ask('time_to_pr', [again]).evidence).toContain('evt_b');
    const answered = issue({ stories: [story('needs_info', 20), story(null, 60, 2)], pulls: [pull(40)] });
    expect(ask('time_to_pr', [answered]).value).toBe(2400);
  });

  it('tells p90 from twenty pull requests on, and says why not before', () => {
    const facts = Array.from({ length: 20 }, (_, index) => issue({ pulls: [pull(index + 1)] }));
    expect(ask('time_to_pr', facts).p90).toBeCloseTo(60 * 18.1, 6);
    expect(ask('time_to_pr', facts.slice(1))).toMatchObject({ p90: null, n: 19, reason: 'p90 needs 20 samples; there are 19.' });
  });

  it('leaves out what it does not know, and clocks that disagree, and says so', () => {
    const facts = [issue({ handedOver: [], pulls: [pull(5)] }), issue({ handedOver: [told('evt_late', 9)], pulls: [pull(5)] })];
    const figures = ask('time_to_pr', facts);
    expect(figures).toMatchObject({ value: null, n: 0, p50: null, mean: null, anomalies: 1, excluded: { label_not_seen: 1, negative_span: 1 } });
    expect(figures.reason).toContain('no event says when the ready label was put on');
  });

  it('never rounds up', () => {
    const opened = { ...pull(1), openedAt: new Date(at(1).getTime() + 999) };
    expect(ask('time_to_pr', [issue({ pulls: [opened] })]).value).toBe(60);
  });
});

describe('ci_pass_rate', () => {
  const verdict = (sha: string, how: 'green' | 'red', minute: number) => ({ sha, verdict: how, at: at(minute) });

  it('counts the first completed head alone', () => {
    const facts = [
      issue({ pulls: [pull(1, { verdicts: [verdict('b', 'green', 9), verdict('a', 'red', 5)] })] }),
      issue({ pulls: [pull(1, { verdicts: [verdict('a', 'green', 5), verdict('b', 'red', 9)] })] }),
      issue({ pulls: [pull(1, { verdicts: [verdict('a', 'green', 5)] })] }),
      issue({ pulls: [pull(1)] }),
    ];
    const figures = ask('ci_pass_rate', facts);
    expect(figures).toMatchObject({ n: 3, p50: null, excluded: { no_ci_verdict: 1 }, parts: { green: 2, red: 1 } });
    expect(figures.value).toBeCloseTo(2 / 3, 12);
  });

  it('is unknown, not perfect, where no CI ran', () => {
    expect(ask('ci_pass_rate', [issue({ pulls: [pull(1)] })])).toMatchObject({ value: null, n: 0, parts: {} });
  });
});

describe('automation_success_rate', () => {
  it('counts merges without a commit by a person among all ends', () => {
    const facts = [
      issue({ stories: [story('merged')] }),
      issue({ stories: [story('merged')], personCommits: [told('cr_1', 59)] }),
      issue({ stories: [story('declined')] }),
      issue({ stories: [story('failed')] }),
      issue({ stories: [story('duplicate')] }),
      issue({ stories: [story('needs_info')] }),
      issue({ stories: [story(null)] }),
    ];
    const figures = ask('automation_success_rate', facts);
    expect(figures).toMatchObject({
      value: 0.2,
      n: 5,
      parts: { merged_untouched: 1, merged_with_person_commit: 1, declined: 1, failed: 1, duplicate: 1, left_to_people: 0 },
    });
    expect(figures.evidence).toContain('cr_1');
  });

  it('is not lowered by a commit after the merge', () => {
    expect(ask('automation_success_rate', [issue({ stories: [story('merged')], personCommits: [told('cr_1', 61)] })]).value).toBe(1);
  });

  it('counts an issue that was handed over again once, with its last end', () => {
    const again = issue({ stories: [story('merged', 200, 2), story('failed', 60, 1)] });
    expect(ask('automation_success_rate', [again])).toMatchObject({ value: 1, n: 1 });
    expect(ask('automation_success_rate', [again], { ...ALL, asOf: at(100) })).toMatchObject({ value: 0, n: 1 });
    expect(ask('automation_success_rate', [again], { ...ALL, asOf: at(180) })).toMatchObject({ value: null, n: 0 });
  });

  it('counts a merge that people made after the story had ended', () => {
    const later = issue({ stories: [story('failed')], mergedLater: at(90) });
    expect(ask('automation_success_rate', [later])).toMatchObject({ value: 1 });
    expect(ask('automation_success_rate', [later], { ...ALL, to: at(80) })).toMatchObject({ n: 0 });
    expect(ask('automation_success_rate', [later], { ...ALL, asOf: at(80) })).toMatchObject({ value: 0, n: 1 });
  });

  it('leaves out what ran in shadow', () => {
    const facts = [issue({ stories: [story('left_to_people')], shadowed: at(40) })];
    expect(ask('automation_success_rate', facts)).toMatchObject({ value: null, excluded: { shadow: 1 } });
  });
});

describe('review_minutes', () => {
  it('is from the first look of a person to the first decision of one', () => {
    const seen = pull(1, { looks: [told('act_1', 20), told('evt_9', 10)], decisions: [told('act_2', 40), told('act_1', 25)] });
    expect(ask('review_minutes', [issue({ pulls: [seen] })])).toMatchObject({ value: 15, n: 1 });
  });

  it('is unknown where nobody was seen to look: a decision at once is no fast review', () => {
    const unseen = pull(1, { decisions: [told('act_1', 25)] });
    const late = pull(1, { looks: [told('act_2', 26)], decisions: [told('act_2', 25)] });
    const same = pull(1, { looks: [{ id: 'act_3', at: new Date(at(25).getTime() - 4999) }], decisions: [told('act_3', 25)] });
    expect(ask('review_minutes', [issue({ pulls: [unseen, late, same] })])).toMatchObject({ value: null, n: 0, excluded: { look_not_seen: 3 } });
    const open = pull(1, { looks: [told('act_4', 5)] });
    expect(ask('review_minutes', [issue({ pulls: [open] })])).toMatchObject({ n: 0, excluded: {} });
  });
});

describe('retries and escalations', () => {
  const facts = [
    issue({
      stories: [story('merged')],
      runs: [run('codex', 1), run('codex', 5, 'red_ci'), run('codex', 9, 'other'), run('codex', 70, 'other')],
      asked: [{ ...told('que_1', 8), kind: 'question' }],
    }),
    issue({ stories: [story('failed')], asked: [{ ...told('act_1', 8), kind: 'ci_retry' }] }),
  ];

  it('are summed over the issues that ended, by what they were for', () => {
    expect(ask('retries', facts)).toMatchObject({ value: 2, n: 2, mean: 1, parts: { red_ci: 1, other: 1 } });
    expect(ask('escalations', facts)).toMatchObject({ value: 3, n: 2, parts: { question: 1, ci_retry: 1, failed: 1, left_to_people: 0 } });
  });

  it('are unknown, not zero, where no issue ended', () => {
    for (const id of ['retries', 'escalations'] as const)
      expect(ask(id, [issue({ stories: [story(null)] })])).toMatchObject({ value: null, n: 0, mean: null, parts: {} });
  });
});

describe('a window', () => {
  it('is half open, by the end event', () => {
    const facts = [10, 20].map((minute) => issue({ pulls: [pull(minute)] }));
    expect(ask('time_to_pr', facts, { ...ALL, from: at(10), to: at(20) }).n).toBe(1);
    expect(ask('time_to_pr', facts, { ...ALL, from: at(11), to: at(21) }).n).toBe(1);
    expect(ask('time_to_pr', facts, { ...ALL, from: at(0), to: at(10) }).n).toBe(0);
  });
});

describe('rows', () => {
  it('split by agent count a pull request for each agent that wrote it by then', () => {
    const both = issue({ runs: [run('codex', 1), run('jules', 2)], pulls: [pull(10)] });
    const later = issue({ runs: [run('jules', 1), run('codex', 50)], pulls: [pull(30)] });
    const samples = MEASURES.time_to_pr([both, later], ALL.asOf);
    const rows = rowsOf(definitionOf('time_to_pr'), samples, { window: ALL, by: 'agent' });
    expect(rows.map(({ key, n, value }) => [key, n, value])).toEqual([
      ['codex', 1, 600],
      ['jules', 2, 1200],
    ]);
    expect(rowsOf(definitionOf('time_to_pr'), samples, { window: ALL, by: 'harness' }).map(({ key }) => key)).toEqual(['acp', 'exec']);
    expect(rowsOf(definitionOf('time_to_pr'), samples, { window: ALL, by: 'repository' }).map(({ key, n }) => [key, n])).toEqual([['acme/shop', 2]]);
  });
});

describe('every metric', () => {
  /** A small generator: the same facts each time the test runs. */
  function random(seed: number): () => number {
    let state = seed;
    return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
  }
  const shuffled = <T>(list: readonly T[], next: () => number): T[] => {
    const left = [...list];
    return list.flatMap(() => left.splice(Math.floor(next() * left.length), 1));
  };
  function facts(next: () => number): IssueFacts[] {
    const minute = (most: number): number => Math.floor(next() * most);
    const many = <T>(most: number, make: () => T): T[] => Array.from({ length: minute(most + 1) }, make);
    const some = (id: string): Told => told(`${id}_${(number += 1)}`, minute(500));
    const ends = ['merged', 'failed', 'declined', 'duplicate', 'needs_info', 'left_to_people', null];
    return many(40, () =>
      issue({
        handedOver: many(3, () => some('evt')),
        stories: [story(ends[minute(ends.length)] ?? null, minute(500))],
        personCommits: many(1, () => some('cr')),
        shadowed: next() < 0.1 ? at(minute(500)) : null,
        runs: many(3, () => run(next() < 0.5 ? 'codex' : 'jules', minute(500), next() < 0.5 ? 'other' : 'first')),
        asked: many(2, () => ({ ...some('que'), kind: 'question' as const })),
        pulls: many(2, () =>
          pull(minute(500), {
            verdicts: many(3, () => ({ sha: `${minute(9)}`, verdict: next() < 0.5 ? ('red' as const) : ('green' as const), at: at(minute(5000)) })),
            looks: many(2, () => some('act')),
            decisions: many(2, () => some('act')),
          }),
        ),
      }),
    );
  }
  const ids = AUTOMATION.map(({ id }) => id);
  const numbersOf = (figures: Figures) => ({ ...figures, evidence: [] });

  it('is the same whatever the order in which things were told', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const next = random(seed);
      const given = facts(next);
      const other = shuffled(given, next).map((one) => ({
        ...one,
        handedOver: shuffled(one.handedOver, next),
        pulls: shuffled(one.pulls, next).map((p) => ({ ...p, looks: shuffled(p.looks, next), decisions: shuffled(p.decisions, next) })),
        runs: shuffled(one.runs, next),
        asked: shuffled(one.asked, next),
      }));
      for (const id of ids) expect(numbersOf(ask(id, other)), id).toEqual(numbersOf(ask(id, given)));
    }
  });

  it('is the same when an event was delivered twice', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const given = facts(random(seed));
      const again = (list: readonly Told[]): Told[] => [...list, ...list.map((one) => ({ ...one, id: `${one.id}_again` }))];
      const twice = given.map((one) => ({
        ...one,
        handedOver: again(one.handedOver),
        personCommits: again(one.personCommits),
        pulls: one.pulls.map((p) => ({ ...p, looks: again(p.looks), decisions: again(p.decisions) })),
      }));
      for (const id of ids) expect({ ...numbersOf(ask(id, twice)), evidenceLeftOut: 0 }, id).toEqual(numbersOf(ask(id, given)));
    }
  });

  it('is the sum of its windows', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const given = facts(random(seed));
      for (const id of ids) {
        const parts = [ask(id, given, { ...ALL, to: at(250) }), ask(id, given, { ...ALL, from: at(250) })];
        expect(
          parts.reduce((sum, { n }) => sum + n, 0),
          id,
        ).toBe(ask(id, given).n);
      }
    }
  });

  it('is as of an instant what it was at that instant', () => {
    const until = (one: IssueFacts, asOf: Date): IssueFacts => {
      const seen = <T extends { at: Date }>(list: readonly T[]): T[] => list.filter((row) => row.at <= asOf);
      const stories = one.stories.filter(({ startedAt }) => startedAt <= asOf);
      const pulls = one.pulls.filter(({ openedAt }) => openedAt <= asOf);
      return {
        ...one,
        handedOver: seen(one.handedOver),
        stories: stories.map((s) => (s.endedAt !== null && s.endedAt > asOf ? { ...s, endedAt: null, endedAs: null } : s)),
        mergedLater: one.mergedLater !== null && one.mergedLater <= asOf ? one.mergedLater : null,
        shadowed: one.shadowed !== null && one.shadowed <= asOf ? one.shadowed : null,
        personCommits: seen(one.personCommits),
        runs: seen(one.runs),
        asked: seen(one.asked),
        pulls: pulls.map((p) => ({ ...p, verdicts: seen(p.verdicts), looks: seen(p.looks), decisions: seen(p.decisions) })),
      };
    };
    for (let seed = 1; seed <= 60; seed += 1) {
      const given = facts(random(seed));
      const asOf = at(seed * 8);
      const then = given.map((one) => until(one, asOf));
      for (const id of ids) expect(ask(id, given, { ...ALL, asOf }), id).toEqual(ask(id, then, { ...ALL, asOf }));
    }
  });

  it('has a value exactly where it has samples, and a reason where it has none', () => {
    for (let seed = 1; seed <= 60; seed += 1)
      for (const id of ids) {
        const figures = ask(id, facts(random(seed)));
        expect(figures.value === null, id).toBe(figures.n === 0);
        expect(figures.n > 0 || (figures.reason ?? '') !== '', id).toBe(true);
      }
  });

  it('names its evidence up to a bound, and says how much it left out', () => {
    const figures = ask(
      'time_to_pr',
      Array.from({ length: 400 }, () => issue({ pulls: [pull(1)] })),
    );
    expect([figures.evidence.length, figures.evidenceLeftOut]).toEqual([MOST_EVIDENCE, 200]);
  });

  it('explains each code that an answer may hold', () => {
    for (let seed = 1; seed <= 60; seed += 1)
      for (const definition of AUTOMATION) {
        const samples = MEASURES[definition.id](facts(random(seed)), ALL.asOf);
        const known = [...Object.keys(definition.exclusions), ...Object.keys(definition.parts)];
        const used = samples.flatMap(({ excluded, parts }) => [...(excluded === null ? [] : [excluded]), ...Object.keys(parts)]);
        expect(
          used.filter((code) => !known.includes(code)),
          definition.id,
        ).toEqual([]);
      }
  });
});
