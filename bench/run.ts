import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchActions } from './actions.ts';
import { startBenchServer, type BenchServer } from './database.ts';
import { benchConsole } from './console.ts';
import { benchDemo } from './demo.ts';
import { benchImpact } from './impact.ts';
import { benchLedger } from './ledger.ts';
import { benchOutbox } from './outbox.ts';
import { benchPolicy } from './policy.ts';
import { benchQueue } from './queue.ts';
import { benchRedaction } from './redaction.ts';
import { summarise, table, type Result, type Summary } from './samples.ts';
import { benchServer } from './server.ts';
import { benchWakeUp } from './wake-up.ts';
import { benchWebhooks } from './webhooks.ts';

/**
 * `npm run bench [-- --json] [-- --only NAME]`: the figures the project promises, measured here and now. Sizes are fixed; the
 * load of the machine is printed because it is in the figures.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } } });

const onDatabase = (bench: (server: BenchServer) => Promise<Result[]>) => async (): Promise<Result[]> => {
  const server = await startBenchServer();
  try {
    return await bench(server);
  } finally {
    await server.stop();
  }
};

const BENCHES: Record<string, () => Promise<Result[]> | Result[]> = {
  server: benchServer,
  demo: benchDemo,
  console: benchConsole,
  ledger: onDatabase(benchLedger),
  policy: benchPolicy,
  actions: benchActions,
  'wake-up': onDatabase(benchWakeUp),
  impact: benchImpact,
  queue: onDatabase(benchQueue),
  outbox: onDatabase(benchOutbox),
  webhooks: benchWebhooks,
  redaction: benchRedaction,
};

const load = (): number => Number((loadavg()[0] ?? 0).toFixed(1));
const names = values.only ?? Object.keys(BENCHES);
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`error: there is no bench ${unknown.join(', ')}.\n  Known: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}

const machine = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  memory_mb: Math.round(totalmem() / 1024 / 1024),
  node: process.version,
  platform: `${platform()}-${arch()}`,
  load_before: load(),
};
const rows: Summary[] = [];
for (const name of names) {
  const start = performance.now();
  // What cannot be seen on a platform (no /proc) is left out.
  rows.push(...((await BENCHES[name]?.()) ?? []).filter((result) => result.samples.length > 0).map(summarise));
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

if (values.json) console.log(JSON.stringify({ machine: { ...machine, load_after: load() }, results: rows }, null, 2));
else {
  console.log(`${machine.cores} cores (${machine.cpu}), ${machine.memory_mb} MB, ${machine.platform}, Node.js ${machine.node}`);
  console.log(`load of the machine: ${machine.load_before} before, ${load()} after\n`);
  console.log(table(rows));
}
