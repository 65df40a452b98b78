import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Condition } from './agent.skills.ts';

export interface TextEdit {
  search: string;
  replace: string;
  all: boolean;
}

/** Replaces text in what the file holds now. Throws a sentence when a searched text is not there. */
export function applyEdits(content: string, edits: readonly TextEdit[]): string {
  let text = content;
  for (const { search, replace, all } of edits) {
    if (!text.includes(search)) throw new Error(`did not find ${JSON.stringify(search.slice(0, 80))}`);
    text = all ? text.replaceAll(search, () => replace) : text.replace(search, () => replace);
  }
  return text;
}

export async function editFile(file: string, edits: readonly TextEdit[]): Promise<void> {
  await writeFile(file, applyEdits(await readFile(file, 'utf8'), edits));
}

export async function writeText(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Null: there is no such file, or it cannot be read. */
export async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

export async function appendText(file: string, content: string): Promise<void> {
  await writeText(file, (existsSync(file) ? await readFile(file, 'utf8') : '') + content);
}

export async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

/** Everything in the folder, as far as one is let. */
export async function deleteEverything(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
}

export async function holds(condition: Condition, prompt: string, cwd: string): Promise<boolean> {
  if (condition.promptHas !== undefined && !prompt.toLowerCase().includes(condition.promptHas.toLowerCase())) return false;
  if (condition.fileExists !== undefined && !existsSync(resolve(cwd, condition.fileExists))) return false;
  if (condition.fileHas === undefined) return true;
  const file = resolve(cwd, condition.fileHas.path);
  return existsSync(file) && (await readFile(file, 'utf8')).includes(condition.fileHas.text);
}
