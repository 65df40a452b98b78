#!/usr/bin/env node
// An ACP agent that sends its change request itself: it takes the token of the MCP server it is offered, reads its own run with it
// over the API of Reeve (whose address stands in the file named on its command line), tries what it may not, and submits.
// It changes nothing in its worktree. What it was answered stands in the file it submits.
//
//   node own-submission.mjs FILE-WITH-THE-ADDRESS
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const base = readFileSync(process.argv[2], 'utf8').trim();
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
let authorization = '';

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') send({ id, result: { protocolVersion: 1, agentCapabilities: { mcpCapabilities: { http: true } } } });
  else if (method === 'session/new') {
    authorization = params.mcpServers[0].headers.find(({ name }) => name === 'Authorization').value;
    send({ id, result: { sessionId: 's' } });
  } else if (method === 'session/prompt') {
    await work(params.prompt.map(({ text }) => text ?? '').join('\n'));
    send({ id, result: { stopReason: 'end_turn' } });
  } else if (id !== undefined) send({ id, error: { code: -32601, message: 'no' } });
});

async function api(method, path, body) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function work(prompt) {
  const own = await api('GET', `/v1/jobs/${process.env.REEVE_RUN_ID}`);
  const document = {
    version: 1,
    task_id: own.body.task_id,
    attempt: own.body.attempt,
    repo: /in the repository (.+?)\. Attempt/.exec(prompt)[1],
    target: own.body.target,
    base: own.body.base_commit,
    summary: 'Sent by the agent itself',
    intent: { scope: ['**'] },
    changes: [{ op: 'create', path: 'src/own.json', content: '{}' }],
  };
  const other = 'run_01J00000000000000000000000';
  const answers = {
    own_run: own.status,
    other_run: (await api('GET', `/v1/jobs/${other}`)).status,
    list: (await api('GET', '/v1/jobs')).status,
    other_task: (await api('POST', '/v1/change-requests', { ...document, task_id: 'task_01J00000000000000000000000' })).status,
    other_target: (await api('POST', '/v1/change-requests', { ...document, target: 'main' })).status,
    other_attempt: (await api('POST', '/v1/change-requests', { ...document, attempt: 7 })).status,
    answer: (await api('POST', '/v1/questions/que_1/answer', { answer: 'yes' })).status,
  };
  const content = `${JSON.stringify(answers)}\n`;
  const sent = await api('POST', '/v1/change-requests', { ...document, changes: [{ op: 'create', path: 'src/own.json', content }] });
  if (sent.status !== 201) process.stderr.write(`${JSON.stringify(sent.body)}\n`);
}
