import path from 'node:path';
import { err, ok, type Result } from '#kernel/result.ts';

/** How one setting's text or YAML value becomes a typed value. An error is the end of a sentence: "must be …". */
export interface Kind<T> {
  /** Shown in the reference: `integer, 0 to 65535`. */
  label: string;
  /** `baseDir` is the folder relative paths count from. */
  parse(raw: unknown, baseDir: string): Result<T, string>;
}

/** A scalar as text; lists, maps and blank text are no scalar. */
function scalar(raw: unknown): string | null {
  if (typeof raw === 'string') return raw.trim() === '' ? null : raw.trim();
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : null;
}

/** Text matching `pattern`, when one is given. */
export function text(label = 'text', pattern?: RegExp, must = 'must be a line of text'): Kind<string> {
  return {
    label,
    parse(raw) {
      const value = scalar(raw);
      return value === null || (pattern !== undefined && !pattern.test(value)) ? err(must) : ok(value);
    },
  };
}

export function integer(min: number, max: number): Kind<number> {
  const must = `must be a whole number from ${min} to ${max}`;
  return {
    label: `integer, ${min} to ${max}`,
    parse(raw) {
      const value = scalar(raw);
      if (value === null || !/^-?\d{1,15}$/.test(value)) return err(must);
      const number = Number(value);
      return number < min || number > max ? err(must) : ok(number);
    },
  };
}

const YES = new Set(['true', '1', 'yes', 'on']);
const NO = new Set(['false', '0', 'no', 'off']);

export const flag: Kind<boolean> = {
  label: 'true or false',
  parse(raw) {
    const value = scalar(raw)?.toLowerCase() ?? '';
    if (YES.has(value)) return ok(true);
    return NO.has(value) ? ok(false) : err('must be true or false');
  },
};

export function choice<const C extends readonly string[]>(...choices: C): Kind<C[number]> {
  return {
    label: choices.map((item) => `\`${item}\``).join(', '),
    parse(raw) {
      const value = scalar(raw);
      return value !== null && choices.includes(value) ? ok(value) : err(`must be one of ${choices.join(', ')}`);
    },
  };
}

/** A YAML list, or text separated by commas. */
export const list: Kind<string[]> = {
  label: 'list (in a variable: separated by commas)',
  parse(raw) {
    const items: unknown[] = Array.isArray(raw) ? raw : (scalar(raw)?.split(',') ?? []);
    const values = items.map(scalar).filter((item) => item !== null);
    if (!Array.isArray(raw) && scalar(raw) === null) return err('must be a list');
    return Array.isArray(raw) && values.length !== raw.length ? err('must be a list of text without empty items') : ok(values);
  },
};

/** An http or https address, without the slash at its end. */
export const webAddress: Kind<string> = {
  label: 'http or https URL',
  parse(raw) {
    const value = scalar(raw);
    const must = 'must be a URL that begins with http:// or https://';
    if (value === null || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return err(must);
    return ok(value.replace(/\/+$/, ''));
  },
};

export const databaseAddress: Kind<string> = {
  label: 'postgres URL',
  parse(raw) {
    const value = scalar(raw);
    const fine = value !== null && /^postgres(ql)?:\/\//.test(value);
    return fine ? ok(value) : err('must be a URL that begins with postgres://');
  },
};

/** A file or folder; relative ones count from the folder of reeve.yaml (in a variable: from the working folder). */
export const filePath: Kind<string> = {
  label: 'path',
  parse(raw, baseDir) {
    const value = scalar(raw);
    return value === null ? err('must be a path') : ok(path.resolve(baseDir, value));
  },
};

/** A PEM key; `\n` written as two characters becomes a line break, as environment files cannot hold one. */
export const pem: Kind<string> = {
  label: 'PEM text',
  parse(raw) {
    const value = scalar(raw)?.replaceAll('\\n', '\n') ?? '';
    return value.startsWith('-----BEGIN ') ? ok(value) : err('must be the text of a PEM key, beginning with -----BEGIN');
  },
};

const MODEL = /^(rules|(anthropic|openai|google|compatible)\/[^\s/][^\s]*)$/;

export const modelName = text(
  '`rules` or `<provider>/<model>`',
  MODEL,
  'must be rules, anthropic/<model>, openai/<model>, google/<model> or compatible/<model>',
);

export const gitTemplate: Kind<string> = {
  label: 'URL template with `{owner}` and `{repo}`',
  parse(raw) {
    const value = scalar(raw) ?? '';
    return value.includes('{owner}') && value.includes('{repo}') ? ok(value) : err('must hold {owner} and {repo}');
  },
};
