import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { approvePending } from '#cli/story.ts';
import { demoConfig } from '#app/demo.ts';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from '#demo/issues.ts';
import { SHOP_FILES } from '#demo/shop.ts';
import { skills as demoSkills } from '#demo/skills.coder.ts';
import { startEmbedded } from '#platform/db/index.ts';
import { silentLog } from '../kit/log.ts';
import { lastWords, startServerProcess, type ServerProcess } from './server.ts';

export const REPOSITORY = 'sample/shop';
const ENDED = new Set(['merged', 'duplicate', 'declined', 'failed', 'needs_info']);

export interface IssueView {
  number: number | null;
  title: string;
  state: string;
}

/** A data directory with the sample shop in it, and the servers that came and went on it. */
export interface Installation {
  readonly dataDir: string;
  /** Starts a server; null when it died at its fault point before it was ready. */
  start(crashAt?: string): Promise<ServerProcess | null>;
  /** Starts a server that has to come up. */
  startSafely(): Promise<ServerProcess>;
  /** Opens the sample issue of this number (1 to 12) unless it was opened before. */
  open(server: ServerProcess, sample: number): Promise<void>;
  /** Decides whatever is asked as the manager, until `done` holds (true) or the server has ended (false). */
  drive(server: ServerProcess, done: (issues: IssueView[]) => Promise<boolean>): Promise<boolean>;
  /** All opened issues have ended. */
  finished(issues: IssueView[]): Promise<boolean>;
  /** Lets the coder think for so long before it works, about everything or about the sample issue with this title only; 0 for no longer. */
  slowAgents(sleepMs: number, title?: string): void;
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  client(server: ServerProcess): ApiClient;
  /** Kills whatever server still runs (a test that failed leaves some). */
  stopServers(): Promise<void>;
  /** The servers' log, its end. */
  lastWords(): string;
  close(): Promise<void>;
}

const DRIVE_WAIT_MS = 240_000;
/** An agent that thinks for long says now and then that it does. */
const THOUGHT_MS = 3000;

/** Makes the sample estate, with no issue open yet. The database is held here too, so it outlives the servers. `env`: more for their environment. */
export async function install(options: { env?: (dataDir: string) => Readonly<Record<string, string>> } = {}): Promise<Installation> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'reeve-chaos-'));
  const logFile = path.join(dataDir, 'servers.log');
  const env = options.env?.(dataDir) ?? {};
  const servers: ServerProcess[] = [];
  const opened = new Set<string>();
  const { configFile, slowAgents } = writeConfig(dataDir);
  const database = await startEmbedded({ dataDir, log: silentLog, disposable: true });
  const { socketDir: host, port, user, database: name } = database.connection;
  const pool = new pg.Pool({ host, port, user, database: name, max: 2 });
  pool.on('error', () => {});
  let managerToken = '';

  const made: Installation = {
    dataDir,
    async start(crashAt) {
      const server = await startServerProcess({ dataDir, configFile, logFile, env, ...(crashAt === undefined ? {} : { crashAt }) });
      if (server !== null) servers.push(server);
      return server;
    },
    async startSafely() {
      const server = await made.start();
      if (server === null) throw new Error(`The server died while it started: ${made.lastWords()}`);
      return server;
    },
    async open(server, sample) {
      const issue = SAMPLE_ISSUES[sample - 1];
      if (issue === undefined) throw new Error(`There is no sample issue ${sample}.`);
      const { title, body, author } = issue;
      opened.add(title);
      const known = await pool.query('select 1 from local_items where title = $1 and kind = $2', [title, 'issue']);
      if (known.rowCount === 0)
        await made.client(server).post('/v1/local/issues', { repository: REPOSITORY, title, body, author, labels: ['AI-Ready'] });
    },
    async drive(server, done) {
      const viewer = made.client(server);
      const manager = createApiClient({ url: server.url, token: managerToken });
      let seen: IssueView[] = [];
      for (const deadline = Date.now() + DRIVE_WAIT_MS; Date.now() < deadline; await delay(150)) {
        if (server.ending() !== null) return false;
        try {
          seen = await viewer.all<IssueView>('/v1/issues');
          if (await done(seen)) return true;
          await approvePending(manager, () => true, 'Sample decision of the chaos test.');
        } catch (error) {
          // A request may meet the server's death; anything else is the test's business.
          if (!(await endsSoon(server))) throw error;
        }
      }
      throw new Error(`It did not come to its end: ${JSON.stringify(seen)}\n${made.lastWords()}`);
    },
    finished: async (issues) => [...opened].every((title) => issues.some((issue) => issue.title === title && ENDED.has(issue.state))),
    slowAgents,
    query: async <Row extends pg.QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows,
    client: (server) => createApiClient(server),
    lastWords: () => lastWords(logFile),
    async stopServers() {
      for (const server of servers.splice(0)) await server.end('SIGKILL');
    },
    async close() {
      // The agents of a killed server end with their channel to it.
      await made.stopServers();
      await pool.end();
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    managerToken = await makeEstate(made);
  } catch (error) {
    await made.close();
    throw error;
  }
  return made;
}

async function endsSoon(server: ServerProcess): Promise<boolean> {
  for (let looks = 0; looks < 20 && server.ending() === null; looks += 1) await delay(50);
  return server.ending() !== null;
}

/** What `reeve demo` makes before its issues. Answers the manager's token. */
async function makeEstate(made: Installation): Promise<string> {
  const server = await made.startSafely();
  const admin = made.client(server);
  for (const person of SAMPLE_PEOPLE) await admin.post('/v1/people', person);
  const { token } = await admin.post<{ token: string }>('/v1/tokens', { name: 'manager', role: 'manager', person: SAMPLE_PEOPLE.at(-1)?.handle });
  const settings = {
    checks: [{ name: 'test', command: 'node test/all.js', timeout_s: 120 }],
    sandbox: 'none',
    roles: { coder: 'demo-coder', reviewer: 'demo-reviewer' },
  };
  const project = await admin.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Corner shop', settings });
  await admin.post('/v1/local/repositories', { project_id: project.id, name: REPOSITORY, files: SHOP_FILES, message: 'The corner shop as it is' });
  await server.end('SIGTERM');
  return token;
}

/** The demo's configuration, whose coder reads its skills from a file here: each agent process reads it anew. */
function writeConfig(dataDir: string): { configFile: string } & Pick<Installation, 'slowAgents'> {
  const configFile = path.join(dataDir, 'reeve.yaml');
  const skillsFile = path.join(dataDir, 'skills.json');
  const config = parse(demoConfig()) as { agents: Record<string, { command: string[] }> };
  const coder = config.agents['demo-coder'];
  if (coder === undefined) throw new Error('The demo has no coder.');
  coder.command = [...coder.command.slice(0, -1), skillsFile];
  writeFileSync(configFile, stringify(config));
  const slowAgents = (sleepMs: number, title?: string): void => {
    const isSlow = (words: string[]): boolean => sleepMs > 0 && (title === undefined || words.some((word) => title.includes(word)));
    const skills = demoSkills.skills.map((skill) => ({ ...skill, steps: [...(isSlow(skill.match.all) ? thinking(sleepMs) : []), ...skill.steps] }));
    writeFileSync(skillsFile, JSON.stringify({ ...demoSkills, skills }));
  };
  slowAgents(0);
  return { configFile, slowAgents };
}

function thinking(ms: number): object[] {
  const times = Math.ceil(ms / THOUGHT_MS);
  return Array.from({ length: times }, () => [{ sleepMs: ms / times }, { think: 'There is more to think about.' }]).flat();
}
