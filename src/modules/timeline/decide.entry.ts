import { visible } from '#kernel/text.ts';
import type { JsonObject } from '#kernel/json.ts';
import { LEDGER_SENTENCES, nameOf, rawOf, textOf, type Said } from './decide.sentences.ts';
import type { Entry, Links, Names, Row } from './model.ts';

/** Puts a stored row of a story into words, with links to what it rests on. Texts of others are shown with their hidden characters as escapes. */
export function toEntry(row: Row, names: Names): Entry {
  const { text, tone, detail, evidence } = sentenceOf(row, names);
  return {
    id: row.source === 'ledger' ? `ledger:${Number(row.id)}` : row.id,
    at: row.at,
    kind: row.kind,
    stage: row.stage,
    tone,
    level: row.main ? 'main' : 'detail',
    actor: row.actor,
    text,
    detail,
    evidence,
    links: linksOf(row, names),
  };
}

function sentenceOf(row: Row, names: Names): Said {
  switch (row.source) {
    case 'event':
      return eventSentence(row);
    case 'ci':
      return ciSentence(row);
    case 'review':
      return reviewSentence(row);
    case 'ledger':
      return (
        LEDGER_SENTENCES[row.kind]?.(row, names) ?? {
          text: `${nameOf(row.actor)}: ${row.kind.replaceAll(/[._]/g, ' ')}.`,
          tone: 'plain',
          detail: null,
          evidence: [],
        }
      );
  }
}

const REVIEWED: Readonly<Record<string, [string, Said['tone']]>> = {
  approved: ['approved the pull request', 'good'],
  changes_requested: ['asked for changes', 'bad'],
  commented: ['reviewed the pull request', 'plain'],
  dismissed: ['took a review back', 'plain'],
};

const HAPPENED: Readonly<Record<string, string>> = {
  'issue.opened': 'opened the issue',
  'issue.edited': 'edited the issue',
  'issue.closed': 'closed the issue',
  'issue.reopened': 'reopened the issue',
  'issue.commented': 'commented',
  'issue.discussed': 'commented',
  'issue.assigned': 'assigned the issue',
  'pull.opened': 'opened the pull request',
  'pull.edited': 'edited the pull request',
  'pull.closed': 'closed the pull request',
  'pull.reopened': 'reopened the pull request',
  'pull.merged': 'merged the pull request',
  'pull.synchronized': 'pushed to the pull request',
  'pull.commented': 'commented on the pull request',
  'pull.discussed': 'commented on the pull request',
};

function eventSentence({ kind, actor, payload }: Row): Said {
  const detail = rawOf(payload, 'text');
  const who = nameOf(actor);
  if (kind === 'pull.reviewed') {
    const [deed, tone] = REVIEWED[textOf(payload, 'verdict')] ?? ['reviewed the pull request', 'plain'];
    return { text: `${who} ${deed}.`, tone, detail, evidence: [] };
  }
  const label = textOf(payload, 'label');
  const labelled = kind.endsWith('.labeled') ? `put the label ${label} on` : kind.endsWith('.unlabeled') ? `took the label ${label} off` : null;
  const deed = labelled ?? HAPPENED[kind] ?? kind.replaceAll(/[._]/g, ' ');
  const tone = kind === 'issue.closed' || kind === 'pull.closed' ? 'bad' : kind === 'pull.merged' ? 'good' : 'plain';
  return { text: `${who} ${deed}.`, tone, detail, evidence: [] };
}

const CONCLUDED: Readonly<Record<string, [string, Said['tone']]>> = {
  success: ['passed', 'good'],
  failure: ['failed', 'bad'],
  cancelled: ['was cancelled', 'bad'],
  neutral: ['ended without a verdict', 'plain'],
  pending: ['runs', 'plain'],
};

function ciSentence({ payload }: Row): Said {
  const [word, tone] = CONCLUDED[textOf(payload, 'conclusion')] ?? ['ended', 'plain'];
  return {
    text: `The check ${textOf(payload, 'name')} ${word} on ${textOf(payload, 'head_sha').slice(0, 10)}.`,
    tone,
    detail: rawOf(payload, 'text'),
    evidence: [],
  };
}

