import { createDb, createPool, sqlState } from '#platform/db/index.ts';
import { configuredWith, listAdded, type AgentSpec } from '#modules/agents/index.ts';
import type { AppConfig } from './config.ts';
import { openEmbedded } from './database.ts';

/** The agents there are, and which of them nothing uses: no work waits for those. */
export interface StandingAgents {
  agents: Readonly<Record<string, AgentSpec>>;
  idle: ReadonlySet<string>;
}

const UNDEFINED_TABLE = '42P01';

/** Those of the file and those that were added while a server ran, which stand in its database; of these, which role they have. */
export async function agentsOf(config: AppConfig): Promise<StandingAgents> {
  const { sections, model } = config;
  const embedded = await openEmbedded(config);
  const pool = createPool({ connection: embedded === null ? { url: config.databaseUrl ?? '' } : embedded.connection, max: 1 }, () => {});
  try {
    const added = await listAdded(createDb(pool));
    const { agents, roles } = configuredWith(sections, added);
    const used = [...Object.values(roles), ...Object.values(sections.projects).flatMap((project) => Object.values(project.roles ?? {}))];
    const idle = added.map(({ name }) => name).filter((name) => !used.includes(name) && model !== `agent:${name}`);
    return { agents, idle: new Set(idle) };
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return { agents: sections.agents, idle: new Set() };
    throw error;
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}
