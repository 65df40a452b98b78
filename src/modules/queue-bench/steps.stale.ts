import { createRandom, seedOf } from './decide.random.ts';
import { shareOf } from './decide.statistics.ts';
import type { LandingRung, Share, StaleReport, StaleSet, TruthReport } from './model.ts';
import { unlessMissing } from './steps.context.ts';
import type { Subject } from './steps.history.ts';
import { land, type Landing } from './steps.landing.ts';
import { submitCommits, type Submission } from './steps.submission.ts';

export const STALENESS = [1, 5, 20, 50] as const;

export interface StalePlan {
  seed: number;
  samples: number;
  progress(line: string): void;
}

/** A change with the place on the mainline it was made on. */
export interface Candidate {
  name: string;
  base: string;
  head: string;
  place: number;
  /** Pull request number, where it is one. */
  number: number | null;
}

const MOST_SHOWN = 5;

/** T1 on what people and agents really wrote: every pull request's head, submitted K mainline commits after the commit it was made on. */
export async function runStalePulls(subject: Subject, plan: StalePlan): Promise<StaleSet> {
  const { history } = subject;
  const candidates = await findCandidates(subject, plan);
  const byK: StaleReport[] = [];
  for (const k of STALENESS) {
    const tally = createTally(k);
    const usable = candidates.filter(({ place }) => place + k < history.mainline.length);
    const chosen = createRandom(seedOf(plan.seed, subject.name, 't1', k)).sample(usable, plan.samples);
    for (const [at, candidate] of chosen.entries()) {
      if (at % 100 === 0) plan.progress(`t1 ${subject.name} K=${k}: ${at} of ${chosen.length} pull requests`);
      const head = history.mainline[candidate.place + k]?.id ?? '';
      if (landedWithin(subject, candidate, k)) tally.alreadyLanded();
      else await tryOn(subject, candidate, { head, truth: null }, tally);
    }
    byK.push(tally.report());
  }
  return { source: 'pull_heads', candidates: candidates.length, transplanted: null, byK };
}

/** The pull request's own landing is in between: nobody submits a change again that has landed. */
export function landedWithin({ history }: Subject, { number, place }: Candidate, k: number): boolean {
  const landed = number === null ? undefined : history.landedAt.get(number);
  return landed !== undefined && landed > place && landed <= place + k;
}

export async function findCandidates(subject: Subject, plan: StalePlan): Promise<Candidate[]> {
  const { history } = subject;
  // Some are left out below, so more are looked at than will be used.
  const chosen = createRandom(seedOf(plan.seed, subject.name, 'pulls')).sample(subject.pulls, plan.samples * 2);
  const candidates: Candidate[] = [];
  for (const [at, { number, commit }] of chosen.entries()) {
    if (at % 500 === 0) plan.progress(`t1 ${subject.name}: ${at} of ${chosen.length} pull requests placed`);
    const base = await forkPoint(subject, commit, history.placeOf.get(commit));
    const place = base === null ? undefined : history.placeOf.get(base);
    if (base === null || place === undefined || base === commit) continue;
    candidates.push({ name: `#${number}`, base, head: commit, place, number });
  }
  return candidates;
}

/** The mainline commit a pull request was made on; of one that was merged as it is, the one before its merge knew it. */
async function forkPoint({ mirror, history }: Subject, commit: string, place: number | undefined): Promise<string | null> {
  const against = place === undefined ? history.mainline.at(-1) : history.mainline[place - 1];
  return against === undefined ? null : mirror.mergeBase(commit, against.id);
}

