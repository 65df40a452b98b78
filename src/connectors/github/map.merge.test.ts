import { describe, expect, it } from 'vitest';
import { toDeparture } from './forge-read.queue.ts';
import { toMethod, type AllowedWays, type MergeMethod } from './map.merge.ts';

const LINEAR = { type: 'required_linear_history' };
const only = (...allowed_merge_methods: string[]) => ({ type: 'pull_request', parameters: { allowed_merge_methods } });

describe('how a pull request is merged', () => {
  it.each<[string, MergeMethod, AllowedWays, Parameters<typeof toMethod>[2], MergeMethod]>([
    ['as configured where nothing is forbidden', 'rebase', {}, [], 'rebase'],
    ['as configured where the repository does not tell', 'merge', {}, [{ type: 'pull_request', parameters: null }], 'merge'],
    ['squashed where the branch wants a linear history', 'merge', {}, [LINEAR], 'squash'],
    ['rebased only where nothing more exact is allowed', 'merge', { allow_squash_merge: false }, [LINEAR], 'rebase'],
    ['as a ruleset lists', 'merge', {}, [only('rebase', 'squash')], 'squash'],
    ['as all rulesets list', 'squash', {}, [only('squash', 'rebase'), only('merge', 'rebase')], 'rebase'],
    ['as the repository allows', 'squash', { allow_squash_merge: false }, [], 'merge'],
  ])('is %s', (_, wanted, ways, rules, method) => expect(toMethod(wanted, ways, rules)).toBe(method));

  it('is refused where rules leave no way', () => {
    expect(() => toMethod('merge', { allow_squash_merge: false, allow_rebase_merge: false }, [LINEAR])).toThrow(
      expect.objectContaining({ kind: 'refused', code: 'no_merge_method' }),
    );
  });
});

describe("why a pull request left GitHub's merge queue", () => {
  it.each([
    ['MERGE_CONFLICT', 'conflict'],
    ['CI_FAILURE', 'checks'],
    ['CI_TIMEOUT', 'checks'],
    ['failed_checks', 'checks'],
    ['MANUAL', 'person'],
    ['QUEUE_CLEARED', 'person'],
    ['BRANCH_PROTECTIONS', 'other'],
    ['', 'other'],
  ])('%s is %s', (because, cause) => expect(toDeparture(because).cause).toBe(cause));
});
