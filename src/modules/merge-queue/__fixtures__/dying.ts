import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Scheduling } from '../steps.context.ts';
import type { Repository } from './estate.ts';

export interface DyingOptions {
  url: string;
  repository: Pick<Repository, 'root' | 'dir'>;
  crashAt: string;
  /** Submitted before the worker starts; null: it only works the queue. */
  document: unknown;
  scheduling?: Partial<Scheduling>;
}

/** Runs a worker process that kills itself at the fault point; answers the signal it died of. */
export function dieAt({ url, repository: { root, dir }, crashAt, document, scheduling = {} }: DyingOptions): Promise<string | null> {
  const options = JSON.stringify({ url, root, dir, crashAt, document, scheduling });
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker.ts'), options], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
}
