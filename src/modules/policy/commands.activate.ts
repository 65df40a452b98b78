import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { parsePolicy } from './commands.ts';
import type { PolicyPort } from './model.ts';
import { invalidPolicy, type SimulationReport } from './queries.simulate.ts';

export interface ProposedActivation {
  actionId: string;
  digest: string;
  status: string;
}

export interface ActivationDeps {
  kinds: readonly string[];
  policy: Pick<PolicyPort, 'current'>;
  simulate(text: string, since: Date): Promise<SimulationReport>;
  /** What a file or repository of the configuration says; null when activation decides what is in force. */
  configured: string | null;
  /** Proposes the action `policy.update` with these args. */
  propose(args: JsonObject, by: Actor, idempotencyKey: string): Promise<ProposedActivation>;
}

export interface Activation {
  text: string;
  /** For people: the file's name. */
  source: string;
  since: Date;
  idempotencyKey: string;
}

/**
 * Proposes that a text shall be in force. People decide the action `policy.update`; what the text would have changed since then is part
 * of its args, and so on the card and under the digest. AppError invalid `policy_invalid`, refused `policy_configured` (a file or
 * repository says what is in force), conflict `policy_in_force`.
 */
export async function proposeActivation(
  deps: ActivationDeps,
  activation: Activation,
  by: Actor,
): Promise<{ proposed: ProposedActivation; report: SimulationReport }> {
  const { text, source, since } = activation;
  if (deps.configured !== null)
    throw new AppError('refused', `The policy of this installation comes from ${deps.configured}.`, {
      code: 'policy_configured',
      hint: 'Change it there, or take `policy` and `policy_repository` out of the configuration.',
    });
  const parsed = parsePolicy(text, deps.kinds);
  if (!parsed.ok) throw invalidPolicy(parsed.error);
  const current = await deps.policy.current();
  const inForce = parsePolicy(current.text, deps.kinds);
  if (inForce.ok && inForce.value.hash === parsed.value.hash)
    throw new AppError('conflict', 'This policy is in force already.', { code: 'policy_in_force' });
  const report = await deps.simulate(text, since);
  const args: JsonObject = { hash: report.hash, replaces: current.hash, source, simulated: summaryOf(report), text };
  return { proposed: await deps.propose(args, by, activation.idempotencyKey), report };
}

/** For the card: what would have been another decision. */
export function summaryOf(report: SimulationReport): JsonObject {
  const changes = report.counts.filter(({ from, to }) => from !== to).map(({ from, to, count }) => `${count} from ${from} to ${to}`);
  return {
    since: report.since.toISOString(),
    decisions: report.considered,
    not_recorded: report.unknown,
    changed: changes.length === 0 ? 'none' : changes.join(', '),
    kinds: [...new Set(report.changed.map(({ actionKind }) => actionKind))].sort().slice(0, 20),
  };
}
