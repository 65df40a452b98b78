import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
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

/** The GitHub App that was made here, beside the other secrets of the data directory: readable by its owner alone. */
export interface KeptApp {
  /** Null: none, or one of another GitHub than the settings name. Read again when another process has changed it. */
  read(): MadeApp | null;
  write(app: MadeApp): void;
  /** Answers whether there was one. */
  remove(): boolean;
}

/** `onSecret`: told what no log may show, as soon as it is read. */
export function createKeptApp(config: Pick<AppConfig, 'dataDir' | 'githubApiUrl'>, onSecret: (secret: string) => void = () => {}): KeptApp {
  const file = path.join(config.dataDir, 'keys/github-app.json');
  let known: { stamp: string; app: MadeApp | null } = { stamp: '', app: null };
  return {
    read() {
      const stamp = stampOf(file);
      if (stamp === known.stamp) return known.app;
      const app = load(file, config.githubApiUrl);
      for (const secret of [app?.privateKey, app?.webhookSecret]) if (typeof secret === 'string') onSecret(secret);
      known = { stamp, app };
      return app;
    },
    write(app) {
      const { privateKey: private_key, webhookSecret: webhook_secret, ...same } = app;
      writePrivateFile(file, JSON.stringify({ api_url: config.githubApiUrl, ...same, private_key, webhook_secret }));
    },
    remove() {
      const there = stampOf(file) !== '';
      rmSync(file, { force: true });
      return there;
    },
  };
}

/** A file is put in place by renaming, so another one has another number. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino}:${found.mtimeMs}:${found.size}`;
}

function load(file: string, apiUrl: string): MadeApp | null {
  const text = readPrivateFile(file);
  if (text === null) return null;
  const parsed = Kept.safeParse(parseJson(text));
  if (!parsed.success)
    throw new AppError('invalid', `${file} does not hold a GitHub App.`, { hint: 'Delete it and connect again: `reeve connect github`.' });
  const { api_url, private_key: privateKey, webhook_secret: webhookSecret, ...same } = parsed.data;
  return api_url === apiUrl ? { ...same, privateKey, webhookSecret } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
