import { execFileSync } from 'node:child_process';
import { sql, type Db } from '#platform/db/index.ts';
import { git } from '#connectors/git/__fixtures__/repository.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import { TARGET, type World } from './queue-world.ts';

interface Row extends Pick<QueueEntry, 'id' | 'state' | 'version' | 'quarantine' | 'lastError' | 'landedCommit' | 'landedTree' | 'submittedTree'> {
  base: string;
}

interface JournalRow {
  changeRequestId: string;
  version: number;
  event: string;
  fromState: string | null;
  toState: string;
  head: string | null;
  commit: string | null;
  tree: string | null;
  /** Of the lease under which the row was written; null: not by a worker. */
  epoch: number | null;
}

/** Everything that is wrong with a world in which nothing moves any more; each sentence begins with its seed. */
export async function findFaults(world: World, db: Db, thorough: boolean): Promise<string[]> {
  const facts = await readFacts(world, db);
  return [
    ...endings(world, facts),
    ...journals(facts),
    ...leases(facts),
    ...branch(world, facts),
    ...(await announcements(db, facts)),
    ...(await replayed(world)),
    ...(thorough ? byGitItself(world, facts) : []),
  ].map((sentence) => `seed ${world.seed}: ${sentence}`);
}

interface Facts {
  rows: Row[];
  journal: JournalRow[];
}

async function readFacts(world: World, db: Db): Promise<Facts> {
  const rows = await db.all(sql<Row>`
    select id, state, version, quarantine, last_error, landed_commit, landed_tree, submitted_tree, document ->> 'base' as base
    from change_requests where repository_id = ${world.repositoryId} order by id`);
  const journal = await db.all(sql<JournalRow>`
    select journal.change_request_id, journal.version, event, from_state, to_state, detail ->> 'head' as head, detail ->> 'commit' as commit,
      detail ->> 'tree' as tree, (detail ->> 'lease_epoch')::int as epoch
    from change_request_journal journal join change_requests entry on entry.id = journal.change_request_id
    where entry.repository_id = ${world.repositoryId} order by journal.ordinal`);
  return { rows, journal };
}

/** What was answered to a submitter is there and has ended, with a reason where it did not land. */
function endings(world: World, { rows }: Facts): string[] {
  const known = new Set<string>(rows.map(({ id }) => id));
  const lost = [...world.admitted].filter((id) => !known.has(id)).map((id) => `${id} was admitted and is lost`);
  const wrong = rows.flatMap((row) => {
    switch (row.state) {
      case 'landed':
        return row.landedCommit === null || row.landedTree === null ? [`${row.id} landed without a commit`] : [];
      case 'quarantined':
        // Faults of the machine are nobody's fault: with patience enough they never set anything aside.
        return ['conflict', 'checks_failed', 'effect_lost'].includes(row.quarantine?.kind ?? '') && row.lastError !== null
          ? []
          : [`${row.id} was set aside for ${JSON.stringify(row.quarantine)}`];
      case 'dropped':
        return (row.lastError ?? '').startsWith('superseded by') ? [] : [`${row.id} was dropped: ${row.lastError}`];
      case 'already_landed':
        return [];
      default:
        return [`${row.id} is still ${row.state}`];
    }
  });
  const last = rows.at(-1);
  const alive = last?.state === 'landed' ? [] : [`the last change request, without any fault, is ${last?.state}`];
  return [...lost, ...wrong, ...alive];
}

/** Versions without a gap, each row beginning where the one before ended. */
function journals({ rows, journal }: Facts): string[] {
  return rows.flatMap((row) => {
    const own = journal.filter(({ changeRequestId }) => changeRequestId === row.id);
    const gaps = own.flatMap((entry, at) =>
      entry.version === at + (own[0]?.version ?? 0) && (own[at - 1]?.toState ?? null) === entry.fromState ? [] : [entry],
    );
    const end = own.at(-1);
    const told = end?.version === row.version && end.toState === row.state;
    return [
      ...(gaps.length > 0 ? [`the journal of ${row.id} has a gap: ${JSON.stringify(gaps)}`] : []),
      ...(told ? [] : [`the journal of ${row.id} ends at ${end?.version} ${end?.toState}, the row says ${row.version} ${row.state}`]),
    ];
  });
}

/** Once a worker took over, the one before it writes nothing any more. */
function leases({ journal }: Facts): string[] {
  const rows = journal.flatMap((row) => (row.epoch === null ? [] : [{ ...row, epoch: row.epoch }]));
  return rows.flatMap((row, at) => {
    const newest = Math.max(0, ...rows.slice(0, at).map(({ epoch }) => epoch));
    return row.epoch < newest ? [`${row.changeRequestId} ${row.event} was written under the lease ${row.epoch} after it was ${newest}`] : [];
  });
}

