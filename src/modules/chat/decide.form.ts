import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Approval } from '#modules/approvals/index.ts';
import type { ChatField, ChatForm } from '#ports/chat.ts';
import { cutCard, type Shown } from './decide.message.ts';
import { BUTTONS, subjectText } from './model.ts';

/** What one field of a form takes; longer values are changed by command line. */
const MOST_VALUE = 2900;

const of = (approval: Approval): string => subjectText({ id: approval.id, digest: approval.action.digest });

/** A yes to high risk: the card once more, and the name to type. The name is not shown beside the field: it is read from the card. */
export function confirmForm(approval: Approval, { card }: Shown): ChatForm {
  return {
    id: BUTTONS.approve,
    title: 'High risk',
    submit: 'Approve',
    value: of(approval),
    parts: [
      { kind: 'preformatted', text: cutCard(card, approval.id) },
      { kind: 'text', text: 'This is high risk. Type the name of the repository to approve exactly this.' },
    ],
    fields: [
      field('confirm', 'Repository', {
        hint: approval.action.record.target.forge === 'path' ? 'The name of its folder' : 'As the card writes it: owner/name',
      }),
      field('reason', 'Reason', { optional: true, kind: 'lines' }),
    ],
  };
}

export function questionForm(approval: Approval): ChatForm {
  return {
    id: BUTTONS.question,
    title: 'Needs info',
    submit: 'Ask',
    value: of(approval),
    parts: [{ kind: 'text', text: 'The approval goes on waiting; its message shows the question.' }],
    fields: [field('question', 'What is missing?', { kind: 'lines' })],
  };
}

/** `candidates`: `person:<handle>` and `role:<role>` who may decide it. */
export function reassignForm(approval: Approval, candidates: readonly string[]): ChatForm {
  const choices = candidates.slice(0, 100).map((value) => ({ value, label: value.replace(':', ' ') }));
  return {
    id: BUTTONS.reassign,
    title: 'Reassign',
    submit: 'Ask them',
    value: of(approval),
    parts: [{ kind: 'text', text: 'Whoever may decide it now still may.' }],
    fields: [field('to', 'Who should decide?', { kind: 'choice', choices }), field('reason', 'Reason', { optional: true })],
  };
}

/** The arguments as fields. What cannot be shown as it is (hidden characters, very long text) is named and stays as it is. */
export function modifyForm(approval: Approval, shown: Shown): ChatForm {
  const { args } = approval.action.record;
  const keys = Object.keys(args).sort();
  const fixed = keys.filter((key) => !isEditable(args[key] ?? null, shown));
  const note =
    fixed.length === 0 ? '' : ` Not to be changed here: ${fixed.map((key) => shown.visible(key)).join(', ')} (use reeve approvals modify).`;
  return {
    id: BUTTONS.modify,
    title: 'Modify',
    submit: 'Replace it',
    value: of(approval),
    parts: [{ kind: 'text', text: `A changed action replaces this one. It has a new digest and is decided anew.${note}` }],
    fields: keys
      .filter((key) => !fixed.includes(key))
      .slice(0, 40)
      .map((key) => {
        const text = textOf(args[key] ?? null);
        const json = typeof args[key] !== 'string';
        return field(`arg:${key}`, key, {
          initial: text,
          optional: true,
          kind: text.includes('\n') || text.length > 80 ? 'lines' : 'line',
          hint: json ? 'JSON' : null,
        });
      }),
  };
}

export type Modification = { kind: 'changed'; args: JsonObject } | { kind: 'problems'; problems: Record<string, string> };

/** The arguments after a form: what was not changed there keeps its bytes, whatever the form made of blanks and line ends. */
export function readModification(before: JsonObject, fields: Readonly<Record<string, string>>): Modification {
  const args: JsonObject = { ...before };
  const problems: Record<string, string> = {};
  let changed = false;
  for (const [id, given] of Object.entries(fields)) {
    const key = id.startsWith('arg:') ? id.slice('arg:'.length) : null;
    if (key === null || !Object.hasOwn(before, key)) continue;
    const old = before[key] ?? null;
    if (sameText(textOf(old), given)) continue;
    const value = parseValue(old, given);
    if (value.ok) args[key] = value.value;
    else problems[id] = value.problem;
    changed = true;
  }
  if (Object.keys(problems).length > 0) return { kind: 'problems', problems };
  if (changed) return { kind: 'changed', args };
  const [first] = Object.keys(fields);
  return { kind: 'problems', problems: { [first ?? 'arg']: 'Nothing was changed.' } };
}

type Value = { ok: true; value: JsonValue } | { ok: false; problem: string };

function parseValue(old: JsonValue, given: string): Value {
  if (typeof old === 'string') return { ok: true, value: given.replaceAll('\r\n', '\n') };
  try {
    return { ok: true, value: JSON.parse(given) as JsonValue };
  } catch {
    return { ok: false, problem: 'This is not JSON.' };
  }
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
const sameText = (one: string, other: string): boolean => one.replaceAll('\r\n', '\n').trim() === other.replaceAll('\r\n', '\n').trim();

function isEditable(value: JsonValue, { visible }: Shown): boolean {
  const text = textOf(value);
  return text.length <= MOST_VALUE && visible(text).replaceAll('\\\\', '\\') === text;
}

function field(id: string, label: string, more: Partial<ChatField>): ChatField {
  return { id, label, kind: 'line', initial: '', optional: false, hint: null, choices: [], ...more };
}
