import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { parsePrompt, type PromptTemplate } from './decide.prompt.ts';

/** Prompt templates by name. */
export interface PromptLibrary {
  load(name: string): Promise<PromptTemplate>;
}

/** Reads `<folder>/<name>.md`, each once: prompts are part of the installed program and do not change while it runs. */
export function createPromptLibrary(folder: string): PromptLibrary {
  const known = new Map<string, PromptTemplate>();
  return {
    async load(name) {
      if (!/^[a-z][a-z0-9.-]*$/.test(name)) throw new AppError('internal', `"${name}" is no name of a prompt.`, { code: 'prompt_unknown' });
      const before = known.get(name);
      if (before !== undefined) return before;
      const template = parsePrompt(`${name}.md`, await read(path.join(folder, `${name}.md`), name));
      known.set(name, template);
      return template;
    },
  };
}

async function read(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('internal', `The prompt ${name}.md cannot be read.`, { code: 'prompt_unknown', cause });
  }
}
