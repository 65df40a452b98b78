import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createApiClient, type ApiClient } from '../src/cli/api/client.ts';
import { endReeve, plainEnvironment, temporaryFolder } from './server.ts';

const BIN = path.resolve(import.meta.dirname, '../bin/reeve.js');
const START_WAIT_MS = 90_000;

/** The demo as somebody started it who decides by themselves. */
export interface DemoEstate {
  url: string;
  /** Of the sample manager. */
  token: string;
  api: ApiClient;
  /** Says yes to everything that waits until every issue has ended, or `forMs` is over. */
  decide(forMs: number): Promise<void>;
  end(): Promise<void>;
}

/** `reeve demo`, up to the line that tells how to reach it. */
export async function startDemoEstate(): Promise<DemoEstate> {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, [BIN, 'demo'], { cwd: folder, env: plainEnvironment({}), stdio: ['ignore', 'pipe', 'ignore'] });
  const end = async (): Promise<void> => {
    await endReeve(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { url, token } = await Promise.race([reachOf(child.stdout), delay(START_WAIT_MS, null, { ref: false }).then(tooLong)]);
    const api = createApiClient({ url, token });
    return { url, token, api, decide: (forMs) => decide(api, forMs), end };
  } catch (error) {
    await end();
    throw error;
  }
}

function tooLong(): never {
  throw new Error('The demo did not say how to reach it.');
}

async function reachOf(stdout: NodeJS.ReadableStream): Promise<{ url: string; token: string }> {
  const lines = createInterface({ input: stdout });
  const found = await new Promise<{ url: string; token: string } | null>((resolve) => {
    lines.on('line', (line) => {
      const [, url, token] = /REEVE_URL=(\S+) REEVE_TOKEN=(\S+)/.exec(line) ?? [];
      if (url !== undefined && token !== undefined) resolve({ url, token });
    });
    lines.once('close', () => resolve(null));
  });
  return found ?? tooLong();
}

/** The cookie of a session of the sample manager, for a browser. */
export async function openSession({ url, token }: Pick<DemoEstate, 'url' | 'token'>): Promise<{ name: string; value: string; url: string }> {
  const response = await fetch(`${url}/v1/sessions`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const [name = '', value = ''] = (response.headers.get('set-cookie') ?? '').split(';', 1)[0]?.split('=') ?? [];
  return { name, value, url };
}

interface Waiting {
  id: string;
  kind: string;
  digest: string;
  target?: string;
  confirm?: string | null;
}

async function decide(api: ApiClient, forMs: number): Promise<void> {
  for (const deadline = Date.now() + forMs; Date.now() < deadline; await delay(300)) {
    const waiting = await api.all<Waiting>('/v1/approvals', { status: 'pending' });
    for (const { id, digest, confirm } of waiting) {
      const body = { decision: 'approve', digest, reason: 'Looked at.', ...(typeof confirm === 'string' ? { confirm } : {}) };
      // Decided elsewhere meanwhile, or not mine to decide: the next look tells.
      await api.post(`/v1/approvals/${id}/decision`, body).catch(() => {});
    }
    const issues = await api.all<{ state: string }>('/v1/issues', {});
    if (waiting.length === 0 && issues.length > 0 && issues.every(({ state }) => ENDED.has(state))) return;
  }
}

const ENDED = new Set(['merged', 'duplicate', 'declined', 'needs_info', 'failed']);