function reviewSentence({ actor, payload }: Row): Said {
  const findings = (Array.isArray(payload['findings']) ? payload['findings'] : []) as JsonObject[];
  const open = findings.filter((finding) => finding['state'] !== 'settled');
  const found = open.length === 0 ? 'nothing to object to' : `${open.length} finding${open.length === 1 ? '' : 's'}`;
  const blocking = open.some((finding) => finding['severity'] === 'blocker' || finding['severity'] === 'major');
  return {
    text: `${nameOf(actor)} reviewed ${textOf(payload, 'head_sha').slice(0, 10)}: ${found}.`,
    tone: blocking ? 'bad' : 'good',
    detail: rawOf(payload, 'text'),
    evidence: open
      .slice(0, 20)
      .map((finding) => `${textOf(finding, 'severity')}${finding['path'] ? ` in ${rawOf(finding, 'path')}` : ''}: ${rawOf(finding, 'what') ?? ''}`),
  };
}

/** Ids are told from each other by their prefix (kernel/ids). */
const BY_PREFIX: ReadonlyArray<readonly [string, keyof Links]> = [
  ['evt_', 'eventId'],
  ['plan_', 'planId'],
  ['task_', 'taskId'],
  ['run_', 'runId'],
  ['cr_', 'changeRequestId'],
  ['ci_', 'ciResultId'],
  ['rev_', 'reviewId'],
  ['act_', 'actionId'],
  ['que_', 'questionId'],
  ['comp_', 'recordId'],
  ['pull_', 'pullId'],
];

function linksOf(row: Row, names: Names): Links {
  const found: Partial<Record<keyof Links, string>> = {};
  for (const value of [row.subject, row.source === 'ledger' ? '' : row.id, ...Object.values(row.payload)]) {
    if (typeof value !== 'string') continue;
    const key = BY_PREFIX.find(([prefix]) => value.startsWith(prefix) && /^[a-z]+_[0-9A-Z]{26}$/.test(value))?.[1];
    if (key !== undefined) found[key] ??= value;
  }
  const { payload } = row;
  const result = (payload['result'] ?? {}) as JsonObject;
  const pull = found.pullId === undefined ? undefined : names.pulls.get(found.pullId);
  const isPull = row.kind.startsWith('pull.') || textOf(payload, 'kind').startsWith('pr.');
  const given = result['number'] ?? payload['number'] ?? ((payload['target'] ?? {}) as JsonObject)['number'];
  const number = isPull && typeof given === 'number' ? given : (pull?.number ?? null);
  const url = textOf(result, 'url') || textOf(payload, 'url') || pull?.url || '';
  return {
    eventId: found.eventId ?? null,
    planId: found.planId ?? null,
    taskId: found.taskId ?? null,
    runId: found.runId ?? null,
    changeRequestId: found.changeRequestId ?? null,
    ciResultId: found.ciResultId ?? null,
    reviewId: found.reviewId ?? null,
    actionId: found.actionId ?? null,
    questionId: found.questionId ?? null,
    recordId: found.recordId ?? null,
    pullId: found.pullId ?? (isPull ? pullIdOf(number, names) : null),
    pullNumber: number,
    url: /^https?:\/\//.test(url) ? visible(url) : null,
    commit: commitOf(payload, result),
    ledgerSeq: row.source === 'ledger' ? Number(row.id) : null,
  };
}

function pullIdOf(number: number | null, names: Names): string | null {
  for (const [id, pull] of names.pulls) if (pull.number === number) return id;
  return null;
}

/** A commit that landed or was looked at; names of branches and trees are none. */
function commitOf(payload: JsonObject, result: JsonObject): string | null {
  for (const value of [result['merge_sha'], payload['commit'], result['sha'], result['head_sha'], payload['head_sha']])
    if (typeof value === 'string' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value)) return value;
  return null;
}
