import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { git, GIT_ENV, type Repository } from '#connectors/git/__fixtures__/repository.ts';
import { sql } from '#platform/db/index.ts';
import { createSingleFault } from './queue-plans.ts';
import { findFaults } from './queue-soundness.ts';
import { openGround, openWorld, TARGET, type Ground, type World } from './queue-world.ts';
import { LONG } from '../kit/long.ts';

const RUNS = LONG ? 400 : 12;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

interface FileState {
  content: Buffer;
  mode: '100644' | '100755';
}

const NAMES = ['a.txt', 'dir/b.txt', 'dir/deep/c.dat', 'with space.md', 'ünïcödé/ß.txt', 'run.sh', 'Z', 'dir/new.txt', 'other/moved.txt'] as const;
const LINE = fc.constantFrom('', 'one', 'two', 'three', 'four', '\tfive', 'six \u{1F600}', '}', '}', 'return;');

/** Text with one kind of line end, with or without the last one; or bytes that are no text. */
const Content: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.array(LINE, { minLength: 1, maxLength: 14 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, eol, ends]) => Buffer.from(lines.join(eol) + (ends ? eol : ''))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from([0, ...bytes])) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from([0xff, 0xfe, ...bytes, 10])) },
);
const Name = fc.constantFrom(...NAMES);
const Mode = fc.constantFrom('100644' as const, '100755' as const);

const Tree = fc.dictionary(Name, fc.record({ content: Content, mode: Mode }), { minKeys: 2, maxKeys: 7 });

/** What one agent does, as steps on whatever the tree is. */
const Step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('line' as const), name: Name, at: fc.nat(20), text: LINE }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write' as const), name: Name, content: Content, mode: Mode }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), name: Name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), name: Name, to: Name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const), name: Name }) },
);
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

const History = fc.record({ tree: Tree, agents: fc.array(fc.array(Step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 }) });

const empty = (mode: FileState['mode']): FileState => ({ content: Buffer.from([]), mode });

/** What random histories found once; run again each time. */
const FOUND: Array<[typeof History extends fc.Arbitrary<infer T> ? T : never]> = [
  // One makes a file no longer executable, another deletes it: git leaves that to people.
  [{ tree: { Z: empty('100755'), 'a.txt': empty('100644') }, agents: [[{ kind: 'mode', name: 'Z' }], [{ kind: 'delete', name: 'Z' }]] }],
  // One puts a file beside another that the next one moves out of their folder: git guesses that the folder was renamed, and asks.
  [
    {
      tree: { 'dir/b.txt': { content: Buffer.from([0, 0]), mode: '100644' }, 'a.txt': empty('100644') },
      agents: [[{ kind: 'write', name: 'dir/new.txt', content: Buffer.from([]), mode: '100644' }], [{ kind: 'rename', name: 'dir/b.txt', to: 'Z' }]],
    },
  ],
];

/** A name that is no UTF-8 is in every repository and stays as it is. */
const ODD = Buffer.concat([Buffer.from('odd-'), Buffer.from([0xff, 0xe4])]);

function found(tree: Record<string, FileState>): (source: Repository) => string {
  return (source) => {
    for (const [name, { content, mode }] of Object.entries(tree)) {
      const file = path.join(source.dir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode === '100755' ? 0o755 : 0o644);
    }
    writeFileSync(Buffer.concat([Buffer.from(`${source.dir}/`), ODD]), 'odd\n');
    return source.commit({});
  };
}

interface Change {
  op: string;
  path: string;
  [more: string]: unknown;
}

/** The document of what an agent did, or null when it did nothing that can be told. */
async function documentOf(world: World, agent: number, before: Record<string, FileState>, steps: readonly Step[]): Promise<unknown> {
  const blobs = new Map((await world.mirror.listTree(world.base)).map((entry) => [entry.path, entry.blob]));
  const changes: Change[] = [];
  const touched = new Set<string>();
  for (const step of steps) {
    const file = before[step.name];
    if (touched.has(step.name) || (step.kind === 'rename' && touched.has(step.to))) continue;
    const change = changeOf(step, file, before, blobs.get(step.name));
    if (change === null) continue;
    touched.add(step.name).add(change.path);
    changes.push(change);
  }
  if (changes.length === 0) return null;
  const task = `${world.seed} agent ${agent}`;
  const intent = { scope: ['**'], depends_on: [], reverts: null };
  return {
    version: 1,
    task_id: task,
    attempt: 1,
    repo: `acme/${world.repositoryId}`,
    target: TARGET,
    base: world.base,
    summary: task,
    intent,
    changes,
  };
}

const body = (content: Buffer): { content_base64: string } => ({ content_base64: content.toString('base64') });

