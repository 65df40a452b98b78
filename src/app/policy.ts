import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '#kernel/errors.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createPolicy, DEFAULT_POLICY_TEXT, type PolicyPort } from '#modules/policy/index.ts';
import type { AppConfig } from './config.ts';

/** The policy that is configured, or the one that is shipped; read anew at each question. */
export function createAppPolicy(config: Pick<AppConfig, 'policy'>): PolicyPort {
  return createPolicy({
    kinds: ACTION_KINDS,
    load: async () => ({
      organisation:
        config.policy === null ? { text: DEFAULT_POLICY_TEXT, source: 'default' } : { text: await read(config.policy), source: config.policy },
    }),
  });
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('unavailable', `The policy file cannot be read: ${messageOf(error)}`, {
      code: 'policy_unreadable',
      hint: 'Correct REEVE_POLICY, or leave it out for the policy that is shipped.',
      cause: error,
    });
  });
}
