import { createAddedAgents, modelNameOf } from '#modules/agents/index.ts';
import { createOverview } from '#modules/overview/index.ts';
import { reviewsAskedOf } from '#modules/reviews/index.ts';
import { createSetup } from '#modules/setup/index.ts';
import { createStandingQueries } from '#modules/work/index.ts';
import { inspectPath } from '#connectors/local/index.ts';
import type { Context } from './context.ts';
import type { Deciding } from './modules.deciding.ts';
import type { Estate } from './modules.estate.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';
import type { Outside } from './modules.outside.ts';
import type { Running } from './modules.running.ts';
import type { Story } from './modules.story.ts';

type Rooms = Ground & Estate & Outside & Judgement & Deciding & Running & Story;

/** What pages show that is of no single module: the home of a person, and how far a new installation has got. */
export function createConsoleSide(context: Context, rooms: Rooms) {
  const { config, clock, db } = context;
  const { base, environment, gitEnv, actions, agents, approvals, budget, forges, models, people, projects, queue } = rooms;
  const standing = createStandingQueries(db);
  const addedAgents = createAddedAgents({ ...base, configured: config.sections, environment, model: modelNameOf(config.model) });
  return {
    addedAgents,
    overview: createOverview({
      clock,
      actions,
      agents,
      approvals,
      budget,
      queue,
      standing,
      reviewsAskedOf: (of) => reviewsAskedOf(db, of),
    }),
    setup: createSetup({
      agents,
      projects,
      people,
      standing,
      queue,
      github: () => forges.github !== null,
      model: config.model,
      gateway: () => models.upstream('') !== null,
      inspect: (folder) => inspectPath(folder, gitEnv),
      async examine() {
        const [added, { items }] = await Promise.all([addedAgents.list(), projects.list({ limit: 200 })]);
        const asked = config.model.startsWith('agent:') ? [config.model.slice('agent:'.length)] : [];
        const used = [...Object.values(config.sections.roles), ...items.flatMap(({ settings }) => Object.values(settings.roles)), ...asked];
        const idle = new Set(added.map(({ name }) => name).filter((name) => !used.includes(name)));
        return (await import('./doctor.ts')).examineRunning(config, db.pool, idle);
      },
    }),
  };
}

/** How often agents that were added by another process of this installation are read, in milliseconds: before anybody misses them. */
const READ_AGENTS_MS = 2000;

/** Keeps the agents of this process as all processes have them; answers how to stop. */
export async function followAddedAgents({ log }: Context, { addedAgents }: ReturnType<typeof createConsoleSide>): Promise<() => void> {
  await addedAgents.refresh();
  const timer = setInterval(() => {
    addedAgents.refresh().catch((error: unknown) => log.debug({ err: error }, 'added agents could not be read'));
  }, READ_AGENTS_MS);
  timer.unref();
  return () => clearInterval(timer);
}