function changeOf(step: Step, file: FileState | undefined, before: Record<string, FileState>, blob: string | undefined): Change | null {
  if (step.kind === 'write') {
    if (file === undefined) return { op: 'create', path: step.name, mode: step.mode, ...body(step.content) };
    return step.content.equals(file.content) && step.mode === file.mode
      ? null
      : { op: 'modify', path: step.name, base_blob: blob, mode: step.mode, ...body(step.content) };
  }
  if (file === undefined) return null;
  switch (step.kind) {
    case 'delete':
      return { op: 'delete', path: step.name, base_blob: blob };
    case 'mode':
      return { op: 'modify', path: step.name, base_blob: blob, mode: file.mode === '100755' ? '100644' : '100755', ...body(file.content) };
    case 'rename':
      return before[step.to] === undefined
        ? { op: 'rename', from: step.name, path: step.to, base_blob: blob, mode: file.mode, ...body(file.content) }
        : null;
    case 'line': {
      const lines = file.content.toString('latin1').split('\n');
      const at = step.at % lines.length;
      const next = Buffer.from(lines.with(at, Buffer.from(step.text).toString('latin1')).join('\n'), 'latin1');
      return next.equals(file.content) ? null : { op: 'modify', path: step.name, base_blob: blob, mode: file.mode, ...body(next) };
    }
  }
}

/** git's merge of the submitted trees one after the other, in the order in which they landed; and what it says of those set aside. */
async function compareWithGit(world: World): Promise<string[]> {
  const landed = await ground.database.db.all(sql<{ id: string; submittedTree: string; landedTree: string; rung: string }>`
    select id, submitted_tree, landed_tree, entry.rung from change_requests entry join change_request_journal journal on journal.change_request_id = entry.id
    where repository_id = ${world.repositoryId} and journal.event = 'landed' order by journal.ordinal`);
  const faults: string[] = [];
  let head = world.base;
  for (const { id, submittedTree, landedTree, rung } of landed) {
    // R0 puts files where the change names them; that a folder was renamed, and new files should go along, is a guess of git's.
    const merged = mergeByGit(world, head, submittedTree, rung === 'R0' ? ['-c', 'merge.directoryRenames=false'] : []);
    // A structured merge may do what git leaves to people; what git can do must be what git does.
    if (merged.tree !== landedTree && !(rung === 'R3' && !merged.clean))
      faults.push(`${id} (${rung}) landed as ${landedTree}, git says ${JSON.stringify(merged)}`);
    head = commitOf(world, head, landedTree);
  }
  const aside = await ground.database.db.all(sql<{ id: string; submittedTree: string; head: string }>`
    select id, submitted_tree, quarantine ->> 'head' as head from change_requests
    where repository_id = ${world.repositoryId} and state = 'quarantined' and quarantine ->> 'kind' = 'conflict'`);
  for (const { id, submittedTree, head: on } of aside) {
    const merged = mergeByGit(world, on, submittedTree);
    if (merged.clean && !collides(world, merged.tree)) faults.push(`${id} was set aside for a conflict that git does not see`);
  }
  return faults;
}

const IDENTITY = ['-c', 'user.name=t', '-c', 'user.email=t@example.test'];

const commitOf = (world: World, parent: string, tree: string): string =>
  git(world.mirror.dir, [...IDENTITY, 'commit-tree', '-m', 'by git', '-p', parent, tree]);

function mergeByGit(world: World, head: string, submittedTree: string, settings: readonly string[] = []): { tree: string; clean: boolean } {
  const theirs = commitOf(world, world.base, submittedTree);
  const merged = spawnSync('git', [...settings, 'merge-tree', '--write-tree', head, theirs], {
    cwd: world.mirror.dir,
    env: { ...GIT_ENV, LC_ALL: 'C' },
  });
  return { tree: merged.stdout.toString().split('\n')[0] ?? '', clean: merged.status === 0 };
}

/** Names that are one where case does not count: git merges them, some file systems cannot hold them. */
function collides(world: World, tree: string): boolean {
  const names = git(world.mirror.dir, ['ls-tree', '-r', '--name-only', '-z', tree])
    .split('\0')
    .map((name) => name.toLowerCase());
  return new Set(names).size < names.length;
}

test(
  'whatever a history holds, what lands is what git makes of it, and everything else is set aside with its reason',
  { timeout: 3_600_000 },
  async () => {
    let at = 0;
    await fc.assert(
      fc.asyncProperty(History, async ({ tree, agents }) => {
        at += 1;
        const world = await openWorld(ground, { seed: `property-${at}`, plan: createSingleFault('die.after', 'nowhere', 0), found: found(tree) });
        try {
          await world.start();
          for (const [agent, steps] of agents.entries()) {
            const document = await documentOf(world, agent, tree, steps);
            if (document !== null) await world.submit(document).catch(mustBeNoEffect);
          }
          await world.submit(
            await documentOf(world, agents.length, tree, [{ kind: 'write', name: 'last' as 'Z', content: Buffer.from('last\n'), mode: '100644' }]),
          );
          await world.settle();
          expect([...(await findFaults(world, ground.database.db, false)), ...(await compareWithGit(world))]).toEqual([]);
          const odd = await world.mirror.listTree(`refs/heads/${TARGET}`);
          expect(odd.filter(({ path: name }) => !name.isWellFormed())).toHaveLength(1);
        } finally {
          await world.close();
        }
      }),
      { numRuns: RUNS, examples: FOUND, ...(process.env['REEVE_CHAOS_SEED'] === undefined ? {} : { seed: Number(process.env['REEVE_CHAOS_SEED']) }) },
    );
  },
);

/** Some histories say nothing, or make names that admission refuses: that is an answer too. */
function mustBeNoEffect(error: unknown): void {
  if (!(error instanceof TypeError) || !/"code":"(no_effect|path_[a-z_]+|case_collision|collision)"/.test(error.message)) throw error;
}
