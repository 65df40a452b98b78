import { AppError } from '#kernel/errors.ts';
import type { Model } from '#ports/model.ts';
import { notJson } from './map.errors.ts';
import { extractJson } from './map.json.ts';
import { schemaInstruction } from './map.schema.ts';

export interface AgentModelDeps {
  /** Of `agents:` in reeve.yaml. */
  name: string;
  /**
   * Runs the agent once with this prompt, in an empty or read-only place, and answers the text of its turn. Fails with AppError;
   * must end by itself when `signal` aborts.
   */
  runText(
    prompt: string,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<{ text: string; usage: { inputTokens: number; outputTokens: number }; version?: string | null }>;
}

/**
 * A coding agent playing the model, asked for as `agent:<name>`: a subscription of an agent is then enough to plan with. No
 * price: what a subscription costs per question nobody can tell.
 */
export function createAgentModel({ name, runText }: AgentModelDeps): Model {
  return {
    provider: `agent:${name}`,
    async complete(request) {
      const prompt = [
        request.system,
        'Do not change any file and run no command: only answer.',
        request.prompt,
        schemaInstruction(request.schema),
      ].join('\n\n');
      const timeout = AbortSignal.timeout(request.timeoutMs);
      const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
      const answer = await runText(prompt, { timeoutMs: request.timeoutMs, signal }).catch((error: unknown) => {
        if (timeout.aborted)
          throw new AppError('unavailable', `The agent ${name} did not answer within ${Math.round(request.timeoutMs / 1000)} s.`, {
            code: 'timeout',
            cause: error,
          });
        throw error;
      });
      const value = extractJson(answer.text);
      if (value === undefined) throw notJson(request.model, answer.text);
      return {
        value,
        text: answer.text,
        inputTokens: answer.usage.inputTokens,
        outputTokens: answer.usage.outputTokens,
        costMicros: null,
        modelVersion: answer.version ?? `agent:${name}`,
      };
    },
  };
}
