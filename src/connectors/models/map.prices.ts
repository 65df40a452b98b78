/**
 * List prices in USD per million tokens (which is micros per token), standard tier without caching or batch discounts. From the
 * providers' public price pages (docs.anthropic.com, openai.com/api/pricing, ai.google.dev/pricing) as of March 2026; prices change, and an
 * operator's contract may differ: figures made from them are estimates. A model that is not here has no price (null), never zero.
 */
export const PRICES: ReadonlyArray<{ model: string; input: number; output: number }> = [
  { model: 'anthropic/claude-opus-4-6', input: 5, output: 25 },
  { model: 'anthropic/claude-opus-4-5', input: 5, output: 25 },
  { model: 'anthropic/claude-opus-4-1', input: 15, output: 75 },
  { model: 'anthropic/claude-opus-4-20250514', input: 15, output: 75 },
  { model: 'anthropic/claude-sonnet-4-6', input: 3, output: 15 },
  { model: 'anthropic/claude-sonnet-4-5', input: 3, output: 15 },
  { model: 'anthropic/claude-sonnet-4-20250514', input: 3, output: 15 },
  { model: 'anthropic/claude-haiku-4-5', input: 1, output: 5 },
  { model: 'anthropic/claude-3-5-haiku', input: 0.8, output: 4 },
  { model: 'openai/gpt-5', input: 1.25, output: 10 },
  { model: 'openai/gpt-5-mini', input: 0.25, output: 2 },
  { model: 'openai/gpt-5-nano', input: 0.05, output: 0.4 },
  { model: 'openai/gpt-4.1', input: 2, output: 8 },
  { model: 'openai/gpt-4.1-mini', input: 0.4, output: 1.6 },
  { model: 'openai/gpt-4.1-nano', input: 0.1, output: 0.4 },
  { model: 'openai/gpt-4o', input: 2.5, output: 10 },
  { model: 'openai/gpt-4o-mini', input: 0.15, output: 0.6 },
  { model: 'google/gemini-2.5-pro', input: 1.25, output: 10 },
  { model: 'google/gemini-2.5-flash', input: 0.3, output: 2.5 },
  { model: 'google/gemini-2.5-flash-lite', input: 0.1, output: 0.4 },
];

// A date or `-latest` behind the name is the same model; anything else (`-turbo`) is another one with its own price.
const VERSION = /^-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** Micros (millionths of a dollar), rounded up; null when the price is unknown. */
export function priceOf(model: string, inputTokens: number, outputTokens: number): number | null {
  const price = PRICES.find((row) => model === row.model || (model.startsWith(row.model) && VERSION.test(model.slice(row.model.length))));
  return price === undefined ? null : Math.ceil(price.input * inputTokens + price.output * outputTokens);
}
