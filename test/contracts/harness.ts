import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { spawnGroup } from '#platform/process/index.ts';
import type { Harness, ProbeAnswer, ProbeOptions, SandboxedProcess, SpawnedProcess } from '#ports/harness.ts';
import { living } from '../kit/processes.ts';
import { behaviours, type Gap } from './suite.ts';

export interface ProbedHarness {
  harness: Harness;
  /** A command that this harness can use. */
  usable: readonly string[];
  gaps?: readonly Gap[];
}

/** What `Harness.probe` promises, whatever the harness drives. */
export function probeContract({ harness, usable, gaps = [] }: ProbedHarness): void {
  const { test, finish } = behaviours(gaps);
  let folder = '';
  let started: SpawnedProcess[] = [];
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reeve-probe-')));
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((one) => one.kill(0)));
    await rm(folder, { recursive: true, force: true });
  });
  const spawn: SandboxedProcess = async ([command = '', ...args], env) => {
    const process = await spawnGroup({ command, args, cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder, ...env } });
    started.push(process);
    return process;
  };
  const probe = (command: readonly string[], options: ProbeOptions = {}): Promise<ProbeAnswer> =>
    harness.probe({ name: 'coder', command, env: { GIVEN: 'yes' } }, spawn, { cwd: folder, ...options });
  const left = (): number[] => living(started.map(({ pid }) => pid));

  test('an agent that can be used is one, and no process of it is left', async () => {
    expect(await probe(usable)).toMatchObject({ ok: true, trouble: null, detail: expect.stringMatching(/\.$/) });
    expect(started).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  test('a command that does not exist is an answer, not an error', async () => {
    expect(await probe([path.join(folder, 'no-such-agent')])).toMatchObject({ ok: false, trouble: 'spawn_failed' });
  });

  test('a spawner that refuses is an answer with its sentence', async () => {
    const refuse: SandboxedProcess = async () => Promise.reject(new Error('The sandbox is not there.'));
    expect(await harness.probe({ name: 'coder', command: usable, env: {} }, refuse)).toMatchObject({
      ok: false,
      trouble: 'spawn_failed',
      detail: 'The sandbox is not there.',
    });
  });

  test('an agent that never answers takes no longer than the limit, and no process of it is left', async () => {
    expect(await probe(['/bin/sleep', '300'], { limitMs: 300 })).toMatchObject({ ok: false, trouble: 'too_slow' });
    expect(left()).toEqual([]);
  });

  test('it answers who it is and how it speaks', async () => {
    const answer = await probe(usable);
    expect(answer).toMatchObject({ name: expect.any(String), version: expect.any(String), protocol: expect.any(String) });
  });

  finish();
}
