import type { History, HotFile, Touch } from './model.ts';

export interface HotRules {
  /** After so many commits a touch counts half: what was busy in another phase of the project cools down. */
  halfLifeCommits: number;
  /** A commit that touches more files says nothing about any of them (a formatter, a rename of a folder). */
  mostFiles: number;
  /** Share of commits from which a file is hot, */
  minShare: number;
  /** and how many must have touched it: one commit in ten of a young project is no habit. */
  minTouches: number;
}

/**
 * Measured on honojs/hono and ComposioHQ/agent-orchestrator (400 commits each): with these, one and eight files are hot (the manifest of the
 * one; types, index and the three long files everything goes through of the other), which is what a person would name.
 */
export const HOT_RULES: HotRules = { halfLifeCommits: 150, mostFiles: 60, minShare: 0.06, minTouches: 8 };

/** How many commits are worth reading: older ones weigh less than a sixth. */
export const HISTORY_COMMITS = 400;

/** What history says about files: the decayed share of commits that touch each, newest first in `touches`. Files no longer in the tree are left out. */
export function learnHistory(touches: readonly Touch[], files: ReadonlySet<string>, rules: HotRules = HOT_RULES): History {
  const weights = new Map<string, { weight: number; touches: number }>();
  const telling = touches.filter(({ paths }) => paths.length > 0 && paths.length <= rules.mostFiles);
  let total = 0;
  telling.forEach(({ paths }, age) => {
    const weight = 0.5 ** (age / rules.halfLifeCommits);
    total += weight;
    for (const path of new Set(paths)) {
      if (!files.has(path)) continue;
      const known = weights.get(path) ?? { weight: 0, touches: 0 };
      weights.set(path, { weight: known.weight + weight, touches: known.touches + 1 });
    }
  });
  const shares = new Map([...weights].map(([path, { weight }]) => [path, weight / total]));
  const hot: HotFile[] = [...weights]
    .map(([path, { weight, touches: times }]) => ({ path, share: weight / total, touches: times }))
    .filter(({ share, touches: times }) => share >= rules.minShare && times >= rules.minTouches)
    .sort((a, b) => b.share - a.share || (a.path < b.path ? -1 : 1));
  return { commits: telling.length, shares, hot };
}
