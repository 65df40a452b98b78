/**
 * The model gateway of one agent run: the only way out of a sealed sandbox. Inside, the agent speaks to a loopback address
 * with a worthless key; outside, this forwards to the real provider with the real key, counts tokens and money, and stops
 * when the budget is used up.
 */
export interface ModelProxy {
  /**
   * Listens on `socketPath` (made with mode 0600; its folder must exist; an old socket there is replaced).
   * Throws AppError invalid `socket_path_too_long` (over 103 bytes, the limit of unix sockets) or unavailable.
   */
  open(spec: ModelProxySpec): Promise<OpenModelProxy>;
}

export type UpstreamKind = 'openai' | 'anthropic' | 'gemini';

export interface ModelUpstream {
  /** `openai`: chat completions, Responses and everything compatible. */
  kind: UpstreamKind;
  /** As the provider's own programs want it, for example `https://api.openai.com/v1` or `https://api.anthropic.com`. */
  baseUrl: string;
  /** Sent to the provider only; never logged, never seen by the agent. Empty: none is sent (a local model). */
  apiKey: string;
}

export interface ModelPrice {
  /** Micro-dollars per million input tokens (3 USD per million = 3_000_000). */
  inputMicrosPerMillion: number;
  outputMicrosPerMillion: number;
}

export interface ModelProxySpec {
  runId: string;
  socketPath: string;
  upstream: ModelUpstream;
  /** Null: money is not counted and only the token budget holds. */
  price: ModelPrice | null;
  budget: { tokens: number; costMicros: number };
  /** After every answered request, with the totals so far. */
  onUsage(usage: ProxyUsage): void;
  /** Once, when the budget is used up; later requests are refused. The caller ends the run. */
  onExhausted(detail: string): void;
}

/** Totals of one run. */
export interface ProxyUsage {
  /** Requests that reached the provider. */
  requests: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  /** Requests whose tokens the provider did not tell, so that they were estimated from their length. */
  estimated: number;
}

export interface OpenModelProxy {
  /**
   * Variables to put into the agent's environment: the address is made inside the sandbox, and this is the key that works
   * at this socket and nowhere else.
   */
  env: Readonly<Record<string, string>>;
  usage(): ProxyUsage;
  /** Cuts what is in flight and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}
