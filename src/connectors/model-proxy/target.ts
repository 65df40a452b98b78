import type { ModelUpstream, UpstreamKind } from '#ports/model-proxy.ts';

/** What one request asks for, in the provider's terms. */
export interface Target {
  /** Full address at the provider. */
  url: URL;
  /** False for lists of models, which cost nothing. */
  isGeneration: boolean;
}

interface Allowed {
  method: 'GET' | 'POST';
  path: RegExp;
  isGeneration: boolean;
}

/**
 * The model paths of each provider, and nothing else: files, batches, fine-tuning and administration of the account
 * behind the key are not the agent's business. Paths are as inside the sandbox, with the version in front.
 */
const ALLOWED: Record<UpstreamKind, readonly Allowed[]> = {
  openai: [
    { method: 'POST', path: /^\/v1\/(chat\/completions|responses|completions|embeddings)$/, isGeneration: true },
    { method: 'GET', path: /^\/v1\/models(\/[\w.:/-]+)?$/, isGeneration: false },
  ],
  anthropic: [
    { method: 'POST', path: /^\/v1\/messages$/, isGeneration: true },
    { method: 'POST', path: /^\/v1\/messages\/count_tokens$/, isGeneration: false },
    { method: 'GET', path: /^\/v1\/models(\/[\w.:-]+)?$/, isGeneration: false },
  ],
  gemini: [
    { method: 'POST', path: /^\/v1(beta)?\/models\/[\w.-]+:(generateContent|streamGenerateContent|embedContent)$/, isGeneration: true },
    { method: 'POST', path: /^\/v1(beta)?\/models\/[\w.-]+:countTokens$/, isGeneration: false },
    { method: 'GET', path: /^\/v1(beta)?\/models(\/[\w.-]+)?$/, isGeneration: false },
  ],
};

/** Where a request goes; null when it is not a model path. */
export function targetOf(upstream: Pick<ModelUpstream, 'kind' | 'baseUrl'>, method: string, requestUrl: string): Target | null {
  const asked = parseAsked(requestUrl);
  if (asked === null || asked.pathname.includes('//')) return null;
  // A client whose base URL already ends in the version asks for it twice, and some leave it out.
  const path = upstream.kind === 'gemini' ? asked.pathname : `/v1${asked.pathname.replace(/^(\/v1)+(?=\/)/, '')}`;
  const allowed = ALLOWED[upstream.kind].find((candidate) => candidate.method === method && candidate.path.test(path));
  if (allowed === undefined) return null;
  const url = new URL(joinBase(upstream, path));
  for (const [name, value] of asked.searchParams) if (name !== 'key') url.searchParams.append(name, value);
  return { url, isGeneration: allowed.isGeneration };
}

/** Path and query of a request; null for one that names a host of its own, or makes no sense. */
export function parseAsked(requestUrl: string): URL | null {
  const asked = URL.parse(requestUrl, 'http://gateway');
  return asked?.origin === 'http://gateway' ? asked : null;
}

/** `https://api.openai.com/v1` holds the version, `https://api.anthropic.com` does not, compatible servers vary. */
function joinBase({ kind, baseUrl }: Pick<ModelUpstream, 'kind' | 'baseUrl'>, path: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  if (kind === 'openai') return base + path.slice('/v1'.length);
  return base.replace(/\/v1(beta)?$/, '') + path;
}
