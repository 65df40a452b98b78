import type { JsonObject } from '#kernel/json.ts';

/**
 * Tools Reeve offers a running agent: one MCP server (streamable HTTP) per run, reached with the run's own token. It knows
 * nothing of what the tools do, and the tools know nothing of MCP.
 */
export interface ToolServer {
  /**
   * Serves until it is closed. Throws AppError invalid `socket_path_too_long` (over 103 bytes, the limit of unix sockets)
   * or unavailable.
   */
  open(spec: ToolServerSpec): Promise<OpenToolServer>;
}

export interface ToolServerSpec {
  runId: string;
  /** The bearer token every request must carry. */
  token: string;
  tools: readonly AgentTool[];
  /** Unix socket (made with mode 0600) for a sandbox that bridges it; null: a free port of the loopback interface. */
  socketPath: string | null;
}

export interface AgentTool {
  name: string;
  /** Read by the model. */
  description: string;
  /** JSON Schema of the arguments, an object; published, and checked by the tool itself. */
  inputSchema: JsonObject;
  /**
   * Answers in words. `signal` aborts when the caller hangs up or takes its call back: then nobody reads the answer.
   * A rejection is told to the agent as a failed call without its details.
   */
  call(args: JsonObject, signal: AbortSignal): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  text: string;
  /** The call failed, and the text says why. */
  isError?: boolean;
}

export interface OpenToolServer {
  /** Address on the host; null with a socket: then only the sandbox knows the address. */
  url: string | null;
  /** Cuts calls under way. Safe to call twice. */
  close(): Promise<void>;
}

/** What a harness tells its agent about the tools. */
export interface ToolEndpoint {
  /** Name of the server as agents show it. */
  name: string;
  /** As the agent reaches it. */
  url: string;
  token: string;
}

/** Path of the endpoint, on every address it is served at. */
export const TOOLS_PATH = '/mcp';
