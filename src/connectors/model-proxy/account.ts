import type { ModelProxySpec, ProxyUsage } from '#ports/model-proxy.ts';
import type { Tokens } from './usage.ts';

/** The money and tokens of one run. */
export interface Account {
  /** Why no further request is let through; null: go on. Tokens of requests under way count as estimated. */
  refusal(): string | null;
  /** Sets tokens aside for a request under way; `book` or `release` gives them back. */
  hold(estimatedTokens: number): { book(tokens: Tokens, wasEstimated: boolean): void; release(): void };
  usage(): ProxyUsage;
}

export function createAccount(spec: Pick<ModelProxySpec, 'budget' | 'price' | 'onUsage' | 'onExhausted'>): Account {
  const used: ProxyUsage = { requests: 0, inputTokens: 0, outputTokens: 0, costMicros: 0, estimated: 0 };
  let held = 0;
  let exhausted = false;

  const spent = (reserved: number): string | null => {
    const tokens = used.inputTokens + used.outputTokens + reserved;
    if (tokens >= spec.budget.tokens) return `The token budget of this run (${spec.budget.tokens}) is used up.`;
    if (spec.price !== null && used.costMicros >= spec.budget.costMicros)
      return `The money budget of this run (${(spec.budget.costMicros / 1e6).toFixed(2)} USD) is used up.`;
    return null;
  };
  const book = (tokens: Tokens, wasEstimated: boolean): void => {
    used.requests += 1;
    used.inputTokens += tokens.inputTokens;
    used.outputTokens += tokens.outputTokens;
    if (wasEstimated) used.estimated += 1;
    if (spec.price !== null) {
      used.costMicros += Math.ceil(
        (tokens.inputTokens * spec.price.inputMicrosPerMillion + tokens.outputTokens * spec.price.outputMicrosPerMillion) / 1e6,
      );
    }
    spec.onUsage({ ...used });
    const why = spent(0);
    if (why === null || exhausted) return;
    exhausted = true;
    spec.onExhausted(why);
  };
  return {
    refusal: () => spent(held),
    hold(estimatedTokens) {
      held += estimatedTokens;
      let open = true;
      const release = (): void => {
        if (open) held -= estimatedTokens;
        open = false;
      };
      return {
        release,
        book(tokens, wasEstimated) {
          release();
          book(tokens, wasEstimated);
        },
      };
    },
    usage: () => ({ ...used }),
  };
}
