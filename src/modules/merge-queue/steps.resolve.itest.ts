import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  CONTEXT,
  createQueueOn,
  createRepository,
  documentOf,
  openMirrorOf,
  seed,
  untilEnded,
  type DocumentParts,
  type Repository,
} from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';
import type { LadderRules, RegenerateRequest, RegenerateResult } from './model.ladder.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let base: string;
let started: MergeQueue[];

const CART = [
  "import { add } from './add.ts';",
  "import { log } from './log.ts';",
  '',
  'export function total(items) {',
  '  return items.reduce(add, 0);',
  '}',
  '',
].join('\n');
const PACKAGE = '{\n  "name": "shop",\n  "scripts": {\n    "test": "vitest"\n  },\n  "dependencies": {}\n}\n';
const LOCK = '{\n  "lock": 1\n}\n';

const RULES: LadderRules = { structuredMerge: true, hasChecks: true, regenerate: {} };
const LOCKED: LadderRules = { ...RULES, regenerate: { 'package-lock.json': 'npm install --package-lock-only' } };

beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'cart.ts': CART, 'package.json': PACKAGE, 'package-lock.json': LOCK, 'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n' });
  mirror = await openMirrorOf(source);
  await mirror.compareAndSwap('refs/heads/ai-1', null, base);
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(0)));
  source.remove();
  await database.close();
});

function queueWith(ladder: LadderRules, more: Partial<MergeQueueDeps> = {}): MergeQueue {
  const queue = createQueueOn(database.db, async () => mirror, { ladder: async () => ladder, ...more });
  started.push(queue);
  queue.start();
  return queue;
}