/** T1 on landed changes, as if their authors had worked K commits earlier; there history itself knows the right result. */
export async function runStaleTransplants(subject: Subject, plan: StalePlan): Promise<StaleSet> {
  const { history } = subject;
  const byK: StaleReport[] = [];
  let [applied, tried] = [0, 0];
  const landed = history.mainline.flatMap(({ id, parents }, place) => (parents[0] === undefined ? [] : [{ id, parent: parents[0], place }]));
  for (const k of STALENESS) {
    const tally = createTally(k);
    const usable = landed.filter(({ place }) => place > k);
    const chosen = createRandom(seedOf(plan.seed, subject.name, 'transplant', k)).sample(usable, plan.samples);
    for (const [at, { id, parent, place }] of chosen.entries()) {
      if (at % 100 === 0) plan.progress(`t1 ${subject.name} K=${k}: ${at} of ${chosen.length} landed changes transplanted`);
      const base = history.mainline[place - 1 - k]?.id ?? '';
      tried += 1;
      const head = await transplant(subject, { change: id, parent, onto: base });
      const submitted = head === null ? null : await submitCommits(subject.mirror, { name: id, base, head });
      if (head === null || submitted?.kind !== 'submitted' || !(await isWhole(subject, { id, parent }, submitted.submission))) continue;
      applied += 1;
      await tryOn(subject, { name: id, base, head, place: place - 1 - k, number: null }, { head: parent, truth: id }, tally);
    }
    byK.push(tally.report());
  }
  return { source: 'transplanted', candidates: landed.length, transplanted: shareOf(applied, tried), byK };
}

/** The change as a commit on an older base; null where it does not apply there, so that it cannot have been written there. */
export async function transplant({ mirror }: Subject, given: { change: string; parent: string; onto: string }): Promise<string | null> {
  if (given.onto === given.parent) return given.change;
  const merged = await unlessMissing(() => mirror.merge({ base: given.parent, ours: given.onto, theirs: given.change }));
  if (merged === null || merged.kind === 'conflict' || merged.tree === (await mirror.treeOf(given.onto))) return null;
  return mirror.commit({
    tree: merged.tree,
    parents: [given.onto],
    message: 'Transplanted',
    author: { name: 'Reeve', email: 'reeve@localhost' },
    atUnixS: 4_000_000_000,
  });
}

/** The transplanted change must be the change, file by file: what only half applies to the older base was not written there. */
export async function isWhole({ mirror }: Subject, { id, parent }: { id: string; parent: string }, submission: Submission): Promise<boolean> {
  const key = (effects: Submission['effect']): string =>
    effects
      .map(({ path, added, deleted }) => `${path} ${added} ${deleted}`)
      .toSorted()
      .join('\n');
  return key(await mirror.diffStat(parent, id)) === key(submission.effect);
}

/** Landed pull requests on the very parent they landed on: what the ladder makes of them, beside what people made of them. */
export async function runTruth(subject: Subject, plan: StalePlan): Promise<TruthReport> {
  const { mirror, history } = subject;
  const heads = new Map(subject.pulls.map(({ number, commit }) => [number, commit]));
  const landed = [...history.landedAt].filter(([number]) => heads.has(number));
  const chosen = createRandom(seedOf(plan.seed, subject.name, 'truth')).sample(landed, plan.samples);
  const examples: string[] = [];
  let [tried, lands, judged, identical] = [0, 0, 0, 0];
  for (const [at, [number, place]] of chosen.entries()) {
    if (at % 200 === 0) plan.progress(`t1 ${subject.name}: ${at} of ${chosen.length} landed pull requests beside history`);
    const [commit, parent, head] = [history.mainline[place], history.mainline[place - 1], heads.get(number)];
    if (commit === undefined || parent === undefined || head === undefined) continue;
    const base = await mirror.mergeBase(head, parent.id);
    if (base === null || base === head) continue;
    const submitted = await submitCommits(mirror, { name: `#${number}`, base, head });
    if (submitted.kind === 'refused') continue;
    const result = await land(mirror, submitted.submission, parent.id, 'ladder');
    if (result === null || result.kind === 'already_landed') continue;
    tried += 1;
    if (result.kind !== 'landed') continue;
    lands += 1;
    judged += 1;
    if (result.tree === (await mirror.treeOf(commit.id))) identical += 1;
    else if (examples.length < MOST_SHOWN) examples.push(`#${number} (${result.rung})`);
  }
  return { landed: shareOf(lands, tried), identical: shareOf(identical, judged), examples };
}

