import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { ownProgram } from '#platform/process/index.ts';
import type { EngineQuestion, PolicyEngine } from '#ports/policy-engine.ts';
import { parseDecision, parseStrictJson } from './schema.ts';
import type { WasmAnswer, WasmQuestion } from './wasm-worker.ts';

export interface OpaWasmOptions {
  /** A policy compiled by `opa build -t wasm -e reeve/decision` (the `policy.wasm` of the bundle), read anew for each question. */
  file: string;
}

const unavailable = (message: string, cause?: unknown): AppError => new AppError('unavailable', message, { code: 'engine_unreachable', cause });

/**
 * Compiled OPA rules, run in a thread of their own: a module that loops for ever or fills its memory is ended with the thread, and holds
 * nothing else up. Each question gets a fresh instance of the module: nothing one question leaves behind can reach the next.
 */
export function createOpaWasmEngine(options: OpaWasmOptions): PolicyEngine {
  const evaluate = createEvaluator();
  const read = async (): Promise<Buffer> =>
    readFile(options.file).catch((error: unknown) => {
      throw unavailable(`The compiled policy cannot be read: ${messageOf(error)}`, error);
    });
  return {
    name: 'opa-wasm',
    version: async () => sha256Hex(await read()),
    async answer(question, signal) {
      const results = parseStrictJson(await evaluate(await read(), question, signal));
      // One entry point, one value: no result is an undefined rule.
      if (!Array.isArray(results) || results.length !== 1) throw unavailable('The compiled policy has no value for the rule.');
      const [only] = results as unknown[];
      if (typeof only !== 'object' || only === null || !Object.hasOwn(only, 'result'))
        throw unavailable('The compiled policy has no value for the rule.');
      return parseDecision((only as { result: unknown }).result);
    },
  };
}

const MEMORY_MB = 64;

interface Waiting {
  resolve(text: string): void;
  reject(error: AppError): void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

/** Keeps one thread. It ends when a question in it takes too long, and every other question in it fails with it. */
function createEvaluator(): (module: Buffer, question: EngineQuestion, signal: AbortSignal) => Promise<string> {
  let thread: Thread | null = null;
  let asked = 0;

  function end(ended: Thread, error: AppError): void {
    if (thread === ended) thread = null;
    for (const { reject } of ended.waiting.values()) reject(error);
    ended.waiting.clear();
    void ended.worker.terminate();
  }

  function start(): Thread {
    const worker = new Worker(ownProgram(import.meta.url, './wasm-worker'), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      stdout: true,
      stderr: true,
    });
    const started: Thread = { worker, waiting: new Map() };
    worker.on('message', (answer: WasmAnswer) => {
      const waiting = started.waiting.get(answer.id);
      if (answer.ok) waiting?.resolve(answer.text);
      else waiting?.reject(unavailable(`The compiled policy failed: ${answer.error}`));
    });
    worker.on('error', (error) => end(started, unavailable(`The compiled policy failed: ${messageOf(error)}`, error)));
    worker.on('exit', () => end(started, unavailable('The compiled policy ended without an answer.')));
    // Waiting for questions is no reason for the process to live.
    worker.unref();
    return started;
  }

  return async (module, question, signal) => {
    if (signal.aborted) throw unavailable('The compiled policy is too slow.');
    thread ??= start();
    const mine = thread;
    const id = (asked += 1);
    const late = (): void => end(mine, unavailable('The compiled policy is too slow.'));
    signal.addEventListener('abort', late, { once: true });
    try {
      return await new Promise<string>((resolve, reject) => {
        mine.waiting.set(id, { resolve, reject });
        const asks: WasmQuestion = { id, module: new Uint8Array(module), input: { action_kind: question.actionKind, facts: question.facts } };
        mine.worker.postMessage(asks);
      });
    } finally {
      signal.removeEventListener('abort', late);
      mine.waiting.delete(id);
    }
  };
}
