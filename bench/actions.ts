import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { quantile, until, type Result } from './samples.ts';
import { endReeve, startReeve, temporaryFolder, whereReady } from './server.ts';

const ACTIONS = 30;
const ROUNDS = 2;
const LONGEST_MS = 30_000;

/**
 * An action that policy lets run by itself (a label on an issue of the built-in forge), over HTTP and one after the other: from the
 * proposal sent to the answer that says `executed`, asked for every 5 ms. Policy twice, ledger, effect and receipt are all in it.
 */
export async function benchActions(): Promise<Result[]> {
  const folder = temporaryFolder();
  const product = startReeve(['serve'], folder, 'ignore', { REEVE_RATE_LIMIT_PER_SECOND: '0' });
  try {
    const dataDir = path.join(folder, 'data');
    const url = await until(() => whereReady(product, dataDir), 60_000, 'the server to be ready');
    return await measure(client(url, readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim()));
  } finally {
    await endReeve(product);
    rmSync(folder, { recursive: true, force: true });
  }
}

type Call = (method: 'GET' | 'POST', at: string, body?: unknown) => Promise<Record<string, unknown>>;

const client =
  (url: string, token: string): Call =>
  async (method, at, body) => {
    const answer = await fetch(new URL(at, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${at} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };

async function measure(call: Call): Promise<Result[]> {
  const project = await call('POST', '/v1/projects', { key: 'bench', name: 'bench' });
  await call('POST', '/v1/local/repositories', { project_id: project['id'], name: 'shop/bench', files: { 'a.txt': 'a\n' } });
  const issue = await call('POST', '/v1/local/issues', { repository: 'shop/bench', title: 'Something is slow', author: 'ben' });
  const target = { forge: 'local', repo: 'shop/bench', number: issue['number'] };
  const [answered50, answered95, done50, done95]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [answers, whole]: [number[], number[]] = [[], []];
    for (let n = 0; n < ACTIONS; n += 1) {
      const begun = performance.now();
      const proposed = await call('POST', '/v1/actions/propose', { kind: 'issue.label', target, args: { add: [`label-${round}-${n}`] } });
      answers.push(performance.now() - begun);
      await until(() => executed(call, String(proposed['action_id'])), LONGEST_MS, 'the action to be executed');
      whole.push(performance.now() - begun);
    }
    answered50.push(quantile(answers, 0.5));
    answered95.push(quantile(answers, 0.95));
    done50.push(quantile(whole, 0.5));
    done95.push(quantile(whole, 0.95));
  }
  return [
    { name: `action over HTTP: proposal answered, p50 (of ${ACTIONS})`, unit: 'ms', samples: answered50 },
    { name: `action over HTTP: proposal answered, p95 (of ${ACTIONS})`, unit: 'ms', samples: answered95 },
    { name: `action over HTTP: proposal to executed, p50 (of ${ACTIONS})`, unit: 'ms', samples: done50 },
    { name: `action over HTTP: proposal to executed, p95 (of ${ACTIONS})`, unit: 'ms', samples: done95 },
  ];
}

async function executed(call: Call, id: string): Promise<true | null> {
  const { status, outcome } = await call('GET', `/v1/actions/${id}`);
  if (status === 'approved' || status === 'executing') return null;
  if (status === 'executed') return true;
  throw new Error(`The action ended ${String(status)}: ${JSON.stringify(outcome)}`);
}
