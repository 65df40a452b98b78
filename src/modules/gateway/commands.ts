import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { Ids, WorkItemId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Model, ModelAnswer } from '#ports/model.ts';
import { reserveCall, settleCall, type CallMoney } from './commands.money.ts';
import { decideRetry, estimateTokens, outcomeOf, providerOf } from './decide.call.ts';
import { renderPrompt, renderRepair, type PromptTemplate, type RenderedPrompt } from './decide.prompt.ts';
import { MODEL_CALLED } from './events.ts';
import {
  DEFAULT_BUDGET,
  type Answered,
  type CallBudget,
  type CallOutcome,
  type Gateway,
  type ModelVersionId,
  type Question,
  type Usage,
} from './model.ts';
import type { PromptLibrary } from './queries.prompts.ts';
import { cachedAnswer, insertCall, meetVersion, saveAnswer } from './store.ts';

export interface GatewayDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  /** Looked up at each question, so that agents playing the model may be added later. */
  models: readonly Model[];
  prompts: PromptLibrary;
  /** A fresh unguessable text of 16 characters or more at each call. */
  nonce: () => string;
  /** Waits; rejects when aborted. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Worst-case price of a call in micros, null when unknown. */
  priceOf?: (model: string, inputTokens: number, outputTokens: number) => number | null;
  /** Days an answer may be used again; default 30. */
  cacheDays?: number;
  budget?: Partial<CallBudget>;
  /** Money of the installation and its projects. Left out: nobody counts. */
  money?: CallMoney;
}

/** One question under way. */
interface Asking<T> {
  question: Question<T>;
  template: PromptTemplate;
  model: Model;
  schema: JsonObject;
  promptHash: string;
  budget: CallBudget;
  /** Grows with each call to the model, repairs and retries alike. */
  calls: number;
  usage: Usage;
  /** Of the call under way. */
  reservation: string | null;
}

type Judged<T> = { ok: true; value: T } | { ok: false; problems: string[] };

export function createAsk(deps: GatewayDeps): Gateway['ask'] {
  return async function ask<T>(question: Question<T>): Promise<Answered<T>> {
    const asking = await prepare(deps, question);
    const cached = await fromCache(deps, asking);
    if (cached !== null) return cached;
    const nonce = deps.nonce();
    const rendered = renderPrompt(asking.template, { data: question.variables, values: question.values ?? {} }, nonce);
    const first = await tryOnce(deps, asking, rendered);
    if ('value' in first) return first;
    const second = await tryOnce(deps, asking, renderRepair(rendered, first.text, first.problems, nonce));
    if ('value' in second) return second;
    throw new AppError(
      'invalid',
      `The answer of ${question.model} for ${question.purpose} cannot be used, also after a second try: ${second.problems.slice(0, 3).join('; ')}.`,
      {
        code: 'model_answer_invalid',
        hint: 'Try another model, or set the model to rules.',
        detail: { problems: second.problems.slice(0, 20), prompt_hash: asking.promptHash },
      },
    );
  };
}

async function prepare<T>(deps: GatewayDeps, question: Question<T>): Promise<Asking<T>> {
  const model = deps.models.find(({ provider }) => provider === providerOf(question.model));
  if (model === undefined) {
    throw new AppError('not_found', `No model provider is configured for "${question.model}".`, {
      code: 'model_unknown',
      hint: 'Set REEVE_MODEL, or name an agent as agent:<name>.',
    });
  }
  const template = await deps.prompts.load(question.promptName);
  const schema = z.toJSONSchema(question.schema, { io: 'output' }) as JsonObject;
  // Over the parts rather than the rendered text: fences are random, and no text can be built to look like another question.
  const promptHash = sha256Hex(
    canonicalJson({ model: question.model, template: { ...template }, data: question.variables, values: question.values ?? {}, schema }),
  );
  return {
    question,
    template,
    model,
    schema,
    promptHash,
    budget: { ...DEFAULT_BUDGET, ...deps.budget, ...question.budget },
    calls: 0,
    usage: { inputTokens: 0, outputTokens: 0, costMicros: 0 },
    reservation: null,
  };
}

