import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '#kernel/json.ts';
import { createCedarEngine } from '#connectors/cedar/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createPolicy, decidePolicy, DEFAULT_POLICY_TEXT, parsePolicy } from '#modules/policy/index.ts';
import { quantile, type Result } from './samples.ts';
import { temporaryFolder } from './server.ts';

const ROUNDS = 3;
const DECISIONS = 5000;
const CEDAR_ROUNDS = 3;
/** Few: the text of its policies is read and parsed anew for each question. */
const WITH_CEDAR = 20;
const SIZES = [1, 10, 100] as const;

/** Facts as the server gathers them for a change that an agent wants to push. */
const FACTS: JsonObject = {
  plan: { approved: true },
  work: { source: 'local', risk: 'medium' },
  project: { self_approval: 'never' },
  proposer: { subject: 'agent:ada', agent: true },
  target: { repo: 'shop/web', branch: 'ai-12', forge: 'local', is_default: false, is_checked_out: false },
  change: { files: 4, bytes: 12_000, paths: ['src/cart.js', 'src/price.js', 'test/cart.test.js', 'docs/cart.md'] },
  cost: { month_usd: 12.5 },
  personal_data: { found: false },
  channel: { size: 4, public: false },
  config: { guarded: false },
};

/** Rules of `size` kinds, each with a condition over three facts. */
const kindsOf = (size: number): string[] => Array.from({ length: size }, (_, n) => `bench.kind_${n}`);
const CONDITION = "plan.approved and not target.is_default and (target.branch glob 'ai-*' or target.branch glob 'epic/*')";
const textOf = (size: number): string =>
  ['version: 1', 'actions:', ...kindsOf(size).map((kind) => `  ${kind}: { risk: low, mode: auto, when: "${CONDITION}" }`), ''].join('\n');

/** The same in Cedar's words. */
const cedarOf = (size: number): string =>
  kindsOf(size)
    .map(
      (kind) =>
        `permit (principal, action == Action::"${kind}", resource) when { context.mode == "auto" && context.facts.plan.approved && ` +
        '!context.facts.target.is_default && (context.facts.target.branch like "ai-*" || context.facts.target.branch like "epic/*") };',
    )
    .join('\n');

/** One decision of the shipped policy, of policies of 1, 10 and 100 rules, and of the same beside a Cedar engine with as many. */
export async function benchPolicy(): Promise<Result[]> {
  const results = ownRules('the shipped policy', DEFAULT_POLICY_TEXT, ACTION_KINDS);
  for (const size of SIZES) results.push(...ownRules(`${size} rules`, textOf(size), kindsOf(size)));
  const folder = temporaryFolder();
  try {
    for (const size of SIZES) results.push(...(await besideCedar(folder, size)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

function ownRules(name: string, text: string, kinds: readonly string[]): Result[] {
  const policy = parsePolicy(text, kinds);
  if (!policy.ok) throw new Error(`The policy of ${name} does not parse.`);
  const decide = (n: number): string => decidePolicy(policy.value, { actionKind: kinds[n % kinds.length] ?? '', facts: FACTS }).kind;
  for (let n = 0; n < DECISIONS; n += 1) decide(n); // until it is compiled, as in a server that has run for a while
  const [p50, p99]: [number[], number[]] = [[], []];
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
  return both(`policy, ${name}`, DECISIONS, p50, p99);
}

async function besideCedar(folder: string, size: number): Promise<Result[]> {
  const file = path.join(folder, `${size}.cedar`);
  writeFileSync(file, cedarOf(size));
  const kinds = kindsOf(size);
  const policy = createPolicy({
    kinds,
    load: () => ({ organisation: { text: textOf(size), source: 'bench' } }),
    engine: createCedarEngine({ file }),
  });
  const [p50, p99]: [number[], number[]] = [[], []];
  for (let round = 0; round < CEDAR_ROUNDS; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < WITH_CEDAR; n += 1) {
      const start = performance.now();
      const decision = await policy.evaluate({ actionKind: kinds[n % size] ?? '', facts: FACTS });
      times.push((performance.now() - start) * 1000);
      if (decision.kind !== 'auto') throw new Error(`Cedar should have permitted it: ${decision.reason}`);
    }
    p50.push(quantile(times, 0.5));
    p99.push(quantile(times, 0.99));
  }
  return both(`policy beside Cedar, ${size} rules`, WITH_CEDAR, p50, p99);
}

const both = (name: string, of: number, p50: number[], p99: number[]): Result[] => [
  { name: `${name}: decision p50 (of ${of})`, unit: 'us', samples: p50 },
  { name: `${name}: decision p99 (of ${of})`, unit: 'us', samples: p99 },
];
