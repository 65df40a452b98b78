import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderAll } from './generate.documents.ts';

/**
 * Writes `docs/reference` from the code. With `--check` it writes nothing and fails with the names of the files that differ, of
 * generated files that nothing generates any more, and of missing ones.
 */
export const REFERENCE_DIR = 'docs/reference';

/** Names (relative to `root`) whose text is not what the code says. */
export function driftOf(root: string, documents: ReadonlyMap<string, string>): string[] {
  const drifted: string[] = [];
  for (const [name, text] of documents) {
    const file = path.join(root, name);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) drifted.push(name);
  }
  return [...drifted, ...leftOver(root, documents)].sort();
}

/** Writes what differs and removes what nothing generates; answers the names. */
export function writeAll(root: string, documents: ReadonlyMap<string, string>): string[] {
  const drifted = driftOf(root, documents);
  for (const name of drifted) {
    const file = path.join(root, name);
    const text = documents.get(name);
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return drifted;
}

function leftOver(root: string, documents: ReadonlyMap<string, string>): string[] {
  const folder = path.join(root, REFERENCE_DIR);
  if (!existsSync(folder)) return [];
  const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return there
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => !documents.has(name));
}

async function main(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '..');
  const documents = await renderAll(root);
  if (!process.argv.includes('--check')) {
    for (const name of writeAll(root, documents)) console.log(`wrote ${name}`);
    return;
  }
  const drifted = driftOf(root, documents);
  for (const name of drifted) console.error(`${name} is not what the code says: run "node tools/generate.ts"`);
  if (drifted.length > 0) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) await main();
