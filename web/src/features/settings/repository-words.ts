import type { Tone } from '../../ui/tone.ts';
import type { Repository } from './queries.ts';

export const FORGES: Readonly<Record<Repository['forge'], string>> = { local: 'embedded forge', path: 'folder of this machine', github: 'GitHub' };

/** The same at the beginning of a sentence. */
export const PLACES: Readonly<Record<Repository['forge'], string>> = {
  local: 'On the embedded forge',
  path: 'A folder of this machine',
  github: 'On GitHub',
};

export const TIERS: Readonly<Record<Repository['tier'], { tone: Tone; words: string }>> = {
  core: { tone: 'bad', words: 'core: what must not break' },
  standard: { tone: 'neutral', words: 'standard' },
  sandbox: { tone: 'info', words: 'sandbox: to try things' },
};