const TRAILERS = '%H%x09%(trailers:key=Reeve-Change-Request,valueonly,separator=%x20)%x09%(trailers:key=Reeve-Reverts,valueonly,separator=%x20)';

/** One commit for each landing, in the order of the journal, and nothing of anybody else's is gone. */
function branch(world: World, { rows, journal }: Facts): string[] {
  const ref = `refs/heads/${TARGET}`;
  const faults: string[] = [];
  const log = gitIn(world, ['log', '--reverse', '--first-parent', `--format=${TRAILERS}`, `${world.base}..${ref}`])
    .split('\n')
    .filter((line) => line !== '');
  const all = new Set(gitIn(world, ['rev-list', ref]).split('\n'));
  const commits = log.map((line) => line.split('\t')).map(([commit = '', entry = '', reverts = '']) => ({ commit, entry, reverts }));
  for (const row of rows) {
    const landed = commits.filter(({ entry }) => entry === row.id).length - commits.filter(({ reverts }) => reverts === row.id).length;
    const wanted = row.state === 'landed' ? 1 : 0;
    if (landed !== wanted) faults.push(`${row.id} is ${row.state} and ${landed} times on the branch`);
  }
  const order = journal.filter(({ event }) => event === 'landed').map(({ commit }) => commit);
  const there = commits.filter(({ entry }) => entry !== '').map(({ commit }) => commit);
  if (JSON.stringify(order) !== JSON.stringify(there)) faults.push(`landed in the order ${order.join(' ')}, the branch has ${there.join(' ')}`);
  const shapes = new Set(gitIn(world, ['log', '--format=%H %P %T', ref]).split('\n'));
  for (const { commit, head: on, tree } of journal.filter(({ event }) => event === 'landed'))
    if (!shapes.has(`${commit} ${on} ${tree}`)) faults.push(`${commit} is not what the journal says`);
  for (const commit of world.outside) if (!all.has(commit)) faults.push(`the commit ${commit} of somebody else is gone`);
  return faults;
}

/** Each landing was told once to whoever listens, and is in the ledger once. */
async function announcements(db: Db, { rows, journal }: Facts): Promise<string[]> {
  const ids = rows.map(({ id }) => id);
  const told = await db.all(sql<{ subject: string; n: number }>`
    select subject, count(*) as n from outbox where type = 'change_request.landed' and subject = any(${ids}) group by subject`);
  const recorded = await db.all(sql<{ subject: string; n: number }>`
    select subject, count(*) as n from ledger_entries where kind = 'change_request.landed' and subject = any(${ids}) group by subject`);
  return rows.flatMap(({ id }) => {
    const landings = journal.filter(({ changeRequestId, event }) => changeRequestId === id && event === 'landed').length;
    const [events, entries] = [told, recorded].map((list) => list.find(({ subject }) => subject === id)?.n ?? 0);
    return events === landings && entries === landings ? [] : [`${id} landed ${landings} times, was told ${events} and recorded ${entries} times`];
  });
}

/** The product's own replay of the journal gives the branch. */
async function replayed(world: World): Promise<string[]> {
  const report = await world.queue.replay({ repositoryId: world.repositoryId, target: TARGET });
  return report.same && report.tree === report.headTree
    ? []
    : [`the replay differs: ${JSON.stringify({ tree: report.tree, headTree: report.headTree, divergences: report.divergences })}`];
}

/** Every landed tree is what git's own merge of the submitted tree onto the head of that moment gives. */
function byGitItself(world: World, { rows, journal }: Facts): string[] {
  return journal.flatMap((row) => {
    const entry = rows.find(({ id }) => id === row.changeRequestId);
    if (row.event !== 'landed' || entry === undefined) return [];
    const theirs = gitIn(world, [
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.test',
      'commit-tree',
      '-m',
      'submitted',
      '-p',
      entry.base,
      entry.submittedTree,
    ]);
    const merged = git(world.mirror.dir, ['merge-tree', '--write-tree', row.head ?? '', theirs], { okCodes: [0, 1] }).split('\n')[0];
    return merged === row.tree ? [] : [`${entry.id} landed as ${row.tree}, git merges it to ${merged}`];
  });
}

const gitIn = (world: World, args: readonly string[]): string =>
  execFileSync('git', args, { cwd: world.mirror.dir, encoding: 'utf8', maxBuffer: 1e8 }).trim();
