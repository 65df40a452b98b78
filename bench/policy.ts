import type { JsonObject } from '#kernel/json.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { decidePolicy, DEFAULT_POLICY_TEXT, parsePolicy } from '#modules/policy/index.ts';
import { quantile, type Result } from './samples.ts';

const ROUNDS = 5;
const DECISIONS = 20_000;

/** Facts as the server gathers them for a change that an agent wants to push. */
const FACTS: JsonObject = {
  plan: { approved: true },
  work: { source: 'local', risk: 'medium' },
  project: { self_approval: 'never' },
  target: { branch: 'ai-12', forge: 'local', is_default: false, is_checked_out: false },
  change: { files: 4, bytes: 12_000, paths: ['src/cart.js', 'src/price.js', 'test/cart.test.js', 'docs/cart.md'] },
  cost: { month_usd: 12.5 },
  personal_data: { found: false },
  channel: { size: 4, public: false },
  config: { guarded: false },
};

/** The shipped policy, asked about each kind of action in turn. */
export function benchPolicy(): Result[] {
  const policy = parsePolicy(DEFAULT_POLICY_TEXT, ACTION_KINDS);
  if (!policy.ok) throw new Error('The shipped policy does not parse.');
  const decide = (n: number): void => void decidePolicy(policy.value, { actionKind: ACTION_KINDS[n % ACTION_KINDS.length] ?? '', facts: FACTS });
  for (let n = 0; n < DECISIONS; n += 1) decide(n); // until it is compiled, as in a server that has run for a while
  const p50: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < DECISIONS; n += 1) {
      const start = performance.now();
      decide(n);
      times.push((performance.now() - start) * 1000);
    }
    p50.push(quantile(times, 0.5));
    p99.push(quantile(times, 0.99));
  }
  return [
    { name: `policy: decision p50 (of ${DECISIONS})`, unit: 'us', samples: p50 },
    { name: `policy: decision p99 (of ${DECISIONS})`, unit: 'us', samples: p99 },
  ];
}
