import type { JsonObject } from '#kernel/json.ts';
import type { Db } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Gateway } from '#modules/gateway/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { candidatesFor, problemsOf, renderCandidates, toResult } from './decide.answer.ts';
import { decideByRules } from './decide.rules.ts';
import { TRIAGE_DECIDED } from './events.ts';
import { TriageAnswer, type Triage, type TriageFacts, type TriageResult } from './model.ts';
import { insertResult } from './store.ts';

export interface TriageDeps {
  db: Db;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  gateway: Pick<Gateway, 'ask'>;
  /** `rules`, `provider/model` or `agent:<name>`; read at each triage, so that a changed setting counts at once. */
  model: () => string | Promise<string>;
  /** Policy's protected paths, when the caller gives no facts. */
  protectedPaths?: readonly string[];
}

const MOST_BODY_CHARS = 20_000;

export function createTriageCommands(deps: TriageDeps): Pick<Triage, 'triage'> {
  return {
    async triage(item, others, given = {}) {
      const facts: TriageFacts = { protectedPaths: given.protectedPaths ?? deps.protectedPaths ?? [], repoFiles: given.repoFiles ?? [] };
      const model = await deps.model();
      const result = model === 'rules' ? decideByRules(item, others, facts) : await askModel(deps, model, { item, others, facts });
      await store(deps, item, result);
      return result;
    },
  };
}

async function askModel(
  { gateway }: TriageDeps,
  model: string,
  given: { item: WorkItem; others: readonly WorkItem[]; facts: TriageFacts },
): Promise<TriageResult> {
  const { item, facts } = given;
  const candidates = candidatesFor(item, given.others);
  const refs = candidates.map(({ ref }) => ref);
  const answer = await gateway.ask({
    purpose: 'triage',
    model,
    promptName: 'triage',
    variables: {
      title: item.title,
      body: item.body.slice(0, MOST_BODY_CHARS),
      labels: item.labels.join(', '),
      candidates: renderCandidates(candidates),
    },
    schema: TriageAnswer,
    check: (value) => problemsOf(value, refs),
    workItemId: item.id,
  });
  return toResult(answer.value, { item, candidates, facts, by: answer.model, promptHash: answer.promptHash });
}

async function store({ db, ledger, outbox }: TriageDeps, item: WorkItem, result: TriageResult): Promise<void> {
  await db.tx(async (tx) => {
    await insertResult(tx, item.id, result);
    const data: JsonObject = {
      type: result.type,
      size: result.size,
      priority: result.priority,
      risk: result.risk,
      route: result.route,
      confidence: result.confidence,
      by: result.by,
      prompt_hash: result.promptHash,
      rationale: result.rationale,
      duplicates: result.duplicates.map(({ workItemId, confidence }) => ({ work_item_id: workItemId, confidence })),
    };
    ledger.append(tx, {
      kind: TRIAGE_DECIDED,
      subject: item.id,
      actor: result.by === 'rules' ? 'system' : `model:${result.by}`,
      projectId: item.projectId,
      workItemId: item.id,
      payload: { ...data, evidence: result.evidence, questions: result.questions },
    });
    await outbox.put(tx, { type: TRIAGE_DECIDED, subject: item.id, workItemId: item.id, projectId: item.projectId, data });
  });
}
