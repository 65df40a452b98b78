import type { AgentTool, ToolAnswer } from '#ports/agent-tools.ts';
import { PROTOCOL_VERSIONS, type MessageId } from './schema.ts';

/** Codes of JSON-RPC 2.0. https://www.jsonrpc.org/specification#error_object */
export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;

export interface RpcResult {
  jsonrpc: '2.0';
  id: MessageId;
  result: unknown;
}

export interface RpcError {
  jsonrpc: '2.0';
  id: MessageId | null;
  error: { code: number; message: string };
}

export const toResult = (id: MessageId, result: unknown): RpcResult => ({ jsonrpc: '2.0', id, result });
export const toError = (id: MessageId | null, code: number, message: string): RpcError => ({ jsonrpc: '2.0', id, error: { code, message } });

/** Speaks the client's revision where we know it, else our own: the client then decides whether it goes on. */
export function toInitialized(wanted: string): object {
  const protocolVersion = PROTOCOL_VERSIONS.find((version) => version === wanted) ?? PROTOCOL_VERSIONS[0];
  return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'reeve', title: 'Reeve', version: '1' } };
}

export function toToolList(tools: readonly AgentTool[]): object {
  return { tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })) };
}

/** A failed call is a result, so that the model reads why; protocol errors stay between the programs. */
export function toCallResult({ text, isError }: ToolAnswer): object {
  return { content: [{ type: 'text', text }], isError: isError ?? false };
}

/** `n` rises with every call; without a total, because nobody knows how long people take. */
export function toProgress(token: MessageId, n: number, message: string): object {
  return { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: n, message } };
}
