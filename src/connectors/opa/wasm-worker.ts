import { parentPort } from 'node:worker_threads';
import { loadPolicy } from '@open-policy-agent/opa-wasm';

/** A program of its own (`wasm.ts` starts it): evaluates questions, one after the other, each in a fresh instance of its module. */
export interface WasmQuestion {
  id: number;
  module: Uint8Array<ArrayBuffer>;
  input: unknown;
}

export type WasmAnswer = { id: number; ok: true; text: string } | { id: number; ok: false; error: string };

/** Of 64 KiB each. */
const MOST_PAGES = 512;

async function evaluate({ id, module, input }: WasmQuestion): Promise<WasmAnswer> {
  try {
    const policy = await loadPolicy(module, { initial: 5, maximum: MOST_PAGES });
    return { id, ok: true, text: JSON.stringify(policy.evaluate(input)) };
  } catch (error) {
    // The SDK throws texts as well as errors.
    return { id, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', async (question: WasmQuestion) => parentPort?.postMessage(await evaluate(question)));
