import { visible } from '#kernel/text.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Names, Row, Tone } from './model.ts';

/** What a row says: one sentence for people, with hidden characters as escapes; details and evidence are others' words as they came. */
export interface Said {
  text: string;
  tone: Tone;
  detail: string | null;
  evidence: string[];
}

const say = (text: string, tone: Tone = 'plain', detail: string | null = null, evidence: string[] = []): Said => ({ text, tone, detail, evidence });

type Speaker = (row: Row, names: Names) => Said;

const asObject = (value: JsonValue | undefined): JsonObject => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {});

/** A member as text with its hidden characters as escapes; empty: it is not there. */
export function textOf(payload: JsonObject, name: string): string {
  const value = payload[name];
  if (typeof value === 'string') return visible(value);
  return typeof value === 'number' ? String(value) : '';
}

/** A member as it is, for whoever shows it as somebody else's words; null: there is none. */
export function rawOf(payload: JsonObject, name: string): string | null {
  const value = payload[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function linesOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/** `person:mira` -> `mira`, `agent:coder` -> `coder`, `local:ben` -> `ben`; the system is Reeve. */
export function nameOf(actor: string): string {
  if (actor === 'system' || actor === 'rules') return 'Reeve';
  if (actor === 'policy') return 'The policy';
  return visible(actor.slice(actor.indexOf(':') + 1));
}

/** Persisted names of actions in people's words, as what is done; the object follows by itself. */
const DEEDS: Readonly<Record<string, string>> = {
  'plan.approve': 'start work on the plan',
  'branch.create': 'make the branch',
  'branch.push': 'push the branch',
  'branch.delete': 'delete the branch',
  'pr.create': 'open the pull request',
  'pr.update': 'update the pull request',
  'pr.label': 'label the pull request',
  'pr.comment.summary': 'comment on the pull request',
  'pr.comment.answer': 'answer on the pull request',
  'pr.comment.output': "attach the agent's output to the pull request",
  'pr.review': 'post a review',
  'pr.reviewers': 'ask for reviewers',
  'pr.thread.reply': 'answer a review conversation',
  'pr.thread.resolve': 'resolve a review conversation',
  'pr.check': 'report a check on the pull request',
  'pr.merge': 'merge the pull request',
  'pr.close': 'close the pull request',
  'pr.revert': 'revert the merge',
  'pr.assign': 'assign the pull request',
  'issue.comment.triage': 'comment what triage found',
  'issue.comment.plan': 'comment the plan',
  'issue.comment.questions': 'ask on the issue',
  'issue.label': 'label the issue',
  'issue.assign': 'assign the issue',
  'issue.close': 'close the issue',
  'issue.transition': 'move the issue',
  'agent.dispatch': 'send an agent',
  'ci.retry': 'let an agent try again on red checks',
  'ci.rerun': 'run checks again',
  'release.changelog': 'note it in the changelog',
  'approval.notify': 'tell the people who decide',
};

const deedOf = (payload: JsonObject): string => DEEDS[textOf(payload, 'kind')] ?? textOf(payload, 'kind');

function action(what: string, tone: Tone, of: (payload: JsonObject) => string | null = () => null): Speaker {
  return ({ payload }) => say(`${what} ${deedOf(payload)}.`, tone, of(payload));
}

/** Effects that are told by what they did. */
const DONE: Readonly<Record<string, (result: JsonObject, payload: JsonObject) => Said>> = {
  'issue.comment.questions': () => say('Questions were put to the author on the issue.', 'waiting'),
  'issue.close': (result) =>
    say(typeof result['duplicate_of'] === 'number' ? `The issue was closed as a duplicate of #${result['duplicate_of']}.` : 'The issue was closed.'),
  'branch.push': (result) => say(`The branch ${textOf(result, 'branch')} was pushed.`),
  'pr.create': (result) => say(`Pull request #${textOf(result, 'number')} was opened.`, 'good'),
  'pr.merge': (result) => say(`Pull request #${textOf(result, 'number')} was merged as ${textOf(result, 'merge_sha').slice(0, 10)}.`, 'good'),
  'pr.revert': () => say('The merge was reverted.', 'bad'),
  'pr.close': () => say('The pull request was closed.', 'bad'),
  'ci.rerun': () => say('Checks that may be flaky were asked to run again.'),
};

const executed: Speaker = ({ payload }) => DONE[textOf(payload, 'kind')]?.(asObject(payload['result']), payload) ?? say(`Done: ${deedOf(payload)}.`);

const proposed: Speaker = ({ payload }) =>
  payload['answer'] === 'approval' || payload['answer'] === 'ask'
    ? say(`A person is asked whether to ${deedOf(payload)}.`, 'waiting', rawOf(payload, 'reason'))
    : say(`Proposed: ${deedOf(payload)}.`, 'plain', rawOf(payload, 'reason'));

const VOTES: Readonly<Record<string, [string, Tone]>> = { approve: ['approved', 'good'], decline: ['declined', 'bad'], modify: ['changed', 'plain'] };

const voted: Speaker = ({ actor, payload }) => {
  const [word, tone] = VOTES[textOf(payload, 'decision')] ?? [textOf(payload, 'decision'), 'plain'];
  return say(`${nameOf(actor)} ${word} it: ${deedOf(payload)}.`, tone, rawOf(payload, 'reason'));
};

const accounted: Speaker = ({ actor, payload }) =>
  say(`${nameOf(actor)} wrote down what happened when an emergency exit was used to ${deedOf(payload)}.`, 'plain', rawOf(payload, 'account'));

const run =
  (what: string, tone: Tone = 'plain'): Speaker =>
  ({ payload, subject }, names) => {
    const title = names.tasks.get(textOf(payload, 'task_id'));
    const attempt = typeof payload['attempt'] === 'number' && payload['attempt'] > 1 ? `, try ${payload['attempt']}` : '';
    const task = title === undefined ? '' : ` on “${visible(title)}”`;
    const who = orNull(textOf(payload, 'agent')) ?? subject;
    return say(`${who} (${textOf(payload, 'role')}${attempt}) ${what}${task}.`, tone, rawOf(payload, 'detail'));
  };

const task =
  (what: string, tone: Tone = 'plain'): Speaker =>
  ({ payload, subject }, names) =>
    say(
      `Task “${visible(names.tasks.get(subject) ?? textOf(payload, 'title'))}” ${what}.`,
      tone,
      rawOf(payload, 'reason') ?? rawOf(payload, 'detail'),
    );

const assigned: Speaker = ({ payload, subject }, names) => {
  const title = visible(names.tasks.get(subject) ?? textOf(payload, 'key'));
  const to = textOf(payload, 'assignee');
  return say(to === '' ? `Task “${title}” has nobody who does it.` : `${nameOf(to)} takes the task “${title}”.`, 'plain', rawOf(payload, 'reason'));
};

const change =
  (what: string, tone: Tone = 'plain'): Speaker =>
  ({ payload }, names) => {
    const title = names.tasks.get(textOf(payload, 'task_id'));
    const of = title === undefined ? 'The change' : `The change of “${visible(title)}”`;
    return say(`${of} ${what}${payload['commit'] ? ` as ${textOf(payload, 'commit').slice(0, 10)}` : ''}.`, tone, rawOf(payload, 'reason'));
  };

const state =
  (words: string, tone: Tone = 'plain'): Speaker =>
  ({ payload }) =>
    say(words, tone, rawOf(payload, 'reason'));

const TRIAGE_ROUTES: Readonly<Record<string, [string, Tone]>> = {
  plan: ['it can be planned', 'good'],
  ask: ['something must be asked first', 'waiting'],
  duplicate: ['it looks like a duplicate', 'plain'],
  human: ['a person should take it', 'waiting'],
};

const triaged: Speaker = ({ payload }) => {
  const [route, tone] = TRIAGE_ROUTES[textOf(payload, 'route')] ?? ['', 'plain'];
  const facts = `${textOf(payload, 'type')}, size ${textOf(payload, 'size')}, ${textOf(payload, 'risk')} risk`;
  const evidence = [...linesOf(payload['evidence']), ...linesOf(payload['questions']).map((question) => `Asked: ${question}`)];
  return say(`Triage by ${textOf(payload, 'by')}: ${facts}; ${route}.`, tone, rawOf(payload, 'rationale'), evidence);
};

const drafted: Speaker = ({ payload }) => {
  const count = Number(payload['tasks'] ?? 0);
  return say(
    `Plan ${textOf(payload, 'version')} by ${textOf(payload, 'planner')}: ${count} task${count === 1 ? '' : 's'}, estimate ${textOf(payload, 'estimate')}.`,
  );
};

const ENDS: Readonly<Record<string, Tone>> = {
  merged: 'good',
  landed: 'good',
  failed: 'bad',
  declined: 'bad',
  needs_info: 'waiting',
  left_to_people: 'waiting',
};

const ended: Speaker = ({ payload }) => say(textOf(payload, 'detail') || 'The work ended.', ENDS[textOf(payload, 'as')] ?? 'plain');

const started: Speaker = ({ actor, payload }) =>
  say(`${nameOf(actor)} ${Number(payload['generation'] ?? 1) > 1 ? 'started the work again' : 'handed it over: the work began'}.`);

const FIXES: Readonly<Record<string, string>> = { reviews: 'the remarks of the reviews', conflict: 'the conflict with the base' };

/** Ledger kinds of an issue's story; what is not here is told by its name. */
export const LEDGER_SENTENCES: Readonly<Record<string, Speaker>> = {
  'action.proposed': proposed,
  'action.approved': action('Allowed:', 'good'),
  'action.declined': action('Declined:', 'bad', (payload) => rawOf(payload, 'reason')),
  'action.denied': action('The policy denied it:', 'bad', (payload) => rawOf(payload, 'reason')),
  'action.executed': executed,
  'action.expired': action('Nobody decided in time:', 'bad'),
  'action.failed': action('This failed:', 'bad', (payload) => rawOf(payload, 'error') ?? rawOf(payload, 'reason')),
  'action.shadowed': action('Shadow mode, only recorded:', 'plain'),
  'action.started': action('Begun:', 'plain'),
  'action.superseded': action('Asked anew:', 'plain'),
  'action.withdrawn': action('Taken back:', 'plain', (payload) => rawOf(payload, 'reason')),
  'approval.voted': voted,
  'breakglass.accounted': accounted,
  'breakglass.broken': action('An emergency exit was used to', 'bad', (payload) => rawOf(payload, 'reason')),
  'breakglass.opened': action('An emergency exit was opened to', 'waiting', (payload) => rawOf(payload, 'reason')),
  'change_request.already_landed': change('was there already'),
  'change_request.closed': change('needs no decision of a person now'),
  'change_request.dropped': change('was taken out of the merge queue'),
  'change_request.landed': change('landed', 'good'),
  'change_request.quarantined': change('was set aside by the merge queue', 'bad'),
  'change_request.reopened': change('waits for the decision of a person again', 'waiting'),
  'change_request.requeued': change('is tried again by the merge queue'),
  'change_request.submitted': change('was handed to the merge queue'),
  'ci.retry_begun': ({ payload }) => say('An agent tries to mend the red checks.', 'plain', orNull(linesOf(payload['checks']).join(', '))),
  'compliance.recorded': ({ payload }) => say(`Record ${textOf(payload, 'number')} of this change was made for audits.`),
  'job.started': ({ actor }) => say(`${nameOf(actor)} sent an agent by hand.`),
  'landing.turned_red': () => say('After it landed, checks turned red.', 'bad'),
  'model.called': ({ payload }) => say(`The model ${textOf(payload, 'model')} was asked (${textOf(payload, 'purpose')}).`),
  'plan.approved': ({ payload }) => say(`Plan ${textOf(payload, 'version')} is in force.`, 'good'),
  'plan.declined': ({ payload }) => say(`Plan ${textOf(payload, 'version')} was declined.`, 'bad'),
  'plan.drafted': drafted,
  'plan.submitted': ({ payload }) => say(`Plan ${textOf(payload, 'version')} waits for a decision.`, 'waiting'),
  'plan.superseded': ({ payload }) => say(`Plan ${textOf(payload, 'version')} was replaced.`),
  'pull.fix_asked': ({ actor, payload }) => say(`${nameOf(actor)} wants ${FIXES[textOf(payload, 'what')] ?? 'something'} worked on.`, 'waiting'),
  'pull.fix_begun': ({ payload }) => say(`Work on ${FIXES[textOf(payload, 'what')] ?? 'it'} began.`),
  'question.answered': ({ actor, payload }) => say(`${nameOf(actor)} answered ${textOf(payload, 'agent')}.`, 'good', rawOf(payload, 'answer')),
  'question.asked': ({ payload }) => say(`${textOf(payload, 'agent')} asks a person.`, 'waiting', rawOf(payload, 'question')),
  'question.expired': ({ payload }) => say(`Nobody answered ${textOf(payload, 'agent')} in time; it went on.`, 'bad'),
  'question.withdrawn': ({ payload }) => say(`The question of ${textOf(payload, 'agent')} needs no answer any more.`),
  'run.cancelled': run('was stopped', 'bad'),
  'run.checking': run('has its work checked'),
  'run.failed': run('did not succeed', 'bad'),
  'run.handed_back': run('was interrupted and begins again'),
  'run.preparing': run('gets a workspace'),
  'run.queued': run('waits for its turn'),
  'run.started': run('works'),
  'run.succeeded': run('is done', 'good'),
  'story.chain_stopped': () => say('Bots keep starting each other here; it is left to people.', 'bad'),
  'story.ended': ended,
  'story.started': started,
  'task.added': task('was added'),
  'task.assigned': assigned,
  'task.changed': task('was changed'),
  'task.dropped': task('was dropped'),
  'task.escalated': task('needs a person', 'waiting'),
  'task.failed': task('failed', 'bad'),
  'task.handed_over': task('was given to a person', 'waiting'),
  'task.landed': task('is done', 'good'),
  'task.planned': task('waits'),
  'task.ready': task('can begin'),
  'task.running': task('is being worked on'),
  'task.submitted': task('waits in the merge queue'),
  'triage.decided': triaged,
  'work_item.asked': ({ actor, payload }) => say(`${nameOf(actor)} asked whoever wanted this.`, 'waiting', rawOf(payload, 'question')),
  'work_item.awaiting_approval': state('The issue waits for a decision on its plan.', 'waiting'),
  'work_item.awaiting_merge': state('The issue waits for its merge.', 'waiting'),
  'work_item.changed': ({ actor, payload }) =>
    say(`${nameOf(actor)} changed ${linesOf(payload['changed']).join(', ').replaceAll('_', ' ') || 'the issue'}.`),
  'work_item.created': ({ payload }) => say(`The issue came in from ${textOf(payload, 'source')}.`),
  'work_item.declined': state('The issue was declined.', 'bad'),
  'work_item.duplicate': state('The issue is a duplicate.'),
  'work_item.failed': state('The work failed.', 'bad'),
  'work_item.in_progress': state('Work is in progress.'),
  'work_item.in_review': state('The pull request is in review.'),
  'work_item.merged': state('The work is merged.', 'good'),
  'work_item.needs_info': state('The issue waits for information.', 'waiting'),
  'work_item.new': state('The issue starts anew.'),
  'work_item.planned': state('A plan was made.'),
  'work_item.triaged': state('The issue was triaged.'),
};