async function fromCache<T>(deps: GatewayDeps, asking: Asking<T>): Promise<Answered<T> | null> {
  const hit = await cachedAnswer(deps.db, asking.promptHash, deps.cacheDays ?? 30);
  if (hit === undefined) return null;
  const judged = judge(asking.question, hit.answer);
  // The facts an answer was checked against may have changed since: then it is asked again.
  if (!judged.ok) return null;
  asking.calls += 1;
  const record = { outcome: 'answered', error: null, cached: true, durationMs: 0, answer: null } as const;
  await deps.db.tx((tx) => writeCall(deps, tx, asking, { ...record, modelVersionId: hit.modelVersionId }));
  return {
    value: judged.value,
    promptHash: asking.promptHash,
    model: asking.question.model,
    modelVersion: hit.modelVersion ?? 'unknown',
    cached: true,
    usage: asking.usage,
  };
}

/** One answer of the model, retried while it cannot be reached, judged and recorded. */
async function tryOnce<T>(
  deps: GatewayDeps,
  asking: Asking<T>,
  rendered: RenderedPrompt,
): Promise<Answered<T> | { problems: string[]; text: string }> {
  assertWithinBudget(deps, asking, rendered);
  for (let attempt = 1; ; attempt += 1) {
    asking.reservation = await reserveCall(deps, asking.question, { budget: asking.budget, rendered });
    const startedMs = deps.clock.now().getTime();
    asking.calls += 1;
    try {
      const answer = await asking.model.complete(toRequest(asking, rendered));
      return await settle(deps, asking, answer, deps.clock.now().getTime() - startedMs);
    } catch (error) {
      await recordFailure(deps, asking, error, deps.clock.now().getTime() - startedMs);
      if (isAppError(error, 'invalid') && error.code === 'not_json') return { problems: ['the answer is not JSON'], text: textOf(error) };
      const pauseMs = decideRetry(error, attempt, asking.budget.tries);
      if (pauseMs === null) throw error;
      await deps.sleep(pauseMs, asking.question.signal);
    }
  }
}

function textOf(error: AppError): string {
  const text = error.detail['text'];
  return typeof text === 'string' ? text : '';
}

function toRequest<T>({ question, schema, budget }: Asking<T>, rendered: RenderedPrompt) {
  const signal = question.signal === undefined ? {} : { signal: question.signal };
  return {
    model: question.model,
    system: rendered.system,
    prompt: rendered.prompt,
    schema,
    schemaName: question.purpose.replace(/[^a-zA-Z0-9_-]/g, '_'),
    maxOutputTokens: budget.outputTokens,
    timeoutMs: budget.timeoutMs,
    ...signal,
  };
}

function assertWithinBudget<T>(deps: GatewayDeps, { question, budget, usage }: Asking<T>, rendered: RenderedPrompt): void {
  const inputTokens = estimateTokens(rendered.system, rendered.prompt);
  if (inputTokens > budget.inputTokens) {
    throw new AppError('too_large', `The prompt for ${question.purpose} is about ${inputTokens} tokens long; ${budget.inputTokens} are allowed.`, {
      code: 'prompt_too_large',
    });
  }
  const worst = deps.priceOf?.(question.model, inputTokens, budget.outputTokens) ?? null;
  if (worst !== null && worst + (usage.costMicros ?? 0) > budget.costMicros) {
    throw new AppError(
      'refused',
      `Asking ${question.model} for ${question.purpose} could cost ${(worst / 1e6).toFixed(2)} USD; ${(budget.costMicros / 1e6).toFixed(2)} are allowed.`,
      { code: 'over_budget' },
    );
  }
}

