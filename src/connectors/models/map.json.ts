/** The JSON value in a model's text, or undefined: the whole text, a fenced block, or the last complete object in prose. */
export function extractJson(text: string): unknown {
  const whole = parse(text.trim());
  if (whole !== undefined) return whole;
  const blocks = [...text.matchAll(/```(?:json)?[ \t]*\n([\s\S]*?)\n?```/g)]
    .map((match) => parse((match[1] ?? '').trim()))
    .filter((value) => value !== undefined);
  if (blocks.length > 0) return blocks.at(-1);
  return lastObject(text);
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

// Prose has few braces: more starts than this are no answer but noise, and each costs a scan.
const MOST_STARTS = 200;

/** Agents think aloud before they answer, so the last object counts; the longest one that ends there. */
function lastObject(text: string): unknown {
  let at = text.indexOf('{');
  let found: unknown;
  for (let tries = 0; at !== -1 && tries < MOST_STARTS; tries += 1) {
    const end = endOfObject(text, at);
    const value = end === -1 ? undefined : parse(text.slice(at, end));
    if (value !== undefined) found = value;
    at = text.indexOf('{', value === undefined ? at + 1 : end);
  }
  return found;
}

/** Index after the brace that closes the one at `from`, strings respected; -1 when it never closes. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return -1;
}
