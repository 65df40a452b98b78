import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

/**
 * The one command: format, lint, types, architecture, unused code, generated files and unit tests side by side, one line
 * each. `--fix` formats and fixes what can be fixed first.
 */
interface Check {
  name: string;
  command: string[];
}

const node = process.execPath;
const bin = (name: string, entry: string) => [node, `node_modules/${name}/${entry}`];

const FOLDERS = ['src', 'test', 'tools', 'bench'];

const CHECKS: Check[] = [
  { name: 'format', command: [node, 'node_modules/oxfmt/bin/oxfmt', '--check', ...FOLDERS, 'web'] },
  { name: 'lint', command: [...bin('oxlint', 'bin/oxlint'), '--quiet'] },
  { name: 'types', command: bin('typescript', 'bin/tsc').concat('--noEmit', '-p', 'tsconfig.json') },
  { name: 'web-types', command: bin('typescript', 'bin/tsc').concat('--noEmit', '-p', 'web/tsconfig.json') },
  {
    name: 'imports',
    command: [
      node,
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      ...FOLDERS,
      'web/src',
      'web/e2e',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
    ],
  },
  { name: 'unused', command: [...bin('knip', 'bin/knip.js'), '--no-progress'] },
  { name: 'generated', command: [node, 'tools/generate.ts', '--check'] },
  { name: 'unit', command: [node, 'node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.unit.config.ts', '--reporter', 'dot'] },
];

const FIXES: Check[] = [
  { name: 'fix lint', command: [...bin('oxlint', 'bin/oxlint'), '--fix', '--quiet'] },
  { name: 'fix format', command: [node, 'node_modules/oxfmt/bin/oxfmt', ...FOLDERS, 'web'] },
  { name: 'fix generated', command: [node, 'tools/generate.ts'] },
];

interface Outcome {
  check: Check;
  ok: boolean;
  ms: number;
  output: string;
}

function run(check: Check): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve) => {
    const [command, ...args] = check.command;
    const child = spawn(command as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const done = (ok: boolean) => resolve({ check, ok, ms: performance.now() - start, output });
    child.on('error', (error) => {
      output += String(error);
      done(false);
    });
    child.on('close', (code) => done(code === 0));
  });
}

function report(outcome: Outcome): void {
  console.log(`${outcome.ok ? 'ok  ' : 'FAIL'} ${outcome.check.name.padEnd(10)} ${(outcome.ms / 1000).toFixed(1)} s`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fix: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});
const unknown = positionals.filter((name) => !CHECKS.some((check) => check.name === name));
if (values.help || unknown.length > 0) {
  console.log(`node tools/check.ts [--fix] [CHECK ...]\n\nChecks, all of them when none is named: ${CHECKS.map((check) => check.name).join(', ')}`);
  if (unknown.length > 0) console.error(`There is no check ${unknown.join(', ')}.`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
if (values.fix) for (const fix of FIXES) report(await run(fix));
const outcomes = await Promise.all(
  CHECKS.filter((check) => positionals.length === 0 || positionals.includes(check.name)).map(async (check) => {
    const outcome = await run(check);
    report(outcome);
    return outcome;
  }),
);
const failed = outcomes.filter((outcome) => !outcome.ok);
for (const outcome of failed) console.log(`\n--- ${outcome.check.name}\n${outcome.output.trimEnd()}`);
process.exitCode = failed.length > 0 ? 1 : 0;
