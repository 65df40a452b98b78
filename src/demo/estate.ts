import { readFileSync } from 'node:fs';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from './issues.ts';
import { SHOP_FILES } from './shop.ts';

/**
 * Makes the sample estate on a running server, over HTTP alone. Standard input: `{"url", "token"}` (a secret does not belong in
 * arguments). Standard output: one JSON document with what was made.
 */
const { url, token } = JSON.parse(readFileSync(0, 'utf8')) as { url: string; token: string };

async function call<T>(method: string, where: string, body?: unknown): Promise<T> {
  const response = await fetch(new URL(where, url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${where} answered ${response.status}: ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

for (const person of SAMPLE_PEOPLE) await call('POST', '/v1/people', person);
const manager = SAMPLE_PEOPLE[SAMPLE_PEOPLE.length - 1];
const { token: managerToken } = await call<{ token: string }>('POST', '/v1/tokens', {
  name: 'demo manager',
  role: 'manager',
  person: manager?.handle,
});

const project = await call<{ id: string }>('POST', '/v1/projects', {
  key: 'shop',
  name: 'Corner shop',
  settings: {
    checks: [{ name: 'test', command: 'node test/all.js', timeout_s: 120 }],
    sandbox: 'none',
    roles: { coder: 'demo-coder', reviewer: 'demo-reviewer' },
  },
});
const repository = await call<{ id: string }>('POST', '/v1/local/repositories', {
  project_id: project.id,
  name: 'sample/shop',
  files: SHOP_FILES,
  message: 'The corner shop as it is',
});

const issues: Array<{ number: number; title: string; shows: string }> = [];
for (const sample of SAMPLE_ISSUES) {
  const made = await call<{ number: number }>('POST', '/v1/local/issues', {
    repository: 'sample/shop',
    title: sample.title,
    body: sample.body,
    author: sample.author,
    labels: [...(sample.labels ?? []), 'AI-Ready'],
  });
  issues.push({ number: made.number, title: sample.title, shows: sample.shows });
}

const estate = { project_id: project.id, repository_id: repository.id, repository: 'sample/shop', manager_token: managerToken, issues };
process.stdout.write(`${JSON.stringify(estate)}\n`);
