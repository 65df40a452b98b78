import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiClient } from '../../src/cli/api/client.ts';
import type { ConsoleBench } from './kit.ts';

export interface Entry {
  id: string;
  state: string;
  attempt: number;
}

export interface SubmitParts {
  target?: string;
  summary?: string;
  attempt?: number;
  /** Change requests that must land first. */
  dependsOn?: string[];
  /** Who submits it; default the admin. */
  by?: ApiClient;
}

/** A repository of somebody's on this machine that the server has taken in, and changes for it. */
export interface QueueWorld {
  repo: string;
  repositoryId: string;
  /** Whole contents by path; null deletes. Made on the first commit. */
  submit(task: string, files: Record<string, string | null>, parts?: SubmitParts): Promise<string>;
  until(id: string, ...states: string[]): Promise<Entry>;
  /** Submits and waits for the end. */
  land(task: string, files: Record<string, string | null>, parts?: SubmitParts): Promise<string>;
  git(...args: string[]): string;
  /** Takes a branch of the queue's own copy into the repository: from then on undoing what is on it needs an approval. */
  takeOver(target: string): void;
  /** Sets a branch of the queue's own copy back to the first commit, as somebody who rewrites it does. */
  rewrite(target: string): void;
  /** A file of the queue's own copy. */
  read(target: string, file: string): string;
}

/** `checks`: run on every merged tree before it lands. */
export async function makeQueueWorld(
  bench: ConsoleBench,
  name: string,
  { files, checks = [] }: { files: Record<string, string>; checks?: Array<{ name: string; command: string }> },
): Promise<QueueWorld> {
  const repo = path.join(bench.folder, name);
  mkdirSync(repo);
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: repo, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  git('init', '--quiet', '-b', 'main');
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(repo, file)), { recursive: true });
    writeFileSync(path.join(repo, file), content);
  }
  git('add', '.');
  git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
  const base = git('rev-parse', 'HEAD');
  const before = new Set(mirrorsBelow(bench.folder));
  const adopted = await bench.api.post<{ repository_id: string }>('/v1/requests/repository', { path: repo, default_branch: 'main', checks });
  const mirror = (): string => mirrorsBelow(bench.folder).find((dir) => !before.has(dir)) ?? '';

  const world: QueueWorld = {
    repo,
    repositoryId: adopted.repository_id,
    git,
    async submit(task, changed, { target = 'ai-1', summary = `Work of ${task}`, attempt = 1, dependsOn = [], by = bench.api } = {}) {
      const changes = Object.entries(changed).map(([file, content]) => {
        const blob = git('ls-tree', base, file).split(/\s/)[2];
        if (content === null) return { op: 'delete', path: file, base_blob: blob };
        return blob === undefined ? { op: 'create', path: file, content } : { op: 'modify', path: file, base_blob: blob, content };
      });
      const document = { version: 1, task_id: task, attempt, repo, target, base, summary, intent: { depends_on: dependsOn }, changes };
      return (await by.post<Entry>('/v1/change-requests', document)).id;
    },
    async until(id, ...states) {
      for (;;) {
        const entry = await bench.api.get<Entry>(`/v1/change-requests/${id}`);
        if (states.includes(entry.state)) return entry;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async land(task, changed, parts) {
      const id = await world.submit(task, changed, parts);
      await world.until(id, 'landed', 'quarantined', 'dropped', 'already_landed');
      return id;
    },
    takeOver: (target) => void git('fetch', '--quiet', mirror(), `refs/heads/${target}:refs/heads/${target}`),
    rewrite: (target) => void execFileSync('git', ['--git-dir', mirror(), 'update-ref', `refs/heads/${target}`, base], { stdio: 'pipe' }),
    read: (target, file) => execFileSync('git', ['--git-dir', mirror(), 'show', `refs/heads/${target}:${file}`], { encoding: 'utf8' }),
  };
  return world;
}

function mirrorsBelow(folder: string): string[] {
  const entries = readdirSync(path.join(folder, '.reeve'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name.endsWith('.git')).map((entry) => path.join(entry.parentPath, entry.name));
}
