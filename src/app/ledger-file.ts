import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '#kernel/errors.ts';
import { verifyOffline } from '#modules/ledger/index.ts';
import type { LedgerReport } from '#cli/local.ts';

/** What `GET /v1/ledger/checkpoint` answers, as it was kept in a file. */
const KeptCheckpoint = z.object({ checkpoint: z.unknown(), public_key: z.string() });

/**
 * Verifies an exported ledger (path of JSON lines), or entries fetched from a server, against checkpoints kept elsewhere: one document,
 * or a line each, of which the first one's key is trusted. The chain and its tree are walked here, so that neither a server nor its
 * database has to be believed.
 */
export async function verifyLedger(ledger: string | AsyncIterable<unknown>, checkpointFile: string | null): Promise<LedgerReport> {
  if (checkpointFile === null)
    throw new AppError('invalid', 'An export is verified against a checkpoint.', {
      hint: 'Give --checkpoint FILE, as `reeve ledger checkpoint` printed it.',
    });
  const kept = await keptIn(checkpointFile);
  const entries = typeof ledger === 'string' ? await linesOf(ledger) : ledger;
  const report = await verifyOffline(
    entries,
    kept.map(({ checkpoint }) => checkpoint),
    kept[0]?.public_key ?? '',
  );
  return report.verified
    ? { verified: true, entries: report.entries, first_bad_seq: null, reason: null }
    : { verified: false, entries: report.entries, first_bad_seq: report.firstBadSeq, reason: report.reason };
}

async function keptIn(file: string): Promise<Array<z.infer<typeof KeptCheckpoint>>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const kept = z.array(KeptCheckpoint).min(1).safeParse(documentsOf(text));
  if (kept.success) return kept.data;
  throw new AppError('invalid', `${file} is no checkpoint.`, {
    hint: 'It holds {"checkpoint": …, "public_key": …}, as `reeve ledger checkpoint` prints it, or a line of that for each.',
  });
}

/** One document, or one a line; what is neither is null. */
function documentsOf(text: string): unknown[] {
  const parse = (json: string): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      return null;
    }
  };
  const whole = parse(text);
  return whole === null
    ? text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(parse)
    : [whole];
}

const unreadable = (file: string, error: unknown): AppError =>
  new AppError('invalid', `${file} cannot be read: ${messageOf(error)}`, { cause: error });

async function linesOf(file: string): Promise<AsyncIterable<unknown>> {
  try {
    return parsed((await open(file)).readLines());
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line);
    } catch {
      yield null;
    }
  }
}

const ExportLine = z.object({ path: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/), text: z.string() });

/** Writes the files of an export. The last one is the population: without it the answer was cut off. */
export async function writeExport(folder: string, lines: AsyncIterable<string>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new AppError('conflict', `${folder} is not empty.`, { code: 'folder_not_empty', hint: 'Name a folder that is not there yet.' });
  const written: string[] = [];
  for await (const line of lines) {
    const file = ExportLine.parse(JSON.parse(line));
    // A server is not trusted with paths.
    if (file.path.split('/').includes('..')) throw new AppError('invalid', `The server named a file outside the folder: ${file.path}`);
    const target = path.join(folder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { flag: 'wx' });
    written.push(file.path);
  }
  if (written.at(-1) !== 'population.csv')
    throw new AppError('unavailable', 'The export was cut off.', { code: 'export_cut_off', hint: 'Look at the log of the server, and try again.' });
  return written;
}
