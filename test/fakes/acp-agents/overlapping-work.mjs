#!/usr/bin/env node
// An ACP agent for tasks that get into each other's way.
//
//   node overlapping-work.mjs MEETING-FOLDER
//
// The task's title says what it does: `In FILE[ and FILE] make NAME VALUE` sets `export const NAME = 'VALUE';`. Two who set a NAME to
// `on` wait for each other first, so that both work on the same state; who sets one to `late` waits for the file `go`. What the merge
// queue set aside is done again only when the prompt tells everything that is needed for it: the conflict or the failing output, both
// diffs and a strategy. Who was `on` then is `dimmed`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const [, , meeting] = process.argv;
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
let cwd = '/';

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
  else if (method === 'session/new') {
    cwd = params.cwd;
    send({ id, result: { sessionId: 's' } });
  } else if (method === 'session/prompt') {
    await work(params.prompt.map(({ text }) => text ?? '').join('\n'));
    send({ id, result: { stopReason: 'end_turn' } });
  } else if (id !== undefined) send({ id, error: { code: -32601, message: 'no' } });
});

async function meet(own, other) {
  writeFileSync(path.join(meeting, own), '');
  for (let looks = 0; looks < 1200 && !existsSync(path.join(meeting, other)); looks += 1) await delay(25);
}

async function work(prompt) {
  const title = /<data name="title" fence="[^"]*">\n([\s\S]*?)\n<\/data/.exec(prompt)?.[1] ?? '';
  const [, files, name, wanted] = /^In (.+) make (\w+) (\w+)/.exec(title) ?? [];
  const setAside = prompt.includes('The merge queue set your change aside');
  if (setAside) {
    const why = prompt.includes('CONFLICT (') || prompt.includes('are both on');
    const told = ['What others landed since the state you worked on:\n', 'What you had submitted', `+export const ${name} = '${wanted}';`];
    if (!why || !told.every((part) => prompt.includes(part))) return;
    writeFileSync(path.join(meeting, `${name}.reworked`), '');
  } else if (wanted === 'on') await meet(name, name === 'LEFT' ? 'RIGHT' : 'LEFT');
  else if (wanted === 'late') await meet('late', 'go');
  for (const file of (files ?? '').split(' and ')) set(path.join(cwd, file), name, setAside && wanted === 'on' ? 'dimmed' : wanted);
}

function set(file, name, value) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const line = `export const ${name} = '${value}';`;
  const pattern = new RegExp(`^export const ${name} = .*$`, 'm');
  writeFileSync(file, pattern.test(before) ? before.replace(pattern, line) : `${before}${line}\n`);
}
