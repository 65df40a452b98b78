import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One persisted name: an event of the outbox, a kind of ledger entry, or both. */
export interface EventName {
  name: string;
  /** The module that writes it. */
  module: string;
  ledger: boolean;
  stream: boolean;
}

const NAME = /^[a-z][a-z_]*\.[a-z][a-z_]*$/;

/**
 * Finds the names in the sources: the constants of each module's `events*.ts`, and literals inside calls that record something.
 * A template `noun.${…}` stands for one name per value and is given as `noun.*`; `expand` names the values.
 */
export function findEvents(root: string, expand: Readonly<Record<string, readonly string[]>>): EventName[] {
  const found = new Map<string, EventName>();
  for (const module of readdirSync(path.join(root, 'src/modules')).sort()) {
    const files = sourcesOf(path.join(root, 'src/modules', module));
    const texts = files.map((file) => ({ file, text: withoutComments(readFileSync(file, 'utf8')) }));
    const writes = (call: string) => texts.some(({ text }) => text.includes(call));
    const both = { ledger: writes('ledger.append('), stream: writes('outbox.put(') || writes('outbox.putAll(') };
    const add = (name: string, where: { ledger: boolean; stream: boolean }) => {
      const known = found.get(name);
      found.set(name, { name, module, ledger: where.ledger || known?.ledger === true, stream: where.stream || known?.stream === true });
    };
    for (const { file, text } of texts) {
      if (path.basename(file).startsWith('events')) for (const name of literals(text)) add(name, both);
      for (const call of callsOf(text, 'ledger.append(')) for (const name of namesIn(call, expand)) add(name, { ledger: true, stream: false });
      for (const call of [...callsOf(text, 'outbox.put('), ...callsOf(text, 'outbox.putAll(')])
        for (const name of namesIn(call, expand)) add(name, { ledger: false, stream: true });
      for (const call of [...callsOf(text, 'record('), ...callsOf(text, 'announce(')]) for (const name of namesIn(call, expand)) add(name, both);
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function sourcesOf(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => name.endsWith('.ts') && !/\.(test|itest)\.ts$|__fixtures__/.test(name)).map((name) => path.join(folder, name));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function literals(text: string): string[] {
  return [...text.matchAll(/'([^'\n]+)'/g)].map((match) => match[1] ?? '').filter((literal) => NAME.test(literal));
}

/** What stands between the parentheses of each call. */
function callsOf(text: string, opening: string): string[] {
  const calls: string[] = [];
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
    if (/[\w$]/.test(text[at - 1] ?? '') || /\bfunction $/.test(text.slice(0, at))) continue;
    calls.push(text.slice(at + opening.length, endOfCall(text, at + opening.length)));
  }
  return calls;
}

function endOfCall(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** The name of the record: `kind: 'x.y'`, `type: 'x.y'` or a bare argument; never a value of its payload. */
function namesIn(call: string, expand: Readonly<Record<string, readonly string[]>>): string[] {
  const outside = withoutPayload(call);
  const written = [...outside.matchAll(/(?:\b(?:kind|type):|,)\s*'([^'\n]+)'/g)].map((match) => match[1] ?? '').filter((name) => NAME.test(name));
  const templates = [...outside.matchAll(/(?:kind|type):\s*`([a-z_]+)\.\$\{/g)].map((match) => match[1] ?? '');
  return [...written, ...templates.flatMap((noun) => (expand[noun] ?? ['*']).map((verb) => `${noun}.${verb}`))];
}

/** Cuts out `payload: { … }` and `data: { … }`: a kind in there is somebody else's. */
function withoutPayload(call: string): string {
  const start = /\b(?:payload|data):\s*\{/.exec(call);
  if (start === null) return call;
  let depth = 0;
  for (let at = start.index + start[0].length - 1; at < call.length; at += 1) {
    if (call[at] === '{') depth += 1;
    if (call[at] === '}') depth -= 1;
    if (depth === 0) return call.slice(0, start.index) + withoutPayload(call.slice(at + 1));
  }
  return call.slice(0, start.index);
}
