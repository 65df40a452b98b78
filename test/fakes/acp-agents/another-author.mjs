#!/usr/bin/env node
// A coding agent by "another author": written against the protocol's text alone, in plain JavaScript without the SDK, and
// shaped differently from the demo agent on purpose. It does not announce agentInfo, uses large string ids, words tool
// titles its own way, uses kinds ACP does not know, sends permission requests with two `allow_once` options (the second
// also switches its mode) and a tool call it announced before by id only, sends usage rarely, talks to stdout beside the
// protocol, omits `jsonrpc` in notifications, answers unknown methods, and does not exit when its input ends.
//
//   node another-author.mjs [--do 'shell command']
//
// What it does to the worktree is the shell command (PROMPT in its environment holds the prompt); default: appends the
// first line of the prompt to NOTES.md.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const at = process.argv.indexOf('--do');
const shellCommand = at === -1 ? null : process.argv[at + 1];
let cwd = '/';
let session = null;
let cancelled = false;
let counter = 9_000_000_000;
const waiting = new Map();

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\r\n`);
const update = (body) => send({ method: 'session/update', params: { sessionId: session, update: body } });
const ask = (method, params) =>
  new Promise((resolve) => {
    const id = `req/${(counter += 1)}`;
    waiting.set(id, resolve);
    send({ jsonrpc: '2.0', id, method, params });
  });

process.stdout.write('another-author agent v0.3 (c) nobody\n');
setInterval(() => {}, 1 << 30); // stays when its input ends: only a signal ends it

createInterface({ input: process.stdin }).on('line', async (line) => {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return;
  }
  if (message.method === undefined) {
    waiting.get(message.id)?.(message.result ?? null);
    waiting.delete(message.id);
    return;
  }
  const reply = (result) => send({ jsonrpc: '2.0', id: message.id, result });
  switch (message.method) {
    case 'initialize':
      return reply({
        protocolVersion: 1,
        agentCapabilities: { loadSession: true, promptCapabilities: { image: true } },
        authMethods: [{ id: 'key', name: 'API key', description: null }],
      });
    case 'session/new':
      cwd = message.params.cwd;
      session = 'ses_01/äöü';
      reply({ sessionId: session, configOptions: [], _meta: { 'another.author/x': 1 } });
      return update({ sessionUpdate: 'available_commands_update', availableCommands: [{ name: 'init', description: 'x' }] });
    case 'session/prompt':
      return turn(message.params.prompt.map((block) => block.text ?? '').join('')).then((stopReason) => reply({ stopReason }));
    case 'session/cancel':
      cancelled = true;
      return undefined;
    default:
      if (message.id !== undefined) send({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'nope' } });
      return undefined;
  }
});

async function turn(prompt) {
  update({ sessionUpdate: 'agent_thought_chunk', messageId: 'm1', content: { type: 'text', text: 'Hmm.' } });
  update({ sessionUpdate: 'x_author_heartbeat', n: 1 });
  const command = shellCommand ?? 'append to NOTES.md';
  update({
    sessionUpdate: 'tool_call',
    toolCallId: 'call_0',
    title: `⚙ ${command.slice(0, 40)}`,
    kind: 'shell',
    status: 'pending',
    rawInput: { cmd: ['sh', '-c', command] },
  });
  // Named by id only: what it is about was said before.
  const answer = await ask('session/request_permission', {
    sessionId: session,
    toolCall: { toolCallId: 'call_0' },
    options: [
      { optionId: 'proceed_once', name: 'Proceed', kind: 'allow_once' },
      { optionId: 'proceed_and_stop_asking', name: 'Proceed, and switch to auto mode', kind: 'allow_once' },
      { optionId: 'nah', name: 'No, tell it what to do instead', kind: 'reject_once' },
    ],
  });
  if (cancelled || answer?.outcome?.outcome === 'cancelled') return 'cancelled';
  if (answer?.outcome?.optionId === 'proceed_and_stop_asking') update({ sessionUpdate: 'current_mode_update', currentModeId: 'auto' });
  if (answer?.outcome?.optionId === 'nah') {
    update({ sessionUpdate: 'tool_call_update', toolCallId: 'call_0', status: 'failed' });
    update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Then I leave it.' } });
    return 'end_turn';
  }
  const code = await work(prompt);
  update({ sessionUpdate: 'tool_call_update', toolCallId: 'call_0', status: code === 0 ? 'completed' : 'failed', rawOutput: { exit: code } });
  update({ sessionUpdate: 'usage_update', used: 1234, size: 100000, cost: { amount: 0.01, currency: 'USD' } });
  update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Finished.' } });
  return cancelled ? 'cancelled' : 'end_turn';
}

function work(prompt) {
  if (shellCommand === null) {
    appendFileSync(join(cwd, 'NOTES.md'), `${prompt.split('\n')[0]}\n`);
    return 0;
  }
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', shellCommand], { cwd, stdio: 'ignore', env: { ...process.env, PROMPT: prompt } });
    child.on('close', resolve);
    child.on('error', () => resolve(127));
  });
}
