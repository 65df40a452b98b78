import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, messageOf } from '#kernel/errors.ts';
import { verifyOffline } from '#modules/ledger/index.ts';
import type { LedgerReport } from '#cli/local.ts';

/** What `GET /v1/ledger/checkpoint` answers, as it was kept in a file. */
const KeptCheckpoint = z.object({ checkpoint: z.unknown(), public_key: z.string() });

/**
 * Verifies an exported ledger (path of JSON lines), or entries fetched from a server, against a checkpoint kept elsewhere. The chain is
 * walked here, so that neither a server nor its database has to be believed.
 */
export async function verifyLedger(ledger: string | AsyncIterable<unknown>, checkpointFile: string | null): Promise<LedgerReport> {
  if (checkpointFile === null)
    throw new AppError('invalid', 'An export is verified against a checkpoint.', {
      hint: 'Give --checkpoint FILE, as `reeve ledger checkpoint` printed it.',
    });
  const kept = KeptCheckpoint.safeParse(await readJson(checkpointFile));
  if (!kept.success)
    throw new AppError('invalid', `${checkpointFile} is no checkpoint.`, {
      hint: 'It holds {"checkpoint": …, "public_key": …}, as `reeve ledger checkpoint` prints it.',
    });
  const entries = typeof ledger === 'string' ? await linesOf(ledger) : ledger;
  const report = await verifyOffline(entries, kept.data.checkpoint, kept.data.public_key);
  return report.verified
    ? { verified: true, entries: report.entries, first_bad_seq: null, reason: null }
    : { verified: false, entries: report.entries, first_bad_seq: report.firstBadSeq, reason: report.reason };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
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
