import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/cli/api/client.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** So much is said at one point that a page which drew all of it would be slow. */
export const MANY = 400;

export interface RunsWorld {
  /** Contents of `reeve.yaml`. */
  config: object;
  /** Lets agents that wait at this gate go on. */
  open(gate: string): void;
  end(): void;
}

/** A repository, and an agent that works in steps, each of which waits until a test lets it go on. */
export function createRunsWorld(): RunsWorld {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-runs-')));
  const gates = path.join(folder, 'gates');
  const repo = path.join(folder, 'shop');
  mkdirSync(gates);
  mkdirSync(path.join(repo, 'src'), { recursive: true });
  writeFileSync(path.join(repo, 'src/cart.js'), 'export const add = (cart, n) => [...cart, n];\nexport const size = (cart) => cart.length;\n');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo });
  git('init', '--quiet', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
  const skills = path.join(folder, 'skills.json');
  writeFileSync(skills, JSON.stringify({ skills: [], otherwise: stepsOf(gates) }));
  const pen = {
    command: [process.execPath, path.join(root, 'src/demo/agent.ts'), '--skills', skills],
    sandbox: 'none',
    limits: { wall_minutes: 20 },
  };
  return {
    config: {
      agents: { pen },
      roles: { coder: 'pen' },
      projects: {
        shop: {
          repo,
          self_approval: 'local',
          sandbox: 'none',
          checks: [{ name: 'syntax', command: 'node --check src/cart.js && echo all fine' }],
        },
      },
    },
    open: (gate) => writeFileSync(path.join(gates, gate), ''),
    end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function stepsOf(gates: string): object[] {
  const wait = (gate: string) => ({ run: `until [ -e ${path.join(gates, gate)} ]; do sleep 0.1; done; echo ${gate} is open`, timeoutMs: 120_000 });
  const plan = (first: string, second: string) => ({
    plan: [
      { text: 'Look at the cart', status: first },
      { text: 'Refuse negative quantities', status: second },
    ],
  });
  const chatter = Array.from({ length: MANY / 2 }, (_, nr) => [{ think: `Thought ${nr}` }, { say: `Remark ${nr}` }]).flat();
  return [
    // oxlint-disable-next-line unicorn/no-thenable -- if/then/else are the words of the demo agent's data
    { if: { promptHas: 'Hold on to' }, then: [{ say: 'I hold on.' }, { hang: {} }], else: [] },
    plan('in_progress', 'pending'),
    { think: 'Nobody checks the quantity.' },
    { say: 'I look at the cart.' },
    { usage: { input: 1200, output: 340 } },
    { edit: 'src/cart.js', edits: [{ search: '[...cart, n]', replace: 'n < 0 ? cart : [...cart, n]' }] },
    wait('one'),
    { say: 'The cart is understood.' },
    plan('completed', 'in_progress'),
    ...chatter,
    wait('two'),
    plan('completed', 'completed'),
    { say: 'Negative quantities are refused now.' },
  ];
}

/** Asks for work and answers the id of the run that begins. */
export async function beginRun(api: ApiClient, text: string): Promise<string> {
  const [repository] = await api.all<{ id: string }>('/v1/repositories', {});
  const { issue_id } = await api.post<{ issue_id: string }>('/v1/requests', { text, repository_id: repository?.id });
  for (let tries = 0; tries < 300; tries += 1) {
    const [run] = await api.all<{ id: string; state: string }>('/v1/jobs', { work_item_id: issue_id });
    if (run !== undefined) return run.id;
    await sleep(200);
  }
  throw new Error('No run was begun.');
}