async function settle<T>(
  deps: GatewayDeps,
  asking: Asking<T>,
  answer: ModelAnswer,
  durationMs: number,
): Promise<Answered<T> | { problems: string[]; text: string }> {
  const value = toStorableJson(answer.value);
  const judged = judge(asking.question, value);
  addUsage(asking.usage, answer);
  await deps.db.tx(async (tx) => {
    const modelVersionId = await meetVersion(tx, deps.ids.next('modelVersion'), asking.question.model, answer.modelVersion);
    await writeCall(deps, tx, asking, {
      outcome: judged.ok ? 'answered' : 'invalid',
      error: judged.ok ? null : toStorableText(judged.problems.slice(0, 5).join('; ')),
      cached: false,
      durationMs,
      answer,
      modelVersionId,
    });
    if (judged.ok) {
      await saveAnswer(tx, {
        promptHash: asking.promptHash,
        model: asking.question.model,
        modelVersionId,
        answer: value,
        inputTokens: answer.inputTokens,
        outputTokens: answer.outputTokens,
      });
    }
  });
  if (!judged.ok) return { problems: judged.problems, text: answer.text };
  return {
    value: judged.value,
    promptHash: asking.promptHash,
    model: asking.question.model,
    modelVersion: answer.modelVersion,
    cached: false,
    usage: asking.usage,
  };
}

/** Adds in place. One call of unknown price makes the sum unknown. */
function addUsage(sum: Usage, answer: ModelAnswer): void {
  sum.inputTokens += answer.inputTokens;
  sum.outputTokens += answer.outputTokens;
  sum.costMicros = sum.costMicros === null || answer.costMicros === null ? null : sum.costMicros + answer.costMicros;
}

function judge<T>(question: Question<T>, value: unknown): Judged<T> {
  const parsed = question.schema.safeParse(value);
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.slice(0, 20).map((issue) => `${issue.path.map(String).join('.') || 'answer'}: ${issue.message}`),
    };
  const problems = question.check?.(parsed.data) ?? [];
  return problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems: [...problems] };
}

async function recordFailure<T>(deps: GatewayDeps, asking: Asking<T>, error: unknown, durationMs: number): Promise<void> {
  await deps.db.tx((tx) =>
    writeCall(deps, tx, asking, {
      outcome: outcomeOf(error),
      error: toStorableText(messageOf(error)).slice(0, 500),
      cached: false,
      durationMs,
      answer: null,
      modelVersionId: null,
    }),
  );
}

interface CallRecord {
  outcome: CallOutcome;
  error: string | null;
  cached: boolean;
  durationMs: number;
  answer: ModelAnswer | null;
  modelVersionId: ModelVersionId | null;
}

/** The row and its ledger entry: every model call is in the ledger (product.md, "ledger"). */
async function writeCall<T>(deps: GatewayDeps, tx: Tx, asking: Asking<T>, record: CallRecord): Promise<void> {
  const { ids, ledger } = deps;
  await settleCall(deps.money, tx, asking.reservation, record);
  const { question, template, promptHash } = asking;
  const workItemId = question.workItemId as WorkItemId | null;
  const usage = {
    inputTokens: record.answer?.inputTokens ?? 0,
    outputTokens: record.answer?.outputTokens ?? 0,
    costMicros: record.cached ? 0 : (record.answer?.costMicros ?? null),
  };
  const id = ids.next('modelCall');
  await insertCall(tx, {
    id,
    purpose: question.purpose,
    workItemId,
    model: question.model,
    modelVersionId: record.modelVersionId,
    promptName: template.name,
    promptVersion: template.version,
    promptHash,
    attempt: asking.calls,
    ...usage,
    durationMs: Math.max(0, Math.round(record.durationMs)),
    cached: record.cached,
    outcome: record.outcome,
    error: record.error,
  });
  ledger.append(tx, {
    kind: MODEL_CALLED,
    subject: id,
    actor: 'system',
    workItemId,
    payload: {
      purpose: question.purpose,
      model: question.model,
      model_version: record.answer?.modelVersion ?? null,
      prompt: `${template.name}@${template.version}`,
      prompt_hash: promptHash,
      attempt: asking.calls,
      cached: record.cached,
      outcome: record.outcome,
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cost_micros: usage.costMicros,
    },
  });
}
