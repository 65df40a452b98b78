import type { JsonObject } from '#kernel/json.ts';

/**
 * Rules that are kept outside Reeve (Cedar policies, an Open Policy Agent), asked beside Reeve's own. Reeve's own policy is the floor:
 * the stricter of the two decides, so an engine can only make an answer stricter.
 *
 * An engine that cannot answer rejects, with any error; whoever asks takes that for `deny`, and the same for an answer of any other
 * shape, or none in `ENGINE_TIMEOUT_MS`. No adapter needs to be careful for the sake of safety, only for a good sentence.
 */
export interface PolicyEngine {
  /** For people and records: `own`, `cedar`, `opa`, `opa-wasm`. */
  readonly name: string;
  /**
   * Changes whenever the engine's rules do, as far as the engine can tell; part of the `policy_hash` of every decision. Known without
   * asking the network: it is looked at while transactions are open.
   */
  version(): Promise<string>;
  /** What the rules say about one action. Has no effect. */
  answer(question: EngineQuestion, signal: AbortSignal): Promise<EngineAnswer>;
}

export interface EngineQuestion {
  actionKind: string;
  /** Everything a condition of Reeve's own policy can look at, `args` included. Data, some of it a stranger's. */
  facts: JsonObject;
}

/** From loose to strict. */
export const ENGINE_EFFECTS = ['auto', 'ask', 'require_approval', 'deny'] as const;
export type EngineEffect = (typeof ENGINE_EFFECTS)[number];

export interface EngineAnswer {
  effect: EngineEffect;
  /** A sentence for people; at most 500 characters are shown. */
  reason: string;
}

/** How long one answer may take, version included. */
export const ENGINE_TIMEOUT_MS = 2000;
