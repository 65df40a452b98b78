import { interval, percent } from './decide.targets.ts';
import type { BenchReport, LoadReport, RepositoryReport, ResolverReport, Spread, StaleAll, ThroughputReport, WindowReport } from './model.ts';

/** One table: what a person reads in a terminal and in the report alike. */
export interface Table {
  title: string;
  note: string;
  head: string[];
  rows: string[][];
}

const number = (value: number | null | undefined, digits = 1): string => (value === null || value === undefined ? '-' : value.toFixed(digits));

/** All tables of a run: landed by rung first, wrong landings second, operations per second last. */
export function tablesOf(report: BenchReport): Table[] {
  return [
    targetTable(report),
    ...report.repositories.flatMap(repositoryTables),
    ...(report.load === null ? [] : [loadTable(report.load)]),
    ...report.repositories.flatMap(({ facts, throughput }) =>
      throughput === null
        ? []
        : [throughputTable(facts.name, throughput), ...splitTable(facts.name, throughput), profileTable(facts.name, throughput)],
    ),
  ];
}

const STATES = { met: 'met', missed: 'MISSED', not_measured: 'not measured' } as const;

function targetTable({ targets }: BenchReport): Table {
  return {
    title: 'Targets',
    note: '',
    head: ['target', 'wanted', 'measured', ''],
    rows: targets.map((target) => [target.name, target.wanted, target.measured, STATES[target.state]]),
  };
}

function repositoryTables({ facts, t0, t1, t2, t3 }: RepositoryReport): Table[] {
  const tables: Table[] = [];
  if (t0 !== null) {
    const refused = Object.entries(t0.refused)
      .map(([code, count]) => `${count} ${code}`)
      .join(', ');
    tables.push({
      title: `${facts.name}: T0 backtest`,
      note: '',
      head: ['trees identical to history', 'refused at admission', 'seconds', 'differing'],
      rows: [[interval(t0.identical), refused || 'none', number(t0.seconds), t0.differing.map((id) => id.slice(0, 10)).join(' ') || 'none']],
    });
  }
  if (t1 !== null) tables.push(...staleTables(facts.name, t1));
  if (t2 !== null) tables.push(windowTable(facts.name, t2));
  if (t3 !== null) tables.push(resolverTable(facts.name, t3), ruleTable(facts.name, t3));
  return tables;
}

const SOURCES = {
  pull_heads: 'pull request heads',
  transplanted: 'landed changes put on an older base',
} as const;

function staleTables(name: string, t1: StaleAll): Table[] {
  const tables = t1.sets.map((set): Table => {
    const applied =
      set.transplanted === null
        ? ''
        : ` ${interval(set.transplanted)} of the changes apply to the older base; the others cannot have been written there.`;
    return {
      title: `${name}: T1 stale, ${SOURCES[set.source]}`,
      note: `${set.candidates} candidates.${applied}`,
      head: [
        'K',
        'landed by all rungs',
        'R0',
        'R1',
        'R2',
        'R3',
        'plain merge alone',
        'wrong',
        "git's own differs",
        'effect lost',
        'conflict',
        'landed before',
      ],
      rows: set.byK.map((at) => [
        String(at.k),
        interval(at.ladder),
        ...(['R0', 'R1', 'R2', 'R3'] as const).map((rung) => percent(at.ladder.of === 0 ? null : at.byRung[rung] / at.ladder.of)),
        percent(at.plain.share),
        interval(at.wrong),
        String(at.gitDiffers.hits),
        String(at.effectLost),
        String(at.conflicts),
        String(at.alreadyLanded),
      ]),
    };
  });
  const rows = [
    ...(t1.amTried === null ? [] : [['git am -3, K=20, applied', interval(t1.amTried)]]),
    ...(t1.cherryTried === null ? [] : [['git cherry-pick, K=20, applied', interval(t1.cherryTried)]]),
    ...(t1.truth === null
      ? []
      : [
          ['landed pull requests on the parent they landed on: landed', interval(t1.truth.landed)],
          ['of those, the whole tree is the one people landed', interval(t1.truth.identical)],
        ]),
  ];
  return rows.length === 0 ? tables : [...tables, { title: `${name}: T1 beside git's commands and people`, note: '', head: ['', ''], rows }];
}

function windowTable(name: string, windows: readonly WindowReport[]): Table {
  return {
    title: `${name}: T2 windows`,
    note: 'Each window in three random orders.',
    head: [
      'K',
      'windows',
      'can be written on one base',
      'landed at the first try',
      'R0',
      'R1',
      'R2',
      'R3',
      'all landed',
      "tree is history's",
      'otherwise: files as in history',
      'differing',
    ],
    rows: windows.map((at) => [
      String(at.k),
      String(at.windows),
      interval(at.decomposable),
      interval(at.landed),
      ...(['R0', 'R1', 'R2', 'R3'] as const).map((rung) => String(at.byRung[rung])),
      `${at.complete} runs`,
      interval(at.identical),
      interval(at.filesIdentical),
      at.mismatches.length === 0 ? 'none' : `${at.mismatches.length} shown with --json`,
    ]),
  };
}

