import path from 'node:path';
import { createGit, createRepositoryWatcher } from '#connectors/git/index.ts';
import { createRepository, GIT_ENV, type Repository } from '#connectors/git/__fixtures__/repository.ts';
import { createImpact, impactOf, serialise } from '#modules/impact/index.ts';
import { globsOverlap } from '#modules/planning/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { RepositoryChange } from '#ports/watch.ts';
import type { Result } from './samples.ts';

const ROUNDS = 5;
const FILES = 4000;
const IMPORTS = 8;
const TASKS = 20;

/** File `n` imports eight before it, near ones mostly: about the shape of a grown application. 6 kB of code each. */
const nameOf = (n: number): string => `src/area-${n % 40}/part-${n % 400}/file-${n}.ts`;
const importsOf = (n: number): string =>
  Array.from({ length: Math.min(n, IMPORTS) }, (_, k) => {
    const target = nameOf(n - 1 - ((k * k * 7) % n));
    return `import { v0 as v${k}x } from '${path.posix.relative(path.posix.dirname(nameOf(n)), target).replace(/^(?!\.)/, './')}';\n`;
  }).join('');
const body = Array.from(
  { length: 110 },
  (_, line) => `export const v${line} = (a: number) => \`\${a} / ${line}\`.length; // it's line ${line}\n`,
).join('');
const textOf = (n: number, says: string): string => `${importsOf(n)}${body}// ${says}\n`;

/** The import graph of 4,000 TypeScript files on a real repository, and noticing what a person does in it. */
export async function benchImpact(): Promise<Result[]> {
  const source = createRepository();
  try {
    source.commit({ 'package.json': '{}', ...Object.fromEntries(Array.from({ length: FILES }, (_, n) => [nameOf(n), textOf(n, 'before')])) });
    source.git('gc', '--quiet');
    const mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
    return [...(await benchGraph(source, mirror)), ...(await benchWatch(source))];
  } finally {
    source.remove();
  }
}

async function benchGraph(source: Repository, mirror: Mirror): Promise<Result[]> {
  const [first, changed, added, impact, plan]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const known = createImpact({ mirrors: () => Promise.resolve(mirror) });
    await timed(first, () => known.graph('bench', source.git('rev-parse', 'HEAD')));
    const edit = source.commit({
      [nameOf(round + 7)]: textOf(round + 7, `round ${round}`),
      [nameOf(round + 70)]: textOf(round + 70, `round ${round}`),
    });
    const addition = source.commit({ [`src/new-${round}.ts`]: textOf(3, 'new') });
    await mirror.fetch();
    await timed(changed, () => known.graph('bench', edit));
    await timed(added, () => known.graph('bench', addition));
    const graph = await known.graph('bench', addition);
    const history = await known.history('bench', addition);
    await timed(impact, () => impactOf(graph, [nameOf(100)]));
    const tasks = Array.from({ length: TASKS }, (_, n) => ({
      key: `t${n}`,
      scope: [`src/area-${n}/**`, `src/area-${n + 1}/part-${n + 1}/**`],
      dependsOn: [],
    }));
    const globsMeet = (a: readonly string[], b: readonly string[]): boolean => a.some((one) => b.some((two) => globsOverlap(one, two)));
    await timed(plan, () => serialise(tasks, { graph, history, globsMeet }));
  }
  return [
    { name: `impact: first import graph (${FILES} files)`, unit: 'ms', samples: first },
    { name: 'impact: graph after two files changed', unit: 'ms', samples: changed },
    { name: 'impact: graph after a file was added', unit: 'ms', samples: added },
    { name: 'impact: everything one file reaches', unit: 'ms', samples: impact },
    { name: `impact: order of ${TASKS} tasks`, unit: 'ms', samples: plan },
  ];
}

async function timed(samples: number[], work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  samples.push(performance.now() - start);
}

async function benchWatch(source: Repository): Promise<Result[]> {
  const [begin, edit, commit]: [number[], number[], number[]] = [[], [], []];
  const silent = { info: () => undefined, warn: () => undefined };
  // Nothing of a watch keeps a process alive.
  const alive = setInterval(() => undefined, 1000);
  for (let round = 0; round < ROUNDS; round += 1) {
    let tell: (change: RepositoryChange) => void = () => undefined;
    const watcher = createRepositoryWatcher({ env: GIT_ENV, log: silent });
    const start = performance.now();
    const watching = await watcher.watch(source.dir, { onChange: (change) => tell(change), onEnd: () => undefined });
    begin.push(performance.now() - start);
    const heard = (kind: RepositoryChange['kind']): Promise<void> =>
      new Promise((resolve) => {
        tell = (change) => change.kind === kind && resolve();
      });
    const edited = heard('worktree');
    source.write({ [nameOf(11)]: textOf(11, `edit ${round}`) });
    await timed(edit, () => edited);
    const moved = heard('ref');
    source.commit({});
    await timed(commit, () => moved);
    await watching.stop();
  }
  clearInterval(alive);
  return [
    { name: `watch: to begin (${FILES} files in 440 folders)`, unit: 'ms', samples: begin },
    { name: 'watch: from an edit to being told', unit: 'ms', samples: edit },
    { name: 'watch: from a commit to being told', unit: 'ms', samples: commit },
  ];
}
