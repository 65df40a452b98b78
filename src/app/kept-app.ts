import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '#kernel/errors.ts';
import { readPrivateFile, writePrivateFile } from '#platform/crypto/index.ts';
import type { MadeApp } from '#ports/forge-app.ts';
import type { AppConfig } from './config.ts';

const Kept = z.object({
  /** Of which GitHub: the App of one is nobody at another. */
  api_url: z.string(),
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  url: z.string(),
  owner: z.string(),
  private_key: z.string(),
  webhook_secret: z.string().nullable(),
  permissions: z.record(z.string(), z.string()).default({}),
  events: z.array(z.string()).default([]),
});

/** GitHub Apps that were made here, beside the other secrets of the data directory: readable by its owner alone. */
export interface KeptApp {
  /** The one to work as. Null: none, one of another GitHub than the settings name, or a problem. Read again when another process has changed it. */
  read(): MadeApp | null;
  /** The one that was made last and is not used yet. */
  waiting(): MadeApp | null;
  /** Why there is a file and no App to be had of it: it is broken, or may not be read. Nothing of its content. */
  problem(): string | null;
  /** AppError unavailable `no_place`: nothing can be written there. */
  tryPlace(): void;
  /** Kept and not used. One that waited before is given up. */
  putAside(app: MadeApp): void;
  /** The one that waits is the one to work as from now on; what was in its place is gone. AppError not_found: it does not wait any more. */
  take(id: string): void;
  /** Both. Answers whether there was one. */
  remove(): boolean;
}

interface Looked {
  stamp: string;
  app: MadeApp | null;
  problem: string | null;
}

/** `onSecret`: told what no log may show, as soon as it is read. */
export function createKeptApp(config: Pick<AppConfig, 'dataDir' | 'githubApiUrl'>, onSecret: (secret: string) => void = () => {}): KeptApp {
  const folder = path.join(config.dataDir, 'keys');
  const look = createLook(config.githubApiUrl, onSecret);
  const inUse = look(path.join(folder, 'github-app.json'));
  const aside = look(path.join(folder, 'github-app.waiting.json'));
  return {
    read: () => inUse.now().app,
    waiting: () => aside.now().app,
    problem: () => inUse.now().problem,
    tryPlace() {
      try {
        const trial = path.join(folder, 'github-app.trial');
        writePrivateFile(trial, ' '.repeat(ROOM));
        rmSync(trial);
      } catch (error) {
        throw new AppError('unavailable', `The App could not be kept in ${folder}: ${messageOf(error)}`, {
          code: 'no_place',
          hint: 'Make room there, or let the account of this server write there, and try again.',
        });
      }
    },
    putAside(app) {
      const { privateKey: private_key, webhookSecret: webhook_secret, ...same } = app;
      writePrivateFile(aside.file, JSON.stringify({ api_url: config.githubApiUrl, ...same, private_key, webhook_secret }));
    },
    take(id) {
      if (aside.now().app?.id !== id) throw new AppError('not_found', 'This App does not wait here any more.', { code: 'app_not_waiting' });
      renameSync(aside.file, inUse.file);
    },
    remove() {
      const there = [inUse, aside].filter(({ now }) => now().stamp !== '');
      for (const { file } of there) rmSync(file, { force: true, recursive: true });
      return there.length > 0;
    },
  };
}

/** More than an App with its key takes. */
const ROOM = 16 * 1024;

function createLook(apiUrl: string, onSecret: (secret: string) => void): (file: string) => { file: string; now(): Looked } {
  return (file) => {
    let known: Looked = { stamp: '', app: null, problem: null };
    return {
      file,
      now() {
        const stamp = stampOf(file);
        if (stamp === known.stamp) return known;
        known = { stamp, ...load(file, apiUrl) };
        for (const secret of [known.app?.privateKey, known.app?.webhookSecret]) if (typeof secret === 'string') onSecret(secret);
        return known;
      },
    };
  };
}

/** A file is put in place by renaming, so another one has another number. */
function stampOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? '' : `${found.ino}:${found.ctimeMs}:${found.mtimeMs}:${found.size}`;
  } catch {
    return 'not to be seen';
  }
}

function load(file: string, apiUrl: string): Omit<Looked, 'stamp'> {
  let text: string | null;
  try {
    text = readPrivateFile(file);
  } catch (error) {
    return { app: null, problem: `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'it is not known why'}).` };
  }
  if (text === null) return { app: null, problem: null };
  const parsed = Kept.safeParse(parseJson(text));
  if (!parsed.success) return { app: null, problem: `${file} does not hold a GitHub App.` };
  const { api_url, private_key: privateKey, webhook_secret: webhookSecret, ...same } = parsed.data;
  return { app: api_url === apiUrl ? { ...same, privateKey, webhookSecret } : null, problem: null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
