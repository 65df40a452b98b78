import { AppError } from '#kernel/errors.ts';
import type { Model } from '#ports/model.ts';
import { createSdkModel } from './client.ts';
import { PROVIDER_NAMES, providerFor, type ProviderName } from './providers.ts';

export { createAgentModel, type AgentModelDeps } from './agent.ts';
export { priceOf } from './map.prices.ts';

export interface ModelSettings {
  /** REEVE_MODEL: `rules`, `agent:<name>`, or `<provider>/<model>`. */
  model: string;
  /** REEVE_MODEL_API_KEY. */
  apiKey: string | null;
  /** REEVE_MODEL_BASE_URL; replaces the provider's own, and is a must for `compatible`. */
  baseUrl: string | null;
}

/**
 * The models these settings reach: none for `rules` and for agents (those are added with `createAgentModel`). Throws AppError
 * invalid for an unknown provider or a missing URL, so that a wrong setting stops the start and not the first issue.
 */
export function createModels(settings: ModelSettings): Model[] {
  if (settings.model === 'rules' || settings.model.startsWith('agent:')) return [];
  const [name, rest] = [settings.model.slice(0, Math.max(0, settings.model.indexOf('/'))), settings.model.slice(settings.model.indexOf('/') + 1)];
  if (!isProvider(name) || rest === '') {
    throw new AppError('invalid', `"${settings.model}" names no model.`, {
      code: 'model_malformed',
      hint: `Use rules, agent:<name>, or <provider>/<model> with one of ${PROVIDER_NAMES.join(', ')}.`,
    });
  }
  if (name === 'compatible' && settings.baseUrl === null) {
    throw new AppError('invalid', `"${settings.model}" needs the address of its server.`, {
      code: 'model_base_url_missing',
      hint: 'Set REEVE_MODEL_BASE_URL, for example http://127.0.0.1:11434/v1.',
    });
  }
  return [createSdkModel(providerFor(name, settings))];
}

function isProvider(name: string): name is ProviderName {
  return PROVIDER_NAMES.some((known) => known === name);
}
