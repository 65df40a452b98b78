import { messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Log } from '#platform/log/index.ts';
import type { AgentTool, ToolAnswer } from '#ports/agent-tools.ts';
import {
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  toCallResult,
  toError,
  toInitialized,
  toResult,
  toToolList,
  type RpcError,
  type RpcResult,
} from './map.ts';
import { CallParams, CancelledParams, InitializeParams, type MessageId, type Request } from './schema.ts';

/** An agent that calls more tools at once than this is not waiting for any of them. */
const MOST_CALLS = 8;

/** The conversation with one agent: answers its requests and remembers the calls under way. */
export interface Dispatch {
  /** Set for a call of a tool, which may take long: then the answer is streamed. */
  callOf(request: Request): CallParams | null;
  answer(request: Request, hungUp: AbortSignal): Promise<RpcResult | RpcError>;
  notice(method: string, params: unknown): void;
}

export function createDispatch({ tools, log, runId }: { tools: readonly AgentTool[]; log: Log; runId: string }): Dispatch {
  const underWay = new Map<MessageId, AbortController>();

  async function call(id: MessageId, params: CallParams, hungUp: AbortSignal): Promise<RpcResult | RpcError> {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined) return toError(id, INVALID_PARAMS, `There is no tool ${params.name.slice(0, 100)}.`);
    // A second call under the same id would take the place of the first, which could then not be taken back or counted.
    if (underWay.has(id)) return toError(id, INVALID_REQUEST, 'A call with this id is under way.');
    if (underWay.size >= MOST_CALLS) return toResult(id, toCallResult({ text: 'Too many calls at once: wait for one to end.', isError: true }));
    const taken = new AbortController();
    underWay.set(id, taken);
    const answer = await run(tool, params, AbortSignal.any([hungUp, taken.signal])).finally(() => underWay.delete(id));
    return toResult(id, toCallResult(answer));
  }

  /** Our own trouble is for our log; the agent learns only that it may go on without. */
  async function run(tool: AgentTool, params: CallParams, signal: AbortSignal): Promise<ToolAnswer> {
    try {
      return await tool.call(params.arguments as JsonObject, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ run: runId, tool: tool.name, error: messageOf(error) }, 'a tool call of an agent failed');
      return { text: 'Reeve could not carry this call out. Go on without it.', isError: true };
    }
  }

  return {
    callOf(request) {
      const params = request.method === 'tools/call' ? CallParams.safeParse(request.params) : null;
      return params?.success === true ? params.data : null;
    },
    async answer({ id, method, params }, hungUp) {
      if (method === 'ping') return toResult(id, {});
      if (method === 'tools/list') return toResult(id, toToolList(tools));
      if (method === 'initialize') {
        const wanted = InitializeParams.safeParse(params);
        return wanted.success ? toResult(id, toInitialized(wanted.data.protocolVersion)) : toError(id, INVALID_PARAMS, 'protocolVersion is missing.');
      }
      if (method !== 'tools/call') return toError(id, METHOD_NOT_FOUND, `This server has tools only, not ${method.slice(0, 100)}.`);
      const wanted = CallParams.safeParse(params);
      return wanted.success
        ? call(id, wanted.data, hungUp)
        : toError(id, INVALID_PARAMS, 'A tool call names a tool and has its arguments as an object.');
    },
    notice(method, params) {
      const cancelled = method === 'notifications/cancelled' ? CancelledParams.safeParse(params) : null;
      if (cancelled?.success === true) underWay.get(cancelled.data.requestId)?.abort();
    },
  };
}
