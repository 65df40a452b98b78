import { tablesOf } from './decide.report.tables.ts';
import type { BenchReport } from './model.ts';

/** The run as a Markdown document: what was measured, how, and every table. */
export function renderMarkdown(report: BenchReport): string {
  const tables = tablesOf(report).map(({ title, note, head, rows }) => {
    const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
    const parts = [`### ${title}`, '', ...(note === '' ? [] : [note, '']), line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)];
    return parts.join('\n');
  });
  return `${[HEAD, machine(report), METHOD, '## Figures', ...tables].join('\n\n')}\n`;
}

const escape = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

const HEAD = `# The merge queue, measured

Printed by \`reeve queue bench --markdown bench/queue.md\`; not written by hand. The repositories under test are public; nothing
of their content is kept here, only figures.`;

function machine(report: BenchReport): string {
  const repositories = report.repositories.map(
    ({ facts }) =>
      `- ${facts.name} at \`${facts.head.slice(0, 12)}\`: ${facts.files} files, ${facts.mainline} commits on the main line, ${facts.pullHeads} pull request heads.`,
  );
  return [
    `Seed ${report.seed}, at most ${report.samples} samples each; git ${report.git}, Node.js ${report.node}, ${report.cores} cores, load ${report.loadBefore} before and ${report.loadAfter} after; ${Math.round(report.seconds)} s.`,
    repositories.join('\n'),
    report.repositories
      .flatMap(({ facts, failed }) => failed.map(({ part, error }) => `- ${facts.name}: ${part} could not be finished: ${error}`))
      .join('\n'),
    report.void ? '**This run is void**: too many trees of T0 differ from history.' : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const METHOD = `## How it is measured

Shares carry Wilson 95 % intervals, quantiles 95 % intervals from order statistics, rates the least and the most of their
runs. The same repository, seed and sample size give the same shares; rates depend on the machine and its load.

**T0** replays landed changes at their real parent through admission and the kernel. Identical means the same tree id.
Under 99.5 % the run is void. Changes that a change request cannot hold (symbolic links, submodules) are refused at
admission and counted apart.

**T1** submits changes K commits late. With pull request heads: the difference between the head and the commit of the main
line it was made on, put on the main line K commits later; what had landed itself within those K commits, or has nothing
left to land, is left out. Without such heads, and beside them: a landed change put by git on a base K commits older, where
it applies there with the same lines, and then submitted to the parent it really landed on. That set is easier, because what does not apply to
the older base is not in it; it is there because history knows the right result. R2 counts what conflicts only in files a
queue writes itself (lockfiles, changelogs); the project's command that writes them anew is not run here. R3 is the
structured merge. An effect check refuses what merges cleanly and lands something else than was submitted; it counts as
not landed.

**Wrong**: of a landed change put on an older base, the tree differs from the one history has, and a rung of ours made it. Where
git's own clean merge made it (R0 and R1), git put the change elsewhere, on the older base or on the way back; that is counted
apart, as "git's own differs", since no rung of ours had a hand in it. For a pull request that never landed nobody knows the
right result, so a judge that shares no code with the merge counts: of each line, or else of each word, the result must hold
what the base held, plus what each side added, less what each side removed (once to twice, where both did the same). Otherwise
the landing is wrong. The judge looks at files that R3 merged. Of a file that the main
line took apart, the parts are judged together and without their imports, of which each part needs its own. The judge cannot
tell whether the result does what both authors meant: that is for the project's checks, without which R3 lands nothing. Which
landings are wrong, and where, is in the run's \`--json\`.

**T2** takes K consecutive landed changes, writes each on the base of the first (where it applies there unchanged) and lands
them in random orders. When all land, the tree must be history's. When some cannot be written there, every file that only
landed changes touched must be as history has it.

**T3** makes merges of history again, on the main line and in pull requests. Where git conflicts, R3 tries each file.
Equal means byte for byte what the person committed; people also reformat, and change more than the conflict, so unequal
is not wrong.

**T4** runs the scheduler's own decision functions on a virtual clock. Changes arrive at random, touch one of thirty areas,
fail by themselves at the given share, and 1 % of pairs in one area fail only together. All policies see the same changes,
and each tries a failing change twice before it refuses it.

**Throughput** takes the newest changes in windows of twenty, each written on its window's base, in random order: the whole
queue on PostgreSQL (admission, leases, journal, ledger, events; the checks pass at once; twenty agents hand in at the same
moment, then the next twenty), the kernel without a database, and git's own commands with a process for each change. What was
tried to make it faster, and what stands between the figures and their targets: [queue-notes.md](queue-notes.md).`;
