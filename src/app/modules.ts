import type { Context } from './context.ts';
import { createDeciding } from './modules.deciding.ts';
import { createConsoleSide } from './modules.console.ts';
import { createStory } from './modules.story.ts';
import { createEstate } from './modules.estate.ts';
import { createOutside } from './modules.outside.ts';
import { createGround } from './modules.ground.ts';
import { createJudgement } from './modules.judgement.ts';
import { createRecords } from './modules.records.ts';
import { createRunning } from './modules.running.ts';

export type Modules = Awaited<ReturnType<typeof createModules>>;

/**
 * Builds every module of one process, each with what it needs and nothing more. The rooms are built in this order, and each is given only
 * those before it; what an earlier room needs of a later one comes by events. No logic lives here.
 */
export async function createModules(context: Context, adminToken: string) {
  const ground = createGround(context);
  const estate = { ...ground, ...createEstate(context, ground, adminToken) };
  const outside = { ...estate, ...createOutside(context, estate) };
  const judgement = { ...outside, ...(await createJudgement(context, outside)) };
  const deciding = { ...judgement, ...createDeciding(context, judgement) };
  const running = { ...deciding, ...(await createRunning(context, deciding)) };
  const story = { ...running, ...createStory(context, running) };
  return { ...story, ...createRecords(context, story), ...createConsoleSide(context, story) };
}
