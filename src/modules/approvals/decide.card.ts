import { HIDDEN_CHARACTER } from '#kernel/hidden-characters.ts';
import type { JsonValue } from '#kernel/json.ts';
import { findPersonalData, isForgeOutside } from '#kernel/sanitize.personal.ts';
import type { Action } from '#modules/actions/index.ts';

// Enough to judge a comment or a message; the count of what is left out is always shown.
const MOST_VALUE_CHARACTERS = 4000;
const MOST_LINES = 120;
const MOST_FINDINGS = 20;

/**
 * What a person decides on, as plain text, made from nothing but the record the digest covers. Invariant: two different records never
 * look the same within the shown length: controls, bidirectional and zero-width characters, odd spaces and the backslash itself appear
 * as escapes; in names (repository, branch, people) so does everything outside ASCII; what is cut is counted.
 */
export function renderCard(action: Pick<Action, 'record' | 'digest'>): string {
  const { record, digest } = action;
  const lines = [
    `Action     ${name(record.kind)} (${record.risk} risk)`,
    `Where      ${whereOf(record.target)}`,
    `Asked by   ${record.trigger_user === null ? 'nobody in particular' : name(record.trigger_user)}`,
    `Proposed   by ${proposerOf(record.proposer)} at ${name(record.created_at)}`,
    ...conditionsOf(record.preconditions).map((condition) => `Only if    ${condition}`),
    `Decide by  ${name(record.expires_at)}`,
    `Policy     ${name(record.policy_hash)}`,
    'Arguments',
    ...argumentLines(record.args),
    ...personalLines(record),
    `Action id  ${name(record.action_id)} of ${name(record.organisation)}`,
    `Digest     ${name(digest)}`,
  ];
  return `${lines.join('\n')}\n`;
}

type Target = Action['record']['target'];

function whereOf(target: Target): string {
  const number = target.number === null ? '' : ` #${target.number}`;
  const branch = target.branch === null ? '' : `, branch ${name(target.branch)}`;
  return `${name(target.forge)} ${name(target.repo)}${number}${branch}`;
}

function proposerOf(proposer: Action['record']['proposer']): string {
  const parts = [name(proposer.subject)];
  if (proposer.run !== null) parts.push(`run ${name(proposer.run)}`);
  if (proposer.model !== null) parts.push(`model ${name(proposer.model)}`);
  if (proposer.prompt_hash !== null) parts.push(`prompt ${name(proposer.prompt_hash)}`);
  return parts.join(', ');
}

function conditionsOf(preconditions: Action['record']['preconditions']): string[] {
  const conditions: string[] = [];
  if (preconditions.head_sha !== null) conditions.push(`the head is ${name(preconditions.head_sha)}`);
  if (preconditions.base_sha !== null) conditions.push(`the base is ${name(preconditions.base_sha)}`);
  if (preconditions.issue_updated_at !== null) conditions.push(`the issue was last changed at ${name(preconditions.issue_updated_at)}`);
  return conditions;
}

function argumentLines(args: Action['record']['args']): string[] {
  const keys = Object.keys(args).sort();
  if (keys.length === 0) return ['  none'];
  const lines = keys.flatMap((key) => valueLines(name(key), args[key] ?? null));
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  … ${lines.length - MOST_LINES} more lines are not shown (${lines.length} in all)`];
}

/** Classes and places of personal data that a forge outside would be sent: people who say yes let it out as it stands above. */
function personalLines({ target, args }: Action['record']): string[] {
  if (!isForgeOutside(target.forge)) return [];
  const found = Object.keys(args)
    .sort()
    .flatMap((key) => [args[key]].flat().flatMap((value) => (typeof value === 'string' ? classesIn(value, key) : [])));
  return found.length === 0 ? [] : [`Personal   ${[...new Set(found)].slice(0, MOST_FINDINGS).join(', ')}`];
}

const classesIn = (text: string, key: string): string[] => findPersonalData(text, { mode: 'strict' }).map(({ kind }) => `${kind} in ${name(key)}`);

function valueLines(key: string, value: JsonValue): string[] {
  // Structured values keep their JSON form, in which a line end is already an escape.
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const points = Array.from(text);
  const shown = visible(points.slice(0, MOST_VALUE_CHARACTERS).join('')).split('\n');
  const cut = points.length - MOST_VALUE_CHARACTERS;
  const lines = shown.length === 1 ? [`  ${key}: ${shown[0] ?? ''}`] : [`  ${key}:`, ...shown.map((line) => `  | ${line}`)];
  return cut > 0 ? [...lines, `  … ${cut} more characters of ${key} are not shown (${points.length} in all)`] : lines;
}

// Everything that hides, wherever it stands, and what begins an escape. Line feeds are kept: they become lines of their own.
const HIDDEN = new RegExp(`${HIDDEN_CHARACTER.source}|\\\\`, 'gu');

/** Text in which every character that cannot be seen is an escape. Line feeds stay. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (found) => {
    if (found === '\n') return '\n';
    return found === '\\' ? '\\\\' : escaped(found);
  });
}

/** A name on one line, in which everything outside printable ASCII is an escape: look-alike letters give themselves away. */
function name(text: string): string {
  return text.replaceAll(/[^ -[\]-~]/gu, (found) => (found === '\\' ? '\\\\' : escaped(found)));
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
