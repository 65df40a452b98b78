import { describe } from 'vitest';
import { probeContract } from '../../../test/contracts/harness.ts';
import { createExecHarness } from './index.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent } as never;

describe('the contract of a harness', () => {
  probeContract({
    harness: createExecHarness({ log: silent, clock: { now: () => new Date() } }),
    usable: ['/bin/sh', '-c', 'true'],
    gaps: [
      {
        reason: 'a plain command says nothing of itself, and one that does not end at --version may be waiting for its prompt',
        tests: ['it answers who it is and how it speaks', 'an agent that never answers takes no longer than the limit, and no process of it is left'],
      },
    ],
  });
});