async function tryOn(subject: Subject, candidate: Candidate, on: { head: string; truth: string | null }, tally: Tally): Promise<void> {
  const { mirror } = subject;
  const submitted = await submitCommits(mirror, candidate);
  if (submitted.kind === 'refused') return;
  const landing = await land(mirror, submitted.submission, on.head, 'ladder');
  if (landing === null) return;
  if (landing.kind === 'already_landed') return tally.alreadyLanded();
  tally.add(landing, landing.kind === 'landed' ? await judge(subject, submitted.submission, landing, on.truth) : null);
}

/** `wrong` is null where it is right, as far as anybody can tell. `git`: the result is git's own, so is the difference. */
type Verdict = { judged: boolean; wrong: string | null; git: boolean };

/**
 * Where history knows the result (transplanted changes), a landing by R3 is wrong when its tree is another; of a landing by R0
 * or R1 that is git's own doing (it put the change elsewhere on the older base or on the way back), and counted apart. Where
 * history does not know, it is wrong when a file that R3 merged lost or invented a word.
 */
async function judge(
  { mirror }: Subject,
  submission: Submission,
  landing: Extract<Landing, { kind: 'landed' }>,
  truth: string | null,
): Promise<Verdict> {
  const broken = landing.merged.find(({ conserved }) => !conserved);
  if (truth === null)
    return { judged: true, git: false, wrong: broken === undefined ? null : `${submission.name} ${broken.path} (${broken.rule}): ${broken.detail}` };
  // R2 leaves what the queue owns to the project's command, which is not run here.
  if (landing.rung === 'R2') return { judged: false, git: false, wrong: null };
  const git = landing.rung !== 'R3';
  if (landing.tree === (await mirror.treeOf(truth))) return { judged: true, git, wrong: null };
  const differing = await mirror.diffNames(landing.tree, truth);
  return {
    judged: true,
    git,
    wrong: `${submission.name} (${landing.rung}): ${differing
      .map(({ path }) => path)
      .slice(0, 3)
      .join(', ')}`,
  };
}

interface Tally {
  add(landing: Landing, verdict: Verdict | null): void;
  alreadyLanded(): void;
  report(): StaleReport;
}

function createTally(k: number): Tally {
  const byRung: Record<LandingRung, number> = { R0: 0, R1: 0, R2: 0, R3: 0 };
  const wrongExamples: string[] = [];
  let [tried, lost, conflicts, judged, wrong, already, differing] = [0, 0, 0, 0, 0, 0, 0];
  return {
    add(landing, verdict) {
      tried += 1;
      if (landing.kind === 'landed') byRung[landing.rung] += 1;
      else if (landing.kind === 'effect_lost') lost += 1;
      else conflicts += 1;
      if (verdict === null || !verdict.judged) return;
      judged += 1;
      if (verdict.wrong === null) return;
      if (verdict.git) differing += 1;
      else wrong += 1;
      if (wrongExamples.length < MOST_SHOWN) wrongExamples.push(verdict.wrong);
    },
    alreadyLanded() {
      already += 1;
    },
    report: () => ({
      k,
      plain: shareOf(byRung.R0 + byRung.R1, tried),
      ladder: ladderShare(byRung, tried),
      byRung,
      effectLost: lost,
      conflicts,
      wrong: shareOf(wrong, judged),
      gitDiffers: shareOf(differing, judged),
      wrongExamples,
      alreadyLanded: already,
    }),
  };
}

function ladderShare(byRung: Readonly<Record<LandingRung, number>>, tried: number): Share {
  return shareOf(byRung.R0 + byRung.R1 + byRung.R2 + byRung.R3, tried);
}
