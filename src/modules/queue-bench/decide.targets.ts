import { shareOf } from './decide.statistics.ts';
import type { RepositoryReport, Share, Target } from './model.ts';

/** T0 below this: the kernel does not do what git does, and no other figure of the run means anything. */
export const LEAST_IDENTICAL = 0.995;

export const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);

export const interval = ({ share, low, high, hits, of }: Share): string =>
  share === null ? 'nothing to count' : `${percent(share)} (${((low ?? 0) * 100).toFixed(1)}-${((high ?? 0) * 100).toFixed(1)}; ${hits} of ${of})`;

/** The targets of the queue, with what this run measured. A target is per repository where it speaks of repositories. */
export function decideTargets(repositories: readonly RepositoryReport[]): Target[] {
  return repositories.flatMap((repository) => [...backtest(repository), ...stale(repository), ...windows(repository), ...throughput(repository)]);
}

export function isVoid(repositories: readonly RepositoryReport[]): boolean {
  return repositories.some(
    ({ t0, failed }) => failed.some(({ part }) => part === 't0') || (t0 !== null && (t0.identical.share ?? 0) < LEAST_IDENTICAL),
  );
}

const state = (met: boolean | null): Target['state'] => (met === null ? 'not_measured' : met ? 'met' : 'missed');

function backtest({ facts, t0 }: RepositoryReport): Target[] {
  if (t0 === null) return [];
  const { share } = t0.identical;
  return [
    {
      name: `T0 ${facts.name}: trees identical to history`,
      wanted: '>= 99.5 %',
      measured: interval(t0.identical),
      state: state(share === null ? null : share >= LEAST_IDENTICAL),
    },
  ];
}

/** What plain merge-ort was measured at, on another sample of the same repository: 49.1 %. */
const WANTED_LADDER = 0.65;
const MOST_WRONG = 0.002;

function stale({ facts, t1 }: RepositoryReport): Target[] {
  if (t1 === null) return [];
  const pulls = t1.sets.find(({ source }) => source === 'pull_heads');
  const at20 = pulls?.byK.find(({ k }) => k === 20);
  const judged = t1.sets.flatMap(({ byK }) => byK.map(({ wrong }) => wrong));
  const wrong = shareOf(
    judged.reduce((sum, { hits }) => sum + hits, 0),
    judged.reduce((sum, { of }) => sum + of, 0),
  );
  const ladder: Target[] =
    at20 === undefined || at20.ladder.of === 0
      ? []
      : [
          {
            name: `T1 ${facts.name} K=20: landed by deterministic rungs`,
            wanted: facts.name.endsWith('agent-orchestrator') ? '>= 65 %' : 'no target of its own (65 % on agent-orchestrator)',
            measured: `${interval(at20.ladder)}; plain merge ${percent(at20.plain.share)}`,
            state: state((at20.ladder.share ?? 0) >= WANTED_LADDER),
          },
        ];
  return [
    ...ladder,
    {
      name: `T1 ${facts.name}: landed wrong`,
      wanted: '<= 0.2 %',
      measured: interval(wrong),
      state: state(wrong.share === null ? null : wrong.share <= MOST_WRONG),
    },
  ];
}

function windows({ facts, t2 }: RepositoryReport): Target[] {
  if (t2 === null) return [];
  const all = shareOf(
    t2.reduce((sum, { identical, filesIdentical }) => sum + identical.hits + filesIdentical.hits, 0),
    t2.reduce((sum, { identical, filesIdentical }) => sum + identical.of + filesIdentical.of, 0),
  );
  return [
    {
      name: `T2 ${facts.name}: windows whose result is history's`,
      wanted: '100 %',
      measured: interval(all),
      state: state(all.share === null ? null : all.hits === all.of),
    },
  ];
}

/** The wish for a repository of 500 files falls to the one for 4,000 in between, along with the work. */
function wantedRate(files: number): number {
  if (files <= 500) return 300;
  return files >= 4000 ? 150 : Math.round(300 - (150 * (files - 500)) / 3500);
}

const LEAST_TIMES_AM = 8;
const rate = (value: number | null): string => (value === null ? '-' : `${value.toFixed(value < 100 ? 1 : 0)}/s`);

function throughput({ facts, throughput: measured }: RepositoryReport): Target[] {
  if (measured === null) return [];
  const wanted = wantedRate(measured.files);
  const [queue, am] = [measured.endToEnd.median, measured.am.median];
  const times = queue === null || am === null || am === 0 ? null : queue / am;
  return [
    {
      name: `Kernel ${facts.name}: submitted to landed, journal written (${measured.files} files)`,
      wanted: `>= ${wanted}/s`,
      measured: `${rate(queue)}; landing alone ${rate(measured.landing.median)}; git and decisions alone ${rate(measured.kernel.median)}`,
      state: state(queue === null ? null : queue >= wanted),
    },
    {
      name: `Kernel ${facts.name}: beside git am -3`,
      wanted: `>= ${LEAST_TIMES_AM} times`,
      measured: times === null ? '-' : `${times.toFixed(1)} times (${rate(queue)} and ${rate(am)})`,
      state: state(times === null ? null : times >= LEAST_TIMES_AM),
    },
  ];
}
