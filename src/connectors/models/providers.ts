import type { Provider } from './client.ts';

export const PROVIDER_NAMES = ['anthropic', 'openai', 'google', 'compatible'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

const BASE_URL: Readonly<Record<Exclude<ProviderName, 'compatible'>, string>> = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  // Gemini behind OpenAI's protocol: https://ai.google.dev/gemini-api/docs/openai
  google: 'https://generativelanguage.googleapis.com/v1beta/openai',
};

/** How one provider is reached. The key is always passed on: without it the SDK would look into the environment by itself. */
export function providerFor(name: ProviderName, { apiKey, baseUrl }: { apiKey: string | null; baseUrl: string | null }): Provider {
  const url = (baseUrl ?? (name === 'compatible' ? '' : BASE_URL[name])).replace(/\/+$/, '');
  const own = baseUrl !== null;
  if (name === 'anthropic') {
    return {
      name,
      apiKey,
      needsKey: !own,
      modes: ['schema'],
      async load(modelName) {
        const { createAnthropic } = await import('@ai-sdk/anthropic');
        return createAnthropic({ baseURL: url, apiKey: apiKey ?? 'none' })(modelName);
      },
    };
  }
  return {
    name,
    apiKey,
    needsKey: name !== 'compatible' && !own,
    // OpenAI and Gemini know schemas; of anything else it is found out.
    modes: ['schema', 'object', 'text'],
    async load(modelName, mode) {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const rename = name === 'openai' ? { transformRequestBody: toOpenAiBody } : {};
      return createOpenAICompatible({
        name,
        baseURL: url,
        ...(apiKey === null ? {} : { apiKey }),
        supportsStructuredOutputs: mode === 'schema',
        ...rename,
      })(modelName);
    },
  };
}

/** OpenAI's newer models refuse `max_tokens`; all of them take `max_completion_tokens`. */
function toOpenAiBody(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens: most, ...rest } = body;
  return most === undefined ? rest : { ...rest, max_completion_tokens: most };
}
