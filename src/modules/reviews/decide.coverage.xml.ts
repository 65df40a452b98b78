import sax from 'sax';
import { createLineGatherer, TOO_MANY, type LineGatherer } from './decide.coverage.lines.ts';
import type { CoverageFormat, ParsedCoverage } from './model.coverage.ts';

/** Only the five entities of XML: an option that the library's types do not know. */
const OPTIONS = { strictEntities: true, position: false };
const CHUNK = 64 * 1024;
const MOST_SOURCES = 100;
/** Deeper than any report goes: groups of JaCoCo may lie in each other. */
const MOST_DEPTH = 64;

interface Reading {
  format: CoverageFormat | null;
  /** Names of the open elements. */
  open: string[];
  sources: string[];
  /** Package of JaCoCo: `com/acme`. */
  group: string;
  /** File that lines belong to now. */
  file: string | null;
  text: string;
  gathered: LineGatherer;
}

/** Stops the reading; its message is the problem. */
class Refusal extends Error {}

/**
 * Cobertura (`<coverage>`, https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd) and JaCoCo (`<report>`,
 * https://www.jacoco.org/jacoco/trunk/coverage/report.dtd). The reader fetches no DTD and knows no entities but XML's own five: a report that
 * declares any of its own is refused.
 */
export function parseXmlCoverage(text: string): ParsedCoverage {
  const reading: Reading = { format: null, open: [], sources: [], group: '', file: null, text: '', gathered: createLineGatherer() };
  const parser = sax.parser(true, OPTIONS);
  parser.onerror = (error) => {
    throw new Refusal(`The report is not well-formed XML: ${error.message.split('\n')[0] ?? ''}.`);
  };
  parser.ondoctype = (doctype) => {
    if (/[[<]/.test(doctype)) throw new Refusal('The report declares entities of its own.');
  };
  parser.onopentag = ({ name, attributes }) => opened(reading, name, plain(attributes));
  parser.ontext = (part) => {
    if (reading.open.at(-1) === 'source') reading.text += part;
  };
  parser.onclosetag = (name) => closed(reading, name);
  try {
    for (let at = 0; at < text.length; at += CHUNK) parser.write(text.slice(at, at + CHUNK));
    parser.close();
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.message };
    throw error;
  }
  if (reading.format === null) return { ok: false, problem: 'The report is none of LCOV, Cobertura and JaCoCo.' };
  return { ok: true, coverage: { format: reading.format, sources: reading.sources, files: reading.gathered.files() } };
}

function opened(reading: Reading, name: string, attributes: Record<string, string>): void {
  const { open } = reading;
  if (open.length === 0) reading.format = formatOf(name);
  open.push(name);
  if (open.length > MOST_DEPTH) throw new Refusal('The report nests its elements too deeply.');
  reading.text = '';
  if (reading.format === 'cobertura') inCobertura(reading, name, attributes);
  else inJacoco(reading, name, attributes);
}

/** Namespaces are not looked at, so every value is a text. */
function plain(attributes: object): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? value : '']));
}

function formatOf(root: string): CoverageFormat {
  if (root === 'coverage') return 'cobertura';
  if (root === 'report') return 'jacoco';
  throw new Refusal('The report is none of LCOV, Cobertura and JaCoCo.');
}

/** A class's lines are told twice, by method and altogether. */
function inCobertura(reading: Reading, name: string, { filename, number, hits }: Record<string, string>): void {
  if (name === 'class') reading.file = filename ?? null;
  else if (name === 'line' && reading.file !== null && number !== undefined && hits !== undefined)
    add(reading, reading.file, { number, ran: Number(hits) > 0 });
}

/** `mi` and `ci`: instructions of the line that were missed and that ran. */
function inJacoco(reading: Reading, tag: string, { name, nr, mi, ci }: Record<string, string>): void {
  if (tag === 'package') reading.group = name ?? '';
  else if (tag === 'sourcefile') reading.file = reading.group === '' ? (name ?? null) : `${reading.group}/${name ?? ''}`;
  else if (tag === 'line' && reading.file !== null && nr !== undefined && Number(mi ?? 0) + Number(ci ?? 0) > 0)
    add(reading, reading.file, { number: nr, ran: Number(ci ?? 0) > 0 });
}

function add({ gathered }: Reading, file: string, line: { number: string; ran: boolean }): void {
  if (!gathered.add(file, Number(line.number), line.ran)) throw new Refusal(TOO_MANY);
}

function closed(reading: Reading, name: string): void {
  reading.open.pop();
  if (name === 'source' && reading.text.trim() !== '' && reading.sources.length < MOST_SOURCES) reading.sources.push(reading.text.trim());
  if (name === 'class' || name === 'sourcefile') reading.file = null;
  reading.text = '';
}