async function landed(queue: MergeQueue, files: Record<string, string | null>, parts: Partial<DocumentParts> = {}): Promise<QueueEntry> {
  const result = await queue.submit(await documentOf(mirror, files, { base, ...parts }), CONTEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return untilEnded(queue, result.value.id);
}

const read = async (file: string): Promise<string | undefined> => (await mirror.readFile('refs/heads/ai-1', file))?.toString();
const detailOf = async (queue: MergeQueue, id: string, event: string) => (await queue.journal(id)).find((row) => row.event === event)?.detail;

const withDiscount = CART.replace("'./log.ts';\n", "'./log.ts';\nimport { discount } from './discount.ts';\n").replace(
  'reduce(add, 0)',
  'reduce(add, 0) - discount(items)',
);
const withTax = CART.replace("'./log.ts';\n", "'./log.ts';\nimport { tax } from './tax.ts';\n").replace('items) {\n', 'items) {\n  log(tax);\n');

test('imports added by two changes at one place are merged, verified and landed by R3, with rule and file in the journal', async () => {
  const verified: string[] = [];
  const queue = queueWith(RULES, {
    verify: async ({ tree }) => {
      verified.push(tree);
      return { passed: true, checks: [{ name: 'test', command: 'true', exit_code: 0, output: '' }] };
    },
  });
  await landed(queue, { 'cart.ts': withDiscount }, { taskId: 'one' });
  const second = await landed(queue, { 'cart.ts': withTax }, { taskId: 'two' });
  expect(second).toMatchObject({ state: 'landed', rung: 'R3' });
  const merged = await read('cart.ts');
  for (const line of ["import { discount } from './discount.ts';", "import { tax } from './tax.ts';", '  log(tax);', '- discount(items)'])
    expect(merged).toContain(line);
  expect(await detailOf(queue, second.id, 'merged')).toMatchObject({
    rung: 'R3',
    rungs: ['R1', 'R3'],
    structured: [{ path: 'cart.ts', rule: expect.stringContaining('imports') }],
    effect: 'preserved',
  });
  expect(verified).toContain(second.landedTree);
});

test('a structured merge whose tree fails the checks does not land', async () => {
  let first = true;
  const queue = queueWith(RULES, {
    verify: async () => {
      const passed = first;
      first = false;
      return { passed, checks: [{ name: 'test', command: 'npm test', exit_code: passed ? 0 : 1, output: 'broken together' }] };
    },
  });
  await landed(queue, { 'cart.ts': withDiscount }, { taskId: 'one' });
  const second = await landed(queue, { 'cart.ts': withTax }, { taskId: 'two' });
  expect(second).toMatchObject({ state: 'quarantined', rung: 'R3', quarantine: { kind: 'checks_failed' } });
  expect(await read('cart.ts')).toBe(withDiscount);
});

test.each<[string, LadderRules, RegExp]>([
  ['the project switched it off', { ...RULES, structuredMerge: false }, /does not allow/],
  ['the project has no checks to verify it by', { ...RULES, hasChecks: false }, /no checks/],
])('no structured merge lands when %s', async (_, ladder, reason) => {
  const queue = queueWith(ladder);
  await landed(queue, { 'cart.ts': withDiscount }, { taskId: 'one' });
  const second = await landed(queue, { 'cart.ts': withTax }, { taskId: 'two' });
  expect(second).toMatchObject({ state: 'quarantined', quarantine: { kind: 'conflict', conflicts: [{ path: 'cart.ts' }] } });
  expect(await detailOf(queue, second.id, 'quarantined')).toMatchObject({ ladder: [{ path: 'cart.ts', reason: expect.stringMatching(reason) }] });
});

test('a conflict that a rule refuses keeps the conflict and says why; nothing of the change lands by halves', async () => {
  const queue = queueWith(RULES);
  await landed(queue, { 'package.json': PACKAGE.replace('vitest', 'jest'), 'cart.ts': withDiscount }, { taskId: 'one' });
  const second = await landed(
    queue,
    { 'package.json': PACKAGE.replace('vitest', 'mocha'), 'cart.ts': withTax, 'new.ts': 'export {};\n' },
    { taskId: 'two' },
  );
  expect(second).toMatchObject({ state: 'quarantined', quarantine: { kind: 'conflict' } });
  expect(await detailOf(queue, second.id, 'quarantined')).toMatchObject({
    ladder: expect.arrayContaining([{ path: 'package.json', reason: expect.stringContaining('/scripts/test') }]),
  });
  expect(await read('new.ts')).toBeUndefined();
});

test('a change of a file that the head took apart lands in the part where its surroundings are now', async () => {
  const queue = queueWith(RULES);
  const part = (name: string): string => `export function ${name}() {\n  const made = make('${name}');\n  return made;\n}\n\n`;
  base = source.commit({ 'all.ts': part('first') + part('second') + part('third') });
  await mirror.fetch();
  await mirror.compareAndSwap('refs/heads/ai-1', await mirror.resolve('refs/heads/ai-1'), base);
  await landed(queue, { 'all.ts': null, 'first.ts': part('first'), 'second.ts': part('second'), 'third.ts': part('third') }, { taskId: 'one' });
  const second = await landed(
    queue,
    { 'all.ts': (part('first') + part('second') + part('third')).replace("make('second')", "make('2nd')") },
    { taskId: 'two' },
  );
  expect(second).toMatchObject({ state: 'landed', rung: 'R3' });
  expect(await read('second.ts')).toBe(part('second').replace("make('second')", "make('2nd')"));
  expect(await read('first.ts')).toBe(part('first'));
  expect(await read('all.ts')).toBeUndefined();
  expect(await detailOf(queue, second.id, 'merged')).toMatchObject({ structured: [{ path: 'all.ts', rule: 'split' }], effect: 'preserved' });
});

const regenerating = (answer: (request: RegenerateRequest) => Promise<RegenerateResult>) => {
  const asked: RegenerateRequest[] = [];
  return {
    asked,
    regenerate: async (request: RegenerateRequest) => {
      asked.push(request);
      return answer(request);
    },
  };
};
const newLock = async (request: RegenerateRequest): Promise<RegenerateResult> => {
  const manifest = (await mirror.readFile(request.commit, 'package.json'))?.toString() ?? '';
  return {
    kind: 'written',
    files: [
      { path: 'package-lock.json', content: Buffer.from(`{\n  "of": ${manifest.length}\n}\n`), mode: '100644' },
      { path: 'node_modules/evil.js', content: Buffer.from('evil'), mode: '100644' },
    ],
  };
};
const dependency = (name: string): string => PACKAGE.replace('"dependencies": {}', `"dependencies": {\n    "${name}": "1.0.0"\n  }`);

test('a lockfile is left out of the change and written by the command on the merged tree, before the checks, and nothing else of it', async () => {
  const command = regenerating(newLock);
  const trees: string[] = [];
  const queue = queueWith(LOCKED, {
    regenerate: command.regenerate,
    verify: async ({ tree }) => {
      trees.push(tree);
      return { passed: true, checks: [{ name: 'test', command: 'true', exit_code: 0, output: '' }] };
    },
  });
  const entry = await landed(queue, { 'package.json': dependency('left'), 'package-lock.json': '{ "agent": true }\n' });
  expect(entry).toMatchObject({ state: 'landed', rung: 'R2', notes: [expect.stringContaining('package-lock.json')] });
  expect(await read('package-lock.json')).toBe(`{\n  "of": ${dependency('left').length}\n}\n`);
  expect(await read('node_modules/evil.js')).toBeUndefined();
  expect(trees).toEqual([entry.landedTree]);
  expect(command.asked[0]?.steps).toEqual([{ command: 'npm install --package-lock-only', globs: ['package-lock.json'] }]);
  expect(await detailOf(queue, entry.id, 'merged')).toMatchObject({ rungs: ['R0', 'R2'], regenerated: ['package-lock.json'] });
});

test('a change that touches no input of a generated file runs no command', async () => {
  const command = regenerating(newLock);
  const queue = queueWith(LOCKED, { regenerate: command.regenerate });
  expect(await landed(queue, { 'notes.txt': 'two\n' })).toMatchObject({ state: 'landed', rung: 'R0' });
  expect(command.asked).toEqual([]);
});

test('a conflict in a lockfile alone is answered by the command', async () => {
  const command = regenerating(newLock);
  // The first two were admitted before the project gave the file to the queue.
  const before = queueWith(RULES, { rules: async () => OPEN });
  await landed(before, { 'package-lock.json': '{\n  "lock": 2\n}\n' }, { taskId: 'one' });
  await before.stop(1000);
  const submitted = await before.submit(
    await documentOf(
      mirror,
      { 'package-lock.json': '{\n  "lock": 3\n}\n', 'notes.txt': 'zero\none\ntwo\nthree\nfour\nfive\nsix\n' },
      { base, taskId: 'two' },
    ),
    CONTEXT,
  );
  const queue = queueWith(LOCKED, { regenerate: command.regenerate });
  const entry = await untilEnded(queue, submitted.ok ? submitted.value.id : '');
  expect(entry).toMatchObject({ state: 'landed', rung: 'R2' });
  expect(await read('package-lock.json')).toBe(`{\n  "of": ${PACKAGE.length}\n}\n`);
});

const OPEN = {
  repositoryName: 'acme/shop',
  maxFiles: 50,
  maxBytes: 1_000_000,
  protectedPaths: [],
  queueOwned: [],
  mayWriteQueueOwned: true,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: [],
};

test('a command that fails sets the change aside with its output, and the branch does not move', async () => {
  const queue = queueWith(LOCKED, {
    regenerate: async () => ({ kind: 'failed', command: 'npm install --package-lock-only', exitCode: 1, output: 'no such version' }),
  });
  const entry = await landed(queue, { 'package.json': dependency('left') });
  expect(entry).toMatchObject({
    state: 'quarantined',
    quarantine: {
      kind: 'checks_failed',
      checks: [{ name: 'regenerate', command: 'npm install --package-lock-only', exit_code: 1, output: 'no such version' }],
    },
  });
  expect(await mirror.resolve('refs/heads/ai-1')).toBe(base);
});

test('a command that could not be run is tried again and is no fault of the change', async () => {
  let times = 0;
  const queue = queueWith(LOCKED, {
    regenerate: async (request) => {
      times += 1;
      return times === 1 ? { kind: 'infrastructure', detail: 'no network' } : newLock(request);
    },
  });
  const entry = await landed(queue, { 'package.json': dependency('left') });
  expect(entry).toMatchObject({ state: 'landed', rung: 'R2', retries: 1 });
});

test('a worker that stops does not wait for a command that hangs; the change lands later', async () => {
  let begun = false;
  const hanging = queueWith(LOCKED, {
    regenerate: (request) =>
      new Promise((_, reject) => {
        begun = true;
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      }),
  });
  const result = await hanging.submit(await documentOf(mirror, { 'package.json': dependency('left') }, { base }), CONTEXT);
  if (!result.ok) throw new Error('refused');
  while (!begun) await new Promise((resolve) => setTimeout(resolve, 10));
  await hanging.stop(0);
  const queue = queueWith(LOCKED, { regenerate: newLock });
  expect(await untilEnded(queue, result.value.id)).toMatchObject({ state: 'landed', rung: 'R2' });
});

test('a change that needs a command is not put on top of others in one build', async () => {
  const command = regenerating(newLock);
  const queue = createQueueOn(database.db, async () => mirror, { ladder: async () => LOCKED, regenerate: command.regenerate });
  started.push(queue);
  const ids: string[] = [];
  for (const [task, files] of Object.entries<Record<string, string>>({
    one: { 'package.json': dependency('left') },
    two: { 'package.json': PACKAGE.replace('"shop"', '"store"') },
    three: { 'notes.txt': 'x\n' },
  })) {
    const result = await queue.submit(await documentOf(mirror, files, { base, taskId: task }), CONTEXT);
    if (result.ok) ids.push(result.value.id);
  }
  queue.start();
  for (const id of ids) expect(await untilEnded(queue, id)).toMatchObject({ state: 'landed' });
  const merged = (await read('package.json')) ?? '';
  expect(await read('package-lock.json')).toBe(`{\n  "of": ${merged.length}\n}\n`);
});

test('a clean merge that git counts otherwise on another base is preserved all the same', async () => {
  const text = (middle: string): string => `start\n{\n  a\n}\n${middle}{\n  b\n}\nend\n`;
  const queue = queueWith(RULES);
  const next = await landed(queue, { 'blocks.txt': text('') }, { taskId: 'zero' });
  const from = next.landedCommit ?? '';
  await landed(queue, { 'notes.txt': 'changed\n' }, { taskId: 'one', base: from });
  const second = await landed(queue, { 'blocks.txt': text('{\n  c\n}\n'), 'notes.txt': 'changed\n' }, { taskId: 'two', base: from });
  // The half that was there already is named.
  expect(second).toMatchObject({ state: 'quarantined', quarantine: { kind: 'effect_lost', detail: expect.stringContaining('notes.txt') } });
});

test('a revert is told what it leaves of the change it reverts', async () => {
  const queue = queueWith(RULES);
  const feature = await landed(queue, { 'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nfeature alpha\nfeature beta\n' }, { taskId: 'one' });
  const later = await landed(
    queue,
    { 'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nfeature alpha\nfeature beta, changed\n' },
    { taskId: 'two', base: feature.landedCommit ?? '' },
  );
  const revert = await landed(
    queue,
    { 'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nfeature beta, changed\n' },
    { taskId: 'three', base: later.landedCommit ?? '', intent: { reverts: feature.id } },
  );
  expect(revert).toMatchObject({ state: 'landed' });
  expect(await detailOf(queue, revert.id, 'merged')).toMatchObject({ revert_leaves: [expect.stringContaining('feature beta')] });
});

test('a revert of which others undid a part lands with the rest', async () => {
  const queue = queueWith(RULES);
  const both = 'feature alpha\none\ntwo\nthree\nfour\nfive\nsix\nfeature beta\n';
  const feature = await landed(queue, { 'notes.txt': both }, { taskId: 'one' });
  const from = feature.landedCommit ?? '';
  await landed(queue, { 'notes.txt': both.replace('feature alpha\n', '') }, { taskId: 'two', base: from });
  const revert = await landed(
    queue,
    { 'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n' },
    { taskId: 'three', base: from, intent: { reverts: feature.id } },
  );
  expect(revert).toMatchObject({ state: 'landed', rung: 'R1' });
  expect(await read('notes.txt')).toBe('one\ntwo\nthree\nfour\nfive\nsix\n');
});
