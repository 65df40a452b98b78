import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRASHPOINTS, type Crashpoint } from '#platform/workflow/index.ts';
import { LONG } from '../kit/long.ts';
import { beginGithubStory, expectEachOnce, type GithubStory } from './github-story.ts';
import type { ServerProcess } from './server.ts';

/* The story on GitHub, killed on its way: before and after every write, and everywhere else where the product names a place to die. */
const MINUTE_MS = 60_000;

/** Around the writes, as the product lists them. */
const AROUND_WRITES = CRASHPOINTS.filter((point) => point.startsWith('action.'));
/** Everywhere else, but for the embedded forge's own merge, which GitHub does itself. */
const ELSEWHERE = CRASHPOINTS.filter((point) => !point.startsWith('action.') && !point.startsWith('pull.merge.'));
/** Passes that lie in the story and not in the start of a server. */
const LATER: Partial<Record<Crashpoint, number>> = { 'workflow.step.before': 3, 'workflow.step.after': 10, 'ledger.append.after': 3 };

let story: GithubStory;

beforeAll(async () => {
  story = await beginGithubStory();
}, 2 * MINUTE_MS);

afterAll(async () => {
  await story?.close();
}, MINUTE_MS);

interface Written {
  id: string;
  kind: string;
}

/** What was being written when the server died at a point around it. */
function written(point: Crashpoint): Promise<Written[]> {
  if (point.startsWith('action.receipt'))
    return story.query<Written>(
      'select a.id, a.kind from action_receipts r join actions a on a.id = r.action_id order by r.executed_at desc limit 1',
    );
  return story.query<Written>(
    `select id, kind from actions where status = '${point.startsWith('action.intent') ? 'approved' : 'executing'}' order by id`,
  );
}

function diedAt(point: string, server: ServerProcess): void {
  if (server.ending()?.signal !== 'SIGKILL') throw new Error(`It did not die at ${point}: ${JSON.stringify(server.ending())}\n${story.lastWords()}`);
}

const namesOf = (writes: readonly Written[]): string => writes.map(({ id }) => id).join(' ');

/** One issue whose servers die at this point of every write, one after the other. Answers the kinds of the writes. */
async function walk(point: Crashpoint): Promise<Set<string>> {
  const killed = new Set<string>();
  let passes = 1;
  let struck = '';
  let opened = false;
  for (;;) {
    const server = await story.start(`${point}:${passes}`);
    if (server !== null && !opened) {
      await story.open();
      opened = true;
    }
    if (server !== null && (await story.drive(server))) {
      await server.end('SIGTERM');
      return killed;
    }
    if (server !== null) diedAt(point, server);
    const writes = await written(point);
    for (const { kind } of writes) killed.add(kind);
    // Some writes pass there again when the next server goes on with them: the pass after that is another's.
    passes = namesOf(writes) === struck ? passes + 1 : 1;
    if (passes > 4) throw new Error(`It never gets past ${point} of ${struck}.`);
    struck = namesOf(writes);
  }
}

async function finish(): Promise<void> {
  const server = await story.start();
  if (server === null) throw new Error(`The server died while it started: ${story.lastWords()}`);
  expect(await story.drive(server)).toBe(true);
  await expectEachOnce(story, server);
  await server.end('SIGTERM');
}

/** Kinds that the story so far has carried out. */
const executed = async (): Promise<string[]> =>
  (await story.query<{ kind: string }>(`select distinct kind from actions where status = 'executed' order by kind`)).map(({ kind }) => kind);

/** One issue whose servers die at these points, one after the other. */
async function dieAtEach(points: readonly string[]): Promise<void> {
  for (const [nth, point] of points.entries()) {
    const server = await story.start(point);
    if (server === null) continue;
    if (nth === 0) await story.open();
    if (await story.drive(server)) throw new Error(`The story ended without passing ${point}.`);
    diedAt(point, server);
  }
}

/** On the way of the open issue, or of the next ones where that ends before. */
async function dieOnTheWay(point: string): Promise<void> {
  const server = await story.start(point);
  if (server === null) return;
  while (await story.drive(server)) await story.open();
  diedAt(point, server);
}

test.runIf(!LONG)('kill -9 around a few of the writes on GitHub: each is done once', { timeout: 5 * MINUTE_MS }, async () => {
  await dieAtEach(['action.effect.after:5', 'action.effect.before:2', 'action.receipt.after:5']);
  await finish();
});

test.runIf(LONG).each(AROUND_WRITES)('kill -9 at %s of every write on GitHub: each is done once', { timeout: 20 * MINUTE_MS }, async (point) => {
  const killed = await walk(point);
  await finish();
  expect((await executed()).filter((kind) => !killed.has(kind))).toEqual([]);
});

test.runIf(LONG)('kill -9 everywhere else on the way loses nothing and repeats nothing', { timeout: 30 * MINUTE_MS }, async () => {
  for (const point of ELSEWHERE) await dieOnTheWay(`${point}:${LATER[point] ?? 1}`);
  await finish();
});

// Each kind of write with its answer lost is part of every run: src/connectors/github/faults.itest.ts.
test.runIf(LONG)(
  'a GitHub that loses every answer to a write after it did what was asked is written to once',
  { timeout: 10 * MINUTE_MS },
  async () => {
    const { faults } = story.github;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      faults.arm({ method, path: /^(?!.*git-upload-pack)/, times: Number.POSITIVE_INFINITY, do: { kind: 'lost_answer' } });
    const server = await story.start();
    if (server === null) throw new Error(`The server died while it started: ${story.lastWords()}`);
    await story.open();
    expect(await story.drive(server)).toBe(true);
    faults.clear();
    await expectEachOnce(story, server);
    await server.end('SIGTERM');
  },
);
