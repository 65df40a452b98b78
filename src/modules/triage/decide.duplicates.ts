import type { WorkItem } from '#modules/work/index.ts';
import { diceOf } from '#kernel/words.ts';
import type { DuplicateCandidate } from './model.ts';
import { fingerprintOf, isCommonTerm, roughTermsOf, type Fingerprint } from './decide.similarity.ts';

/**
 * At and above: the same problem. Tuned on the table of `decide.duplicates.test.ts` (pairs in other words against pairs of the
 * same area): a missed duplicate costs one duplicate plan, a false one closes somebody's issue, so it leans to the high side.
 */
export const DUPLICATE_AT = 0.72;
/** From here on a candidate is shown as "may be related". */
const SHOWN_AT = 0.5;
const MOST_SHOWN = 3;

type Candidate = Pick<WorkItem, 'id' | 'number' | 'title' | 'body' | 'state' | 'duplicateOf' | 'createdAt' | 'updatedAt' | 'type'>;

/**
 * Earlier items that may describe the same thing, best first. Only items raised before this one count (else two items would
 * close each other), and finished ones only when they were finished after this one was raised (else it is a regression). A
 * candidate that is itself a duplicate gives way to its original.
 */
export function decideDuplicates(item: Candidate, others: readonly Candidate[]): DuplicateCandidate[] {
  const earlier = others.filter((other) => other.id !== item.id && mayBeOriginal(item, other));
  const rough = earlier.map((other) => ({ other, terms: roughTermsOf(other.title, other.body) }));
  const own = fingerprintOf(item.title, item.body);
  const idf = idfOf([roughTermsOf(item.title, item.body), ...rough.map(({ terms }) => terms)]);
  const ranked = rough
    .filter(({ terms }) => worthALook(own, terms))
    .map(({ other }) => ({ other, ...scoreOf(own, fingerprintOf(other.title, other.body), idf) }))
    .filter(({ confidence }) => confidence >= SHOWN_AT)
    .sort((a, b) => b.confidence - a.confidence || (a.other.id < b.other.id ? -1 : 1));
  return ranked
    .slice(0, MOST_SHOWN)
    .map(({ other, confidence, evidence }) => ({ workItemId: other.id, number: other.number, title: other.title, confidence, evidence }));
}

function mayBeOriginal(item: Candidate, other: Candidate): boolean {
  if (other.state === 'duplicate') return false;
  if (other.createdAt > item.createdAt || (other.createdAt.getTime() === item.createdAt.getTime() && other.id > item.id)) return false;
  return other.state !== 'merged' || other.updatedAt >= item.createdAt;
}

/** Two texts that share no telling word cannot reach `SHOWN_AT`; one is enough when there is hardly more. */
function worthALook(own: Fingerprint, terms: ReadonlySet<string>): boolean {
  const telling = [...own.terms.keys()].filter((term) => !isCommonTerm(term));
  const shared = telling.filter((term) => terms.has(term)).length;
  return shared >= Math.min(2, telling.length);
}

/**
 * Smoothed inverse document frequency. With few documents it says little, so every term starts from the weight it would have
 * in a tracker of fifty.
 */
function idfOf(texts: ReadonlyArray<ReadonlySet<string>>): (term: string) => number {
  const counts = new Map<string, number>();
  for (const terms of texts) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const total = texts.length + 50;
  return (term) => Math.log(1 + total / ((counts.get(term) ?? 0) + 2));
}

interface Likeness {
  confidence: number;
  evidence: string[];
}

/** Similarity of two fingerprints, 0 to 1, with the words and fields that made it so. */
function scoreOf(left: Fingerprint, right: Fingerprint, idf: (term: string) => number): Likeness {
  const whole = cosine(left.terms, right.terms, idf);
  const titles = overlap(left.titleTerms, right.titleTerms, idf);
  const letters = diceOf(left.trigrams, right.trigrams);
  const answered = (coverage(left.titleTerms, right.terms, idf) + coverage(right.titleTerms, left.terms, idf)) / 2;
  const base = 0.4 * whole.value + 0.2 * Math.max(titles, letters) + 0.4 * answered;
  const adjusted = adjust(left, right, base);
  const confidence = Math.round(Math.min(0.99, Math.max(0, calibrate(adjusted.value))) * 100) / 100;
  const evidence = [
    ...(whole.shared.length === 0 ? [] : [`shared words: ${whole.shared.join(', ')}`]),
    `titles ${Math.round(Math.max(titles, letters) * 100)}% alike, whole text ${Math.round(whole.value * 100)}%, each title found in the other text to ${Math.round(answered * 100)}%`,
    ...adjusted.evidence,
  ];
  return { confidence, evidence };
}

