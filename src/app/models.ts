import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { createAgentModel, createModels, priceOf } from '#connectors/models/index.ts';
import type { AgentEvent, Harness } from '#ports/harness.ts';
import type { Model } from '#ports/model.ts';
import type { ModelPrice, ModelUpstream } from '#ports/model-proxy.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import { assumedPrice } from './budget.ts';
import type { AppConfig } from './config.ts';

export interface AppModels {
  /** Who plans and triages: `rules`, `provider/model` or `agent:<name>`. */
  name: string;
  all: Model[];
  /** The provider that sealed agents' requests are forwarded to; null when no model is configured. */
  upstream(agent: string): { upstream: ModelUpstream; price: ModelPrice | null } | null;
}

/** Models as configured: a provider's, or a coding agent playing one. */
export function createAppModels(config: AppConfig, tools: { harnesses: ReadonlyMap<string, Harness>; sandbox: Sandbox }): AppModels {
  const all = createModels({ model: config.model, apiKey: config.modelApiKey, baseUrl: config.modelBaseUrl });
  if (config.model.startsWith('agent:')) all.push(agentModel(config, config.model.slice('agent:'.length), tools));
  return { name: config.model, all, upstream: () => upstreamOf(config) };
}

const PROVIDERS: Readonly<Record<string, { kind: ModelUpstream['kind']; baseUrl: string }>> = {
  anthropic: { kind: 'anthropic', baseUrl: 'https://api.anthropic.com' },
  openai: { kind: 'openai', baseUrl: 'https://api.openai.com/v1' },
  google: { kind: 'gemini', baseUrl: 'https://generativelanguage.googleapis.com' },
};

function upstreamOf(config: AppConfig): { upstream: ModelUpstream; price: ModelPrice | null } | null {
  const provider = config.model.split('/')[0] ?? '';
  if (provider === 'compatible' && config.modelBaseUrl !== null)
    return { upstream: { kind: 'openai', baseUrl: config.modelBaseUrl, apiKey: config.modelApiKey ?? '' }, price: assumed(config) };
  const known = PROVIDERS[provider];
  if (known === undefined || config.modelApiKey === null) return null;
  return {
    upstream: { kind: known.kind, baseUrl: config.modelBaseUrl ?? known.baseUrl, apiKey: config.modelApiKey },
    price: pricePerMillion(config.model) ?? assumed(config),
  };
}

/** Where the price is not known, the money budget counts with the one the operator assumes; 0 (own hardware): tokens alone are limited. */
function assumed(config: AppConfig): ModelPrice | null {
  const price = assumedPrice(config);
  return price === 0 ? null : { inputMicrosPerMillion: price, outputMicrosPerMillion: price };
}

/** The listed price of a model, for the run's budget in money; null: it is not listed. */
function pricePerMillion(model: string): ModelPrice | null {
  const input = priceOf(model, 1_000_000, 0);
  const output = priceOf(model, 0, 1_000_000);
  return input === null || output === null ? null : { inputMicrosPerMillion: input, outputMicrosPerMillion: output };
}

/** A coding agent asked for text in an empty folder, in its own sandbox: a subscription is then enough to plan with. */
function agentModel(config: AppConfig, name: string, tools: { harnesses: ReadonlyMap<string, Harness>; sandbox: Sandbox }): Model {
  const spec = config.sections.agents[name];
  const harness = spec === undefined ? undefined : tools.harnesses.get(spec.harness);
  if (spec === undefined || harness === undefined)
    throw new AppError('invalid', `REEVE_MODEL names the agent "${name}", which is not configured.`, {
      code: 'agent_unknown',
      hint: 'Name it under `agents:` in reeve.yaml.',
    });
  return createAgentModel({
    name,
    async runText(prompt, { timeoutMs, signal }) {
      const folder = await mkdtemp(path.join(tmpdir(), 'reeve-ask-'));
      try {
        const spawn = tools.sandbox.open({
          level: spec.sandbox ?? 'bwrap',
          worktree: folder,
          home: path.join(folder, '.home'),
          readOnly: [],
          masked: [],
          gatewaySocket: null,
          network: spec.network === 'open' ? 'open' : 'none',
        });
        const limits = {
          wallMs: timeoutMs,
          idleMs: timeoutMs,
          turns: spec.limits.turns,
          tokens: spec.limits.tokens,
          costMicros: spec.limits.cost_usd * 1_000_000,
          outputBytes: 1024 * 1024,
        };
        const agent = { name, command: spec.command, env: config.environment(spec.env), mode: spec.mode };
        const running = harness.start({
          runId: 'ask',
          agent,
          worktree: folder,
          prompt,
          limits,
          spawn,
          permit: () => ({ allow: false, reason: 'Only an answer is wanted.' }),
        });
        const stop = () => void running.cancel('cancelled');
        signal?.addEventListener('abort', stop, { once: true });
        return await collect(name, running.events).finally(() => signal?.removeEventListener('abort', stop));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
}

async function collect(
  name: string,
  events: AsyncIterable<AgentEvent>,
): Promise<{ text: string; usage: { inputTokens: number; outputTokens: number } }> {
  let text = '';
  const usage = { inputTokens: 0, outputTokens: 0 };
  for await (const event of events) {
    if (event.kind === 'text') text += event.text;
    if (event.kind === 'usage') Object.assign(usage, { inputTokens: event.inputTokens, outputTokens: event.outputTokens });
    if (event.kind === 'ended' && event.reason !== 'end_turn')
      throw new AppError('unavailable', `The agent ${name} did not answer: ${event.detail}`, { code: `agent_${event.reason}` });
  }
  return { text, usage };
}
