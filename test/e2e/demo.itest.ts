import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

interface Summary {
  issues: { total: number; merged: number; duplicates: number; declined: number; asked: number; failed: number };
  change_requests: { submitted: number; landed: number; quarantined: number };
  approvals: number;
  ledger: { entries: number; verified: boolean };
  branch_head: string;
  elapsed_ms: number;
}

describe('a stranger tries the demo', () => {
  it('sees twelve issues through, each to its own end, with a verified ledger', { timeout: 300_000 }, async () => {
    const { stdout } = await run(process.execPath, ['bin/reeve.js', 'demo', '--yes', '--exit', '--json'], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    const summary = JSON.parse(stdout) as Summary;
    expect(summary.issues).toEqual({ total: 12, merged: 10, duplicates: 1, declined: 0, asked: 1, failed: 0 });
    // At least one change request was set aside (the conflict) and built again.
    expect(summary.change_requests.quarantined).toBeGreaterThanOrEqual(1);
    expect(summary.change_requests.landed).toBeGreaterThanOrEqual(20);
    expect(summary.approvals).toBeGreaterThanOrEqual(21);
    expect(summary.ledger.verified).toBe(true);
    expect(summary.ledger.entries).toBeGreaterThan(200);
    expect(summary.branch_head).toMatch(/^[0-9a-f]{40}$/);
  });
});
