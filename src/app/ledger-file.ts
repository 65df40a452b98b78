import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { verifyOffline } from '#modules/ledger/index.ts';

/** What `GET /v1/ledger/checkpoint` answers, as it was kept in a file. */
const KeptCheckpoint = z.object({ checkpoint: z.unknown(), public_key: z.string() });

/** Verifies an exported ledger (JSON lines) against a checkpoint kept elsewhere; no server, no database. */
export async function verifyLedgerFile(
  file: string,
  checkpointFile: string | null,
): Promise<{ verified: boolean; entries: number; reason: string | null }> {
  if (checkpointFile === null)
    throw new AppError('invalid', 'An export is verified against a checkpoint.', {
      hint: 'Give --checkpoint FILE, as `reeve ledger checkpoint` printed it.',
    });
  const kept = KeptCheckpoint.safeParse(await readJson(checkpointFile));
  if (!kept.success)
    throw new AppError('invalid', `${checkpointFile} is no checkpoint.`, {
      hint: 'It holds {"checkpoint": …, "public_key": …}, as `reeve ledger checkpoint` prints it.',
    });
  const report = await verifyOffline(lines(file), kept.data.checkpoint, kept.data.public_key);
  return { verified: report.verified, entries: report.entries, reason: report.verified ? null : report.reason };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AppError('invalid', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function* lines(file: string): AsyncGenerator<unknown> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line);
    } catch {
      yield null;
    }
  }
}