function resolverTable(name: string, t3: ResolverReport): Table {
  const refused = Object.entries(t3.refusals)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 8)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
  return {
    title: `${name}: T3 resolver`,
    note: `${t3.merges} merges made again, ${t3.conflicted} conflict in ${t3.conflictedFiles} files. Left to people, by kind of file or conflict: ${refused || 'none'}.`,
    head: ['', 'automatic', "of those equal to the person's", 'no word lost or invented'],
    rows: [
      ['merges', interval(t3.automatic), interval(t3.equal), ''],
      ['files', interval(t3.automaticFiles), interval(t3.equalFiles), interval(t3.conservedFiles)],
    ],
  };
}

function ruleTable(name: string, t3: ResolverReport): Table {
  return {
    title: `${name}: T3 by rule`,
    note: '',
    head: ['rule', 'files', "equal to the person's"],
    rows: Object.entries(t3.byRule)
      .toSorted(([, a], [, b]) => b.files - a.files)
      .map(([rule, { files, equal }]) => [rule, String(files), String(equal)]),
  };
}

function loadTable(load: readonly LoadReport[]): Table {
  return {
    title: 'T4 queue under load',
    note: 'Virtual clock, 12 hours, checks of 10 minutes, 2 % of runs fail for no reason, 20 runners. Minutes to land are of what landed; a queue that cannot keep up has the rest waiting.',
    head: [
      'arrivals/h',
      'failing',
      'policy',
      'landed/h',
      'p50 min',
      'p90',
      'p99',
      'CI runs per landing',
      'refused',
      'of those innocent',
      'culprits landed',
      'waiting at the end',
    ],
    rows: load.map((at) => [
      String(at.arrivalsPerHour),
      percent(at.failing),
      at.policy,
      number(at.landedPerHour),
      ...at.minutesToLand.map(({ value, low, high }) => `${number(value, 0)} (${number(low, 0)}-${number(high, 0)})`),
      number(at.ciRunsPerLanding, 2),
      String(at.refused),
      String(at.innocentsRefused),
      String(at.culpritsLanded),
      String(at.waiting),
    ]),
  };
}

const spread = ({ median, least, most, runs }: Spread): string =>
  median === null ? '-' : `${number(median)} (${number(least)}-${number(most)}, ${runs} runs)`;

function throughputTable(name: string, measured: ThroughputReport): Table {
  return {
    title: `${name}: throughput`,
    note: `${measured.changes} changes in windows of 20 on one base, ${measured.files} files.${measured.failed === null ? '' : ` The queue on its database could not be measured: ${measured.failed}`}`,
    head: ['', 'change requests per second', 'landed'],
    rows: [
      ['queue, twenty agents hand in at once, submitted to landed, journal in PostgreSQL', spread(measured.endToEnd), interval(measured.queueLanded)],
      ['queue, landing alone (all submitted before)', spread(measured.landing), ''],
      ['kernel: git and decisions, no database, trains of 32', spread(measured.kernel), interval(measured.kernelLanded)],
      ['git am -3', spread(measured.am), interval(measured.amApplied)],
      ['git cherry-pick', spread(measured.cherryPick), interval(measured.cherryApplied)],
    ],
  };
}

function splitTable(name: string, { split, landing }: ThroughputReport): Table[] {
  if (split === null) return [];
  const ms = (seconds: number): string => number(seconds * 1000, 2);
  return [
    {
      title: `${name}: where the queue's time goes`,
      note: 'While it lands what was submitted before, milliseconds of the clock for each change request. Waiting for the disk counts where it is waited for.',
      head: ['', 'ms per change'],
      rows: [
        ['git: merging, making objects, moving the branch', ms(split.git)],
        ['PostgreSQL: rows, journal, ledger, events, commits', ms(split.database)],
        ['decisions, and waiting for the processor', ms(split.rest)],
        ['all', landing.median === null ? '-' : number(1000 / landing.median, 2)],
      ],
    },
  ];
}

function profileTable(name: string, { profile, changes }: ThroughputReport): Table {
  return {
    title: `${name}: where the kernel's time goes`,
    note: 'Operations of the mirror; some call each other and some overlap, so the sum is no total.',
    head: ['operation', 'ms per change'],
    rows: Object.entries(profile)
      .toSorted(([, a], [, b]) => b - a)
      .map(([operation, seconds]) => [operation, number((seconds * 1000) / Math.max(1, changes), 2)]),
  };
}

/** For a terminal: columns padded to their widest cell. */
export function renderTables(report: BenchReport): string {
  return tablesOf(report)
    .map(({ title, note, head, rows }) => {
      const lines = [head, ...rows];
      const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
      const body = lines.map((cells) =>
        cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
      return [title, ...(note === '' ? [] : [note]), ...body].join('\n');
    })
    .join('\n\n');
}
