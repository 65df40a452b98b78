import { describe, expect, it } from 'vitest';
import { addSeries, NO_SERIES, projectFigures, seriesOf, TIME_TO_PR_S } from './decide.series.ts';
import type { IssueFacts, RunFact } from './model.facts.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 0, minute));
const NOW = at(1000);
const NAMED = new Set(['repo_1']);

const run = (agent: string, cause: RunFact['cause'] = 'first'): RunFact => ({
  id: `run_${agent}`,
  agent,
  harness: 'acp',
  attempt: cause === 'first' ? 1 : 2,
  cause,
  at: at(1),
});
const issue = (number: number, given: Partial<IssueFacts> = {}): IssueFacts => ({
  id: `iss_${number}`,
  projectId: 'proj_1',
  project: 'shop',
  repositoryId: 'repo_1',
  repository: 'acme/shop',
  handedOver: [{ id: `evt_${number}`, at: at(0) }],
  stories: [],
  mergedLater: null,
  shadowed: null,
  pulls: [{ id: `pull_${number}`, openedAt: at(10), verdicts: [], looks: [], decisions: [] }],
  personCommits: [],
  runs: [],
  asked: [],
  ...given,
});

describe('the series for Prometheus', () => {
  it('count the work of several agents once, as several, and their retries for each', () => {
    const { opened, retries } = seriesOf(
      [issue(1, { runs: [run('codex'), run('jules', 'other')] }), issue(2, { runs: [run('codex')] }), issue(3)],
      NOW,
      NAMED,
    );
    expect(opened.map(({ labels, count }) => [labels.agent, labels.harness, count])).toEqual([
      ['several', 'acp', 1],
      ['codex', 'acp', 1],
      ['none', 'none', 1],
    ]);
    expect(retries.map(({ labels, count }) => [labels.agent, labels.cause, count])).toEqual([['jules', 'other', 1]]);
  });

  it('tell repositories without series of their own as one', () => {
    const many = [
      issue(1),
      issue(2, { repositoryId: 'repo_2', repository: 'acme/two' }),
      issue(3, { repositoryId: 'repo_3', repository: 'acme/three' }),
    ];
    expect(seriesOf(many, NOW, NAMED).opened.map(({ labels, count }) => [labels.repository, count])).toEqual([
      ['acme/shop', 1],
      ['other', 2],
    ]);
  });

  it('are the same read part by part', () => {
    const all = [
      issue(1, { runs: [run('codex')] }),
      issue(2, { runs: [run('jules')], stories: [{ generation: 1, startedAt: at(0), endedAt: at(20), endedAs: 'merged' }] }),
      issue(3, { runs: [run('codex')], handedOver: [{ id: 'evt', at: at(9) }] }),
    ];
    const whole = seriesOf(all, NOW, NAMED);
    expect(all.reduce((sum, one) => addSeries(sum, seriesOf([one], NOW, NAMED)), NO_SERIES)).toEqual(whole);
    expect(whole.timeToPr.map(({ count, sum }) => [count, sum])).toEqual([
      [2, 660],
      [1, 600],
    ]);
  });

  it('never fall: what has ended once stays counted when its issue is handed over again', () => {
    const ended = { generation: 1, startedAt: at(0), endedAt: at(20), endedAs: 'failed' };
    const again = { generation: 2, startedAt: at(30), endedAt: at(40), endedAs: 'merged' };
    const ends = (stories: IssueFacts['stories']) =>
      seriesOf([issue(1, { stories })], NOW, NAMED).ends.map(({ labels, count }) => [labels.end, count]);
    expect(ends([ended])).toEqual([['failed', 1]]);
    expect(ends([ended, { ...again, endedAt: null, endedAs: null }])).toEqual([['failed', 1]]);
    expect(ends([ended, again])).toEqual([
      ['failed', 1],
      ['merged', 1],
    ]);
    expect(ends([{ ...ended, endedAs: 'needs_info' }])).toEqual([]);
  });

  it('hold a histogram whose buckets are cumulative', () => {
    const [spread] = seriesOf([issue(1), issue(2)], NOW, NAMED).timeToPr;
    expect(spread).toMatchObject({ count: 2, sum: 1200 });
    expect(spread?.atMost).toEqual(TIME_TO_PR_S.map((bound) => (bound >= 600 ? 2 : 0)));
  });

  it('say nothing of a project in which nothing was measured', () => {
    const window = { from: at(0), to: NOW, asOf: NOW };
    expect(projectFigures([issue(1), issue(2, { project: 'quiet', pulls: [] })], window)).toEqual([
      { metric: 'time_to_pr', project: 'shop', value: 600, n: 1 },
    ]);
  });
});
