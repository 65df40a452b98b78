import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, SHOP, type World } from './world.ts';

/*
 * Bots that answer each other. That parallel spending keeps every cap is proved in src/modules/budget/budget.itest.ts (200 reservations at
 * once, 2,000 in the long run).
 */
const BOT = 'helper-bot';
const MOST_HOPS = 3;

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world.close());

interface Story {
  state: string;
  stories: number;
  stopped: number;
}

async function look(issue: number): Promise<Story> {
  const [row] = await world.query<Story>(
    `select w.state, (select count(*)::int from stories s where s.work_item_id = w.id) as stories,
       (select count(*)::int from ledger_entries l where l.kind = 'story.chain_stopped' and l.subject = w.id) as stopped
     from work_items w join repositories r on r.id = w.repository_id where r.name = $1 and w.number = $2`,
    [SHOP, issue],
  );
  return row ?? { state: 'unknown', stories: 0, stopped: 0 };
}

it('a bot that answers whatever Reeve asks is answered three times at most, then people are needed', { timeout: 180_000 }, async () => {
  const { manage } = world.server.modules.local;
  const { number } = await manage.createIssue(SHOP, { title: 'Broken', body: 'It does not work.', labels: ['AI-Ready'], by: BOT });
  let hops = 0;
  while (hops <= MOST_HOPS + 2) {
    const seen = await world.until(async () => {
      const now = await look(number);
      return now.stopped > 0 || now.state === 'needs_info' ? now : null;
    }, 'Reeve asked, or gave up');
    if (seen.stopped > 0) break;
    hops += 1;
    const before = seen.stories;
    await manage.comment(SHOP, number, { body: `It still does not work (${hops}).`, by: BOT });
    await world.until(async () => {
      const now = await look(number);
      return now.stopped > 0 || now.stories > before;
    }, 'the answer was heard');
  }
  const stopped = await look(number);
  expect(stopped.stories).toBeGreaterThan(1);
  expect(stopped.stories).toBeLessThanOrEqual(MOST_HOPS);
  expect(stopped.stopped).toBeGreaterThan(0);
  for (let more = 0; more < 20; more += 1) await manage.comment(SHOP, number, { body: `And again ${more}.`, by: BOT });
  await world.until(async () => {
    const [row] = await world.query<{ n: number }>('select count(*)::int as n from local_deliveries where delivered_at is null');
    return row?.n === 0;
  }, 'every event was handed over');
  await delay(1000);
  expect((await look(number)).stories).toBe(stopped.stories);
  expect(await world.query(`select id from agent_runs`)).toEqual([]);
  console.log(`attack: two bots that answer each other stopped after ${stopped.stories} hops; 20 more tries started nothing`);
});
