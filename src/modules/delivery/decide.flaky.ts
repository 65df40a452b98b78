import { visible } from '#kernel/text.ts';
import type { CheckResult } from '#ports/forge-read.ts';

/** A check that Reeve ran itself on one commit. */
export interface OwnResult {
  name: string;
  conclusion: CheckResult['conclusion'];
}

/** A red check of the forge whose name passed here, on the same tree. */
export interface Suspect {
  name: string;
  /** The forge's id of the run that failed. */
  id: string;
}

/**
 * Which red checks are probably flaky: those that Reeve ran under the same name on the very same commit, and that passed. The forge's names of jobs may
 * have the workflow before them (`CI / test`) or their matrix behind (`test (22)`): then the plain name counts. A cancelled one says nothing of its own,
 * so it is one as well. A commit with another red check beside them has none: that one needs its agent in any case.
 */
export function decideSuspects(red: readonly CheckResult[], own: readonly OwnResult[]): Suspect[] {
  const passed = new Set(own.filter(({ conclusion }) => conclusion === 'success').map(({ name }) => plain(name)));
  const suspects = red.flatMap(({ name, id }) => (id !== undefined && id !== null && passed.has(plain(name)) ? [{ name, id }] : []));
  return suspects.length === red.length ? suspects : [];
}

const plain = (name: string): string =>
  (name.split(' / ').at(-1) ?? name)
    .replace(/\s*\([^()]*\)$/, '')
    .trim()
    .toLowerCase();

/** What the agent and people are told of suspects that are red all the same. `why`: what became of running them again; null: nothing was asked. */
export function suspectSentence(suspects: readonly Suspect[], why: string | null): string {
  if (suspects.length === 0) return '';
  const names = suspects.map(({ name }) => visible(name)).join(', ');
  return `${names} passed when Reeve ran it on this very commit, so it may be flaky. ${why ?? 'It was run again and is still red.'}`;
}
