#!/usr/bin/env node
// What a stand-in agent does to its worktree for tasks that get into each other's way; run by `another-author.mjs --do`.
//
//   node overlapping-work.mjs MEETING-FOLDER
//
// The task's title says it: `In FILE[ and FILE] make NAME VALUE` sets `export const NAME = 'VALUE';`. Two who set a NAME to `on` wait
// for each other first, so that both work on the same state; who sets one to `late` waits for the file `go`. What the merge queue set
// aside is done again only when the prompt tells everything that is needed for it: the conflict or the failing output, both diffs and
// a strategy. Who was `on` then is `dimmed`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [, , meeting] = process.argv;
const prompt = process.env.PROMPT ?? '';
const title = /<data name="title" fence="[^"]*">\n([\s\S]*?)\n<\/data/.exec(prompt)?.[1] ?? '';
const [, files, name, wanted] = /^In (.+) make (\w+) (\w+)/.exec(title) ?? process.exit(3);

const meet = async (own, other) => {
  writeFileSync(path.join(meeting, own), '');
  for (let looks = 0; looks < 1200 && !existsSync(path.join(meeting, other)); looks += 1) await delay(25);
};

const setAside = prompt.includes('The merge queue set your change aside');
if (setAside) {
  const told = ['What others landed since the state you worked on:\n', 'What you had submitted', `+export const ${name} = '${wanted}';`];
  const why = prompt.includes('CONFLICT (') || prompt.includes('are both on');
  if (!why || !told.every((part) => prompt.includes(part))) process.exit(4);
  writeFileSync(path.join(meeting, `${name}.reworked`), '');
} else if (wanted === 'on') await meet(name, name === 'LEFT' ? 'RIGHT' : 'LEFT');
else if (wanted === 'late') await meet('late', 'go');

const value = setAside && wanted === 'on' ? 'dimmed' : wanted;
for (const file of files.split(' and ')) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const line = `export const ${name} = '${value}';`;
  const pattern = new RegExp(`^export const ${name} = .*$`, 'm');
  writeFileSync(file, pattern.test(before) ? before.replace(pattern, line) : `${before}${line}\n`);
}
