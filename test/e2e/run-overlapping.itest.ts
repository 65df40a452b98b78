import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LONG } from '../kit/long.ts';
import { runReeve, type Ended } from '../kit/reeve.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-overlapping-')));
const repo = path.join(folder, 'repo');
const meeting = path.join(folder, 'meeting');
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim();
const AS_DEV = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.test'];

interface Report {
  outcome: string;
  detail: string;
  branch_head: string;
  tasks: Array<{ id: string; key: string; title: string; state: string }>;
  change_requests: Array<{ task_id: string; attempt: number; state: string; rung: string | null }>;
}

/** No constant may be `broken`, and the two lights may not both be on. */
const CHECK = `
import { readdirSync, readFileSync } from 'node:fs';
const text = readdirSync('src').map((name) => readFileSync('src/' + name, 'utf8')).join('\\n');
if (/= 'broken'/.test(text)) { console.error('expected a rate, found a broken one'); process.exit(1); }
if (/LEFT = 'on'/.test(text) && /RIGHT = 'on'/.test(text)) { console.error('the lights are both on'); process.exit(1); }
`;

const constants = (...names: string[]): string => names.map((name) => `// What ${name} is.\nexport const ${name} = 'as it was';\n`).join('\n');

beforeAll(() => {
  mkdirSync(path.join(repo, 'src'), { recursive: true });
  mkdirSync(meeting);
  for (const file of ['cart', 'price', 'order', 'stock']) writeFileSync(path.join(repo, `src/${file}.ts`), constants('ONE', 'TWO', 'THREE', 'FOUR'));
  writeFileSync(path.join(repo, 'src/tax.ts'), constants('RATE', 'NOTE'));
  writeFileSync(path.join(repo, 'src/left.ts'), constants('LEFT', 'COLOUR'));
  writeFileSync(path.join(repo, 'src/right.ts'), constants('RIGHT'));
  writeFileSync(path.join(repo, 'src/late.ts'), constants('LATE'));
  writeFileSync(path.join(repo, 'check.mjs'), CHECK);
  git('init', '--quiet', '-b', 'main');
  git('add', '.');
  git(...AS_DEV, 'commit', '--quiet', '-m', 'First');
  git('branch', 'work');
  const command = [process.execPath, path.join(root, 'test/fakes/acp-agents/overlapping-work.mjs'), meeting];
  const coder = { harness: 'acp', command, sandbox: 'none' };
  writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify({ agents: { coder }, roles: { coder: 'coder' } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  tasks: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<{ ended: Ended; report: Report; titled(title: string): string[] }> {
  const request = `Change these constants\n\n${tasks.map((task) => `- [ ] ${task}`).join('\n')}`;
  const [ended] = await Promise.all([
    runReeve(['run', request, '--repo', 'repo', '--target', 'work', '--check', 'node check.mjs', '--yes', '--json'], { cwd: folder }),
    meanwhile(),
  ]);
  const report = JSON.parse(ended.stdout || '{}') as Report;
  const titled = (title: string): string[] => {
    const task = report.tasks.find((one) => one.title === title);
    const own = report.change_requests.filter(({ task_id: id }) => id === task?.id).toSorted((a, b) => a.attempt - b.attempt);
    return [task?.state ?? 'missing', ...own.map(({ attempt, state }) => `${attempt} ${state}`)];
  };
  return { ended, report, titled };
}

/** The value of a constant on the branch the person named. */
const valueOf = (file: string, name: string): string | undefined => new RegExp(`${name} = '(.*)'`).exec(git('show', `work:src/${file}.ts`))?.[1];

/** While an agent is at work on `late.ts`, a person commits to the same line of the same branch. */
async function commitMeanwhile(): Promise<void> {
  while (!existsSync(path.join(meeting, 'late'))) await delay(50);
  const tree = path.join(folder, 'by-hand');
  git('worktree', 'add', '--quiet', '--detach', tree, 'work');
  writeFileSync(path.join(tree, 'src/late.ts'), constants('LATE').replace('as it was', 'by hand'));
  execFileSync('git', [...AS_DEV, 'commit', '--quiet', '-am', 'By hand'], { cwd: tree });
  git('update-ref', 'refs/heads/work', execFileSync('git', ['rev-parse', 'HEAD'], { cwd: tree, encoding: 'utf8' }).trim());
  git('worktree', 'remove', tree);
  writeFileSync(path.join(meeting, 'go'), '');
}

const PAIR = ['In src/left.ts make LEFT on', 'In src/right.ts make RIGHT on'] as const;
const BROKEN = 'In src/tax.ts make RATE broken';
const OVERLAP = 'In src/left.ts make COLOUR red';

/** Both passed alone; the one that landed second was set aside, went back with all that is needed, and landed changed. */
function expectPair(titled: (title: string) => string[]): void {
  expect(new Set([valueOf('left', 'LEFT'), valueOf('right', 'RIGHT')])).toEqual(new Set(['dimmed', 'on']));
  const stories = PAIR.map(titled).toSorted((a, b) => a.length - b.length);
  expect(stories).toEqual([
    ['landed', '1 landed'],
    ['landed', '1 dropped', '2 landed'],
  ]);
}

test.runIf(!LONG)('of tasks that get into each other’s way all land that can, and why the rest did not is said', { timeout: 120_000 }, async () => {
  const { ended, report, titled } = await run([...PAIR, BROKEN, OVERLAP], async () => {});
  expect({ code: ended.code, outcome: report.outcome }, ended.stderr).toEqual({ code: 1, outcome: 'failed' });
  expectPair(titled);
  expect(valueOf('left', 'COLOUR')).toBe('red');
  expect(titled(BROKEN)).toEqual(['failed']);
  expect(report.detail).toContain(`"${BROKEN}" did not land: 1 of 1 checks failed`);
});

const NOTE = 'In src/tax.ts make NOTE high';
const LATE = 'In src/late.ts make LATE late';
const TWELVE = [
  'In src/cart.ts make ONE cart1',
  'In src/cart.ts make TWO cart2',
  'In src/cart.ts and src/price.ts make THREE both3',
  'In src/price.ts make ONE price1',
  'In src/order.ts make FOUR order4',
  'In src/stock.ts and src/order.ts make TWO stock2',
  BROKEN,
  ...PAIR,
  LATE,
  NOTE,
  OVERLAP,
];

test.runIf(LONG)('of twelve overlapping tasks, beside a person who commits, all land that can', { timeout: 300_000 }, async () => {
  const { ended, report, titled } = await run(TWELVE, commitMeanwhile);
  expect({ code: ended.code, outcome: report.outcome }, ended.stderr).toEqual({ code: 1, outcome: 'failed' });
  expectPair(titled);
  const values = [
    ['cart', 'ONE', 'cart1'],
    ['cart', 'TWO', 'cart2'],
    ['cart', 'THREE', 'both3'],
    ['price', 'THREE', 'both3'],
    ['price', 'ONE', 'price1'],
    ['order', 'FOUR', 'order4'],
    ['order', 'TWO', 'stock2'],
    ['stock', 'TWO', 'stock2'],
    ['left', 'COLOUR', 'red'],
    ['tax', 'RATE', 'as it was'],
    ['tax', 'NOTE', 'high'],
  ] as const;
  expect(values.map(([file, name]) => [file, name, valueOf(file, name)])).toEqual(values);
  // What the person committed to the same line is in the history; the agent did its task again on top of it.
  expect(git('log', '--format=%s', 'work')).toContain('By hand');
  expect([valueOf('late', 'LATE'), ...titled(LATE)]).toEqual(['late', 'landed', '1 dropped', '2 landed']);
  expect(titled(BROKEN)).toEqual(['failed']);
  expect(report.detail).toContain(`"${BROKEN}" did not land: 1 of 1 checks failed`);
  // It names the file that another failed to change, and needs nothing of that.
  expect(titled(NOTE)).toEqual(['landed', '1 landed']);
});
