import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** How many demands each letter has. */
const DEMANDS = { A: 19, B: 23, C: 8, D: 19, E: 10 } as const;
const NUMBERS = Object.entries(DEMANDS).flatMap(([letter, count]) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`));

interface Row {
  number: string;
  state: string;
  sentence: string;
  proof: string;
}

const rows: Row[] = readFileSync(path.join(root, 'docs/coverage.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-E]\d+ \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', , state = '', sentence = '', proof = '']) => ({ number, state, sentence, proof }));

/** Files a cell names. A bare name stands in the folder of the one before it. */
function filesOf(cell: string): string[] {
  let folder = '';
  return [...cell.matchAll(/`([\w./*-]+)`/g)].map((match) => {
    const name = match[1] ?? '';
    if (name.includes('/')) folder = path.dirname(name);
    return name.includes('/') ? name : path.join(folder, name);
  });
}

const isThere = (name: string): boolean => (name.includes('*') ? globSync(name, { cwd: root }).length > 0 : existsSync(path.join(root, name)));

describe('docs/coverage.md', () => {
  it('has one row for each demand, in order', () => {
    expect(rows.map((row) => row.number)).toEqual(NUMBERS);
  });

  it.each(rows)('$number says where it stands', ({ state, sentence }) => {
    expect(['works', 'part', 'not yet']).toContain(state);
    expect(state !== 'part' || sentence !== '').toBe(true);
  });

  it.each(rows.filter((row) => row.state === 'works'))('$number works, and a test file shows it', ({ proof }) => {
    expect(filesOf(proof).filter((file) => /\.(test|itest)\.ts$/.test(file))).not.toEqual([]);
  });

  it.each(rows.filter((row) => row.proof.includes('`')))('$number names files that exist', ({ proof }) => {
    expect(filesOf(proof).filter((file) => !isThere(file))).toEqual([]);
  });
});