/** On the tuning table the same problem starts near 0.6 of raw likeness and two issues of one area end near 0.59. */
function calibrate(raw: number): number {
  return 1 / (1 + Math.exp(-11 * (raw - 0.52)));
}

function cosine(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
  idf: (term: string) => number,
): { value: number; shared: string[] } {
  const shared: Array<readonly [string, number]> = [];
  let dot = 0;
  for (const [term, weight] of left) {
    const other = right.get(term);
    if (other === undefined) continue;
    const part = weight * other * idf(term) ** 2;
    dot += part;
    shared.push([term, part]);
  }
  const norm = Math.sqrt(squares(left, idf) * squares(right, idf));
  const best = shared.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 6);
  return { value: norm === 0 ? 0 : dot / norm, shared: best.map(([term]) => term) };
}

function squares(terms: ReadonlyMap<string, number>, idf: (term: string) => number): number {
  let sum = 0;
  for (const [term, weight] of terms) sum += (weight * idf(term)) ** 2;
  return sum;
}

/** Weighted share of title terms in common. */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>, idf: (term: string) => number): number {
  let shared = 0;
  let total = 0;
  for (const term of new Set([...left, ...right])) {
    total += idf(term);
    if (left.has(term) && right.has(term)) shared += idf(term);
  }
  return total === 0 ? 0 : (2 * shared) / (total + shared);
}

/**
 * Share of a title's weight that the other text speaks of at all. Issues of one area share the area and differ in the one word
 * that matters (`PayPal` and `invoice`): that word is missing in the other text, here it counts.
 */
function coverage(title: ReadonlySet<string>, text: ReadonlyMap<string, number>, idf: (term: string) => number): number {
  let total = 0;
  let found = 0;
  for (const term of title) {
    const weight = idf(term);
    total += weight;
    if (text.has(term)) found += weight;
  }
  return total === 0 ? 0 : found / total;
}

/** What words alone cannot see: each rule that applies, with its weight and its sentence. */
function adjust(left: Fingerprint, right: Fingerprint, base: number): { value: number; evidence: string[] } {
  const marks = [...left.marks].filter((mark) => right.marks.has(mark));
  const rules: Array<readonly [applies: boolean, weight: number, says: string]> = [
    [marks.length > 0, Math.min(0.18, 0.09 * marks.length), `both name ${marks.slice(0, 3).join(', ')}`],
    [apart(left.paths, right.paths), -0.25, 'they name different files'],
    [marks.length === 0 && apart(left.marks, right.marks) && !apart(left.paths, right.paths), -0.1, 'they name different code'],
    [opposed(left.sides, right.sides), -0.25, 'they ask for opposite or different things'],
    [apart(left.numbers, right.numbers), -0.15, 'they report different error codes'],
    [parallel(left, right), -0.2, 'the titles differ in the one thing they are about'],
    [
      apart(left.symptoms, right.symptoms),
      -0.1,
      `one is about "${[...left.symptoms].join(', ')}", the other about "${[...right.symptoms].join(', ')}"`,
    ],
  ];
  const applied = rules.filter(([applies]) => applies);
  return { value: applied.reduce((sum, [, weight]) => sum + weight, base), evidence: applied.map(([, , says]) => says) };
}

/**
 * Titles built alike around another object: "filter by colour" and "filter by size". What stands in the gap must be missing in the
 * whole other text; otherwise it is the same object by another name.
 */
function parallel(left: Fingerprint, right: Fingerprint): boolean {
  const [a, b] = [left.titleOrder, right.titleOrder];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [mine, theirs] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (mine.length === 0 || theirs.length === 0 || head + tail < Math.max(mine.length, theirs.length)) return false;
  return !mine.some((term) => right.terms.has(term)) && !theirs.some((term) => left.terms.has(term));
}

/** Both say something and nothing agrees. */
function apart(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size > 0 && right.size > 0 && ![...left].some((one) => right.has(one));
}

function opposed(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const other = (side: string) => (side.endsWith('l') ? `${side.slice(0, -1)}r` : `${side.slice(0, -1)}l`);
  return [...left].some((side) => !right.has(side) && right.has(other(side)) && !left.has(other(side)));
}
