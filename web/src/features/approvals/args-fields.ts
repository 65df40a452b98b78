/** One member of the arguments as a form has it. `text` holds what is typed: lists have an item per line, `json` is JSON. */
export interface ArgField {
  name: string;
  form: 'line' | 'lines' | 'number' | 'flag' | 'choice' | 'list' | 'json';
  text: string;
  /** Of a `choice`. */
  choices: string[];
  required: boolean;
  /** May be missing, and is. */
  absent: boolean;
}

type Args = Readonly<Record<string, unknown>>;

/** The fields of an editor for these arguments: every member of the schema, the required ones first. */
export function fieldsOf(schema: Args, args: Args): ArgField[] {
  const properties = recordOf(schema['properties']);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .map(([name, property]) => fieldOf(name, recordOf(property), args[name], required.includes(name)))
    .toSorted((one, other) => Number(other.required) - Number(one.required));
}

function fieldOf(name: string, property: Args, value: unknown, required: boolean): ArgField {
  const choices = Array.isArray(property['enum']) ? property['enum'].map(String) : [];
  const form = choices.length > 0 ? 'choice' : formOf(property, value);
  return { name, form, text: textOf(form, value), choices, required, absent: !required && (value === undefined || value === null) };
}

function formOf(property: Args, value: unknown): ArgField['form'] {
  const type = typeOf(property);
  if (type === 'string')
    return property['contentMediaType'] !== undefined || String(typeof value === 'string' ? value : '').includes('\n') ? 'lines' : 'line';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'flag';
  if (type === 'array' && recordOf(property['items'])['type'] === 'string') return 'list';
  // One of several types, such as text or null: what is there decides.
  if (type === undefined && typeof value === 'string') return 'line';
  return 'json';
}

/** The one type that is no null: what may be missing is one of two types to the schema. */
function typeOf(property: Args): unknown {
  const choices = [property['anyOf'], property['oneOf']].flatMap((of) => (Array.isArray(of) ? of.map((one) => recordOf(one)['type']) : []));
  const types = (Array.isArray(property['type']) ? property['type'] : choices.length > 0 ? choices : [property['type']]).filter(
    (type) => type !== 'null',
  );
  return types.length === 1 ? types[0] : undefined;
}

function textOf(form: ArgField['form'], value: unknown): string {
  if (value === undefined || value === null) return form === 'flag' ? 'false' : '';
  if (form === 'list') return Array.isArray(value) ? value.map(String).join('\n') : '';
  return typeof value === 'string' && form !== 'json' ? value : JSON.stringify(value, null, 2);
}

export type ReadArgs = { ok: true; args: Record<string, unknown> } | { ok: false; problems: Record<string, string> };

/** The arguments as the fields say; a field that was not touched keeps its value to the byte, an emptied one that may be missing is left out. */
export function argsFrom(before: Args, fields: readonly ArgField[], typed: Readonly<Record<string, string>>): ReadArgs {
  const args: Record<string, unknown> = { ...before };
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = typed[field.name];
    if (text === undefined || text === field.text) continue;
    const isMissing = text.trim() === '' && !field.required && field.form !== 'flag';
    const read = isMissing ? { value: undefined } : valueOf(field.form, text);
    if (read === null) problems[field.name] = field.form === 'number' ? 'This is no number.' : 'This is not JSON.';
    else if (read.value === undefined) delete args[field.name];
    else args[field.name] = read.value;
  }
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, args };
}

function valueOf(form: ArgField['form'], text: string): { value: unknown } | null {
  if (form === 'flag') return { value: text === 'true' };
  if (form === 'list')
    return {
      value: text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    };
  if (form === 'number') return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? { value: Number(text) } : null;
  if (form !== 'json') return { value: text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** `duplicate_of` -> `Duplicate of`. */
export const labelOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** Whether anything differs from what is there. */
export const isChanged = (fields: readonly ArgField[], typed: Readonly<Record<string, string>>): boolean =>
  fields.some(({ name, text }) => typed[name] !== undefined && typed[name] !== text);

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
