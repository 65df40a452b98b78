import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { CiVerdict } from './model.ci.ts';
import type { ActionView, EntryView, TaskEnd } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { deliverTask } from './workflow.task.ts';
import { deliverStory } from './workflow.ts';

const done = (id: string): ActionView => ({ id, status: 'executed', supersededBy: null, detail: null });
const landed = (id: string): EntryView => ({ id, state: 'landed', quarantine: null, feedback: null, conflictPaths: [] });

interface World {
  /** Names of steps and child workflows in the order they were asked for. */
  asked: string[];
  context: WorkflowContext;
}

/** A context that runs everything at once and remembers what was asked; messages come from `mail`. */
function createWorld(options: { results?: Record<string, unknown>; mail?: Record<string, Array<() => void>> } = {}): World {
  const asked: string[] = [];
  const context: WorkflowContext = {
    workflowId: 'delivery.story:iss_1:1',
    async step(name, run) {
      asked.push(name);
      return run();
    },
    async receive(topic) {
      options.mail?.[topic]?.shift()?.();
      return null;
    },
    sleep: async () => {},
    now: async () => new Date(0),
    start: async (name, id) => {
      asked.push(`start ${name} ${id}`);
    },
    result: async (id) => options.results?.[id] as never,
    child: async (name, id) => {
      asked.push(`child ${name}`);
      return options.results?.[id] as never;
    },
  };
  return { asked, context };
}

/** Steps of a story where everything goes well; a test changes what it is about. */
function happySteps(change: Partial<DeliverySteps> = {}): DeliveryEffects {
  const act = async (): Promise<ActionView> => done('act_1');
  const steps: DeliverySteps = {
    triage: async () => ({ route: 'plan', questions: [] }),
    proposeTriageComment: act,
    proposeTriageLabels: act,
    waitForAnswers: async () => {},
    proposeQuestions: act,
    proposeDuplicateClose: act,
    draftPlan: async () => ({ kind: 'plan', planId: 'plan_1' }),
    proposePlanComment: act,
    proposePlanApproval: act,
    planDecided: async () => {},
    proposeBranch: act,
    openBranch: async () => 'f'.repeat(40),
    tasksOf: async () => [{ id: 'task_1', dependsOn: [], landed: false }],
    mostAttempts: async () => 3,
    proposeDispatch: act,
    prepareRun: async () => ({ kind: 'run', workflowId: 'run', request: { runId: 'run_1' } as never }),
    personsWork: async () => ({ kind: 'waiting' }),
    submit: async () => ({ kind: 'submitted' as const, entryId: 'cr_1' }),
    entry: async (id) => landed(id),
    taskLanded: async () => {},
    taskFailed: async (_, reason) => reason,
    proposePush: act,
    proposePushAside: act,
    pushedAsideSentence: async () => 'Landed beside.',
    proposePull: act,
    prepareTests: async () => ({ kind: 'none' }),
    keepTests: async () => {},
    suggestReviewers: async () => {},
    proposeReviewers: async () => null,
    recordPull: async () => ({ id: 'pull_1', fixes: true }),
    readCi: async () => ({ kind: 'green', checks: ['test'], headSha: 'a'.repeat(40) }),
    proposeReruns: async () => [done('act_rerun')],
    readRerun: async () => 'over',
    mergeByForge: async (id) => done(id),
    readForgeQueue: async () => 'over',
    whyLeftQueue: async () => ({ cause: 'other', behind: false, conflicts: [] }),
    prepareCiRetry: async () => ({ kind: 'spent', tried: [] }),
    proposeCiRetry: act,
    proposeChecks: async () => [],
    prepareReview: async () => null,
    proposeReviewComment: async () => null,
    beginFix: async () => ({ kind: 'none' }),
    fixLanded: async () => null,
    proposeThreadAnswers: async () => [],
    fixTold: async () => {},
    proposeReady: act,
    proposeMerge: async () => ({ ...done('act_merge'), status: 'approved' }),
    submitPull: async () => 'cr_pull',
    withdrawMerge: async () => {},
    startAfresh: async () => [{ taskId: 'task_1', firstAttempt: 2, feedback: 'conflict' }],
    mergedSentence: async () => 'Merged.',
    landedSentence: async () => 'Landed.',
    askForMoney: async () => ({ kind: 'stop', reason: 'no money' }),
    readAction: async (id) => done(id),
    executeAction: async (id) => done(id),
    finish: async () => {},
    ...change,
  };
  return { steps, turn: (_, work) => work(), asksModel: false, ended: async () => null, abandon: async (_, detail) => ({ as: 'failed', detail }) };
}

describe('a story that another version began', () => {
  class DBOSUnexpectedStepError extends Error {}
  const replayed = (name: string) => {
    const world = createWorld();
    world.context.step = async (step, run) => {
      world.asked.push(step);
      if (step === name || world.asked.includes(name)) throw new DBOSUnexpectedStepError('another name was recorded');
      return run();
    };
    return world;
  };

  it('ends with a sentence, although none of its steps can follow', async () => {
    const abandoned: string[] = [];
    const effects: DeliveryEffects = {
      ...happySteps(),
      async abandon(workflowId, detail) {
        abandoned.push(workflowId);
        return { as: 'failed', detail };
      },
    };
    const end = await deliverStory(replayed('delivery.draftPlan').context, effects, { workItemId: 'iss_1', kind: 'issue' });
    expect(end).toEqual({ as: 'failed', detail: expect.stringContaining('start it again on its issue') as string });
    expect(abandoned).toEqual(['delivery.story:iss_1:1']);
  });

  it('is told as it was recorded where what it asks for is only in newer ones', async () => {
    const results = { 'delivery.task:task_1:1': taskLanded };
    const old = createWorld({ results });
    const input = { workItemId: 'iss_1', kind: 'issue' } as const;
    expect(await deliverStory(old.context, happySteps({ recordPull: async () => ({ id: 'pull_1' }) }), input)).toMatchObject({ as: 'merged' });
    const added = ['delivery.prepareTests', 'delivery.suggestReviewers', 'delivery.proposeReviewers'];
    expect(old.asked.filter((name) => added.includes(name))).toEqual([]);
    const now = createWorld({ results });
    await deliverStory(now.context, happySteps(), input);
    expect(now.asked.filter((name) => added.includes(name))).toEqual(added);
  });
});

const taskLanded: TaskEnd = { landed: true, changeRequestId: 'cr_1', attempts: 1 };
const ofTask = (id: string) => `delivery.task:${id}:1`;

describe('the story of an issue', () => {
  describe('whose pull request people want something mended on', () => {
    const withdrawn: ActionView = { ...done('act_merge'), status: 'superseded', detail: 'dora wants the remarks of the reviews worked on first.' };
    const approved: ActionView = { ...done('act_merge_2'), status: 'approved' };
    const fix = { kind: 'begun' as const, fixId: 'fix_1', number: 1, tasks: [{ taskId: 'task_1', firstAttempt: 2, feedback: 'T1' }] };
    const looked = (world: World) =>
      world.asked.filter((name) =>
        /proposePush|readCi|beginFix|child|fixLanded|proposeThreadAnswers|fixTold|prepareReview|proposeMerge|submitPull/.test(name),
      );
    const MENDED = [
      'delivery.beginFix',
      'child delivery.task',
      'delivery.fixLanded',
      'delivery.proposePush',
      'delivery.proposeThreadAnswers',
      'delivery.fixTold',
    ];

    it('does that first, pushes it, answers, has the new head reviewed and asks for its merge anew', async () => {
      const world = createWorld({ results: { [ofTask('task_1')]: taskLanded, 'delivery.task:task_1:1:fix-1': taskLanded } });
      const merges = [withdrawn, approved];
      const steps = happySteps({
        recordPull: async () => ({ id: 'pull_1', fixes: true }),
        proposeMerge: async () => merges.shift() ?? approved,
        beginFix: async () => fix,
      });
      const end = await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' });
      expect(end.as).toBe('merged');
      expect(looked(world)).toEqual([
        'delivery.proposePush',
        'delivery.prepareReview',
        'delivery.proposeMerge',
        ...MENDED,
        'delivery.prepareReview',
        'delivery.proposeMerge',
        'delivery.submitPull',
      ]);
    });

    it('hears it also while the forge’s checks are waited for', async () => {
      const world = createWorld({ results: { [ofTask('task_1')]: taskLanded, 'delivery.task:task_1:1:fix-1': taskLanded } });
      const headSha = 'a'.repeat(40);
      const views = [
        { kind: 'pending' as const, waiting: ['test'], headSha },
        { kind: 'asked' as const, headSha },
      ];
      const steps = happySteps({
        recordPull: async () => ({ id: 'pull_1', fixes: true, ci: 'awaited' }),
        readCi: async () => views.shift() ?? { kind: 'green', checks: ['test'], headSha },
        beginFix: async () => fix,
      });
      const end = await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' });
      expect(end.as).toBe('merged');
      expect(looked(world)).toEqual([
        'delivery.proposePush',
        'delivery.readCi',
        'delivery.readCi',
        ...MENDED,
        'delivery.readCi',
        'delivery.prepareReview',
        'delivery.proposeMerge',
        'delivery.readCi',
        'delivery.submitPull',
      ]);
    });

    it('takes a merge that was taken back for no such reason as before', async () => {
      const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
      const steps = happySteps({ recordPull: async () => ({ id: 'pull_1', fixes: true }), proposeMerge: async () => withdrawn });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('declined');
    });
  });

  it('goes from triage to the merge in the order of the story', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
    const end = await deliverStory(world.context, happySteps(), { workItemId: 'iss_1', kind: 'issue' });
    expect(end.as).toBe('merged');
    expect(world.asked.filter((name) => !name.startsWith('delivery.propose'))).toEqual([
      'delivery.triage',
      'delivery.draftPlan',
      'delivery.planDecided',
      'delivery.openBranch',
      'delivery.tasksOf',
      'start delivery.task delivery.task:task_1:1',
      'delivery.recordPull',
      'delivery.prepareTests',
      'delivery.prepareReview',
      'delivery.suggestReviewers',
      'delivery.submitPull',
      'delivery.entry',
      'delivery.mergedSentence',
      'delivery.finish',
    ]);
  });

  it('holds a task back until the one it would conflict with has ended, landed or not', async () => {
    const tasks = [
      { id: 'task_1', dependsOn: [], after: [], landed: false },
      { id: 'task_2', dependsOn: [], after: ['task_1'], landed: false },
    ];
    for (const first of [taskLanded, { landed: false, reason: 'It did not work.', attempts: 3 } satisfies TaskEnd]) {
      const world = createWorld({ results: { [ofTask('task_1')]: first, [ofTask('task_2')]: taskLanded } });
      const order: string[] = [];
      const { result, start } = world.context;
      world.context.start = async (name, id, input) => {
        order.push(`start ${id}`);
        await start(name, id, input);
      };
      world.context.result = async (id) => {
        order.push(`end ${id}`);
        return result(id);
      };
      await deliverStory(world.context, happySteps({ tasksOf: async () => tasks }), { workItemId: 'iss_1', kind: 'issue' });
      expect(order).toEqual([`start ${ofTask('task_1')}`, `end ${ofTask('task_1')}`, `start ${ofTask('task_2')}`, `end ${ofTask('task_2')}`]);
    }
  });

  it('asks the author what a person asked instead of approving, and waits for the answer', async () => {
    const world = createWorld();
    const questions: string[][] = [];
    const steps = happySteps({
      proposePlanApproval: async () => ({ ...done('act_1'), status: 'declined', detail: 'Needs info: which browser?' }),
      async proposeQuestions(_, asked) {
        questions.push(asked);
        return done('act_2');
      },
    });
    expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('needs_info');
    expect(questions).toEqual([['which browser?']]);
    expect(world.asked).toContain('delivery.waitForAnswers');
  });

  describe('on a forge with checks of its own', () => {
    const HEAD = 'a'.repeat(40);
    const green: CiVerdict = { kind: 'green', checks: ['test'], headSha: HEAD };
    const red: CiVerdict = { kind: 'red', failed: ['test'], headSha: HEAD };
    const awaited = async () => ({ id: 'pull_1', ci: 'awaited' as const });
    const retry = async () => ({ kind: 'retry' as const, task: { taskId: 'task_1', firstAttempt: 2, feedback: 'red' } });
    const results = { [ofTask('task_1')]: taskLanded, [`${ofTask('task_1')}:ci-1`]: taskLanded };

    it('is reviewed and made ready only when they are green; a red one goes to the agent and is pushed again first', async () => {
      const world = createWorld({ results });
      const views: CiVerdict[] = [red, green];
      const told: unknown[] = [];
      const steps = happySteps({
        recordPull: awaited,
        readCi: async () => views.shift() ?? green,
        prepareCiRetry: retry,
        async proposeReady(_, ci) {
          told.push(ci);
          return done('act_ready');
        },
      });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
      const order = world.asked.filter((name) => /proposePush|readCi|child delivery|prepareReview|proposeReady|proposeMerge|submitPull/.test(name));
      expect(order).toEqual([
        'delivery.proposePush',
        'delivery.readCi',
        'child delivery.task',
        'delivery.proposePush',
        'delivery.readCi',
        'delivery.prepareReview',
        'delivery.proposeReady',
        'delivery.proposeMerge',
        'delivery.readCi',
        'delivery.submitPull',
      ]);
      expect(told).toEqual([green]);
    });

    it('has a check run again that passed here on the same commit, before an agent is sent', async () => {
      const flaky = [{ name: 'test', id: '7' }];
      const views: CiVerdict[] = [{ ...red, flaky }, green];
      const world = createWorld({ results });
      const shown: Array<'waiting' | 'over'> = ['waiting', 'over'];
      const steps = happySteps({ recordPull: awaited, readCi: async () => views.shift() ?? green, readRerun: async () => shown.shift() ?? 'over' });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
      expect(world.asked.filter((name) => /Rerun|CiRetry/.test(name))).toEqual([
        'delivery.proposeReruns',
        'delivery.readRerun',
        'delivery.readRerun',
      ]);
    });

    it('sends the agent at once where the forge does not run it again', async () => {
      const views: CiVerdict[] = [{ ...red, flaky: [{ name: 'test', id: '7' }] }, green];
      const world = createWorld({ results });
      const steps = happySteps({
        recordPull: awaited,
        readCi: async () => views.shift() ?? green,
        proposeReruns: async () => [{ ...done('act_2'), status: 'failed', detail: 'The token may not run actions again.' }],
        prepareCiRetry: retry,
      });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
      expect(world.asked.filter((name) => /Rerun|CiRetry/.test(name))).toEqual(['delivery.proposeReruns', 'delivery.prepareCiRetry']);
    });

    it('takes a merge back that people approved when a check turned red meanwhile, and mends it first', async () => {
      const world = createWorld({ results });
      const views: CiVerdict[] = [green, red, green];
      const withdrawn: string[] = [];
      const told: Array<CiVerdict | undefined> = [];
      const steps = happySteps({
        recordPull: awaited,
        async readCi(_issue, _since, before) {
          told.push(before);
          return views.shift() ?? green;
        },
        prepareCiRetry: async () => ({ kind: 'not_red' }),
        withdrawMerge: async (_, reason) => void withdrawn.push(reason),
      });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
      expect(withdrawn).toEqual(['CI turned red: test']);
      // People who have decided are not kept waiting for what was told them.
      expect(told).toEqual([undefined, green, undefined, green]);
      expect(world.asked.filter((name) => name === 'delivery.submitPull')).toHaveLength(1);
    });

    it('asks anew for a merge that was taken back for a check that is green again by the time it is read', async () => {
      const world = createWorld({ results });
      const merges = [{ ...done('act_1'), status: 'superseded' as const, detail: 'CI turned red: test.' }, done('act_2')];
      const steps = happySteps({ recordPull: awaited, readCi: async () => green, proposeMerge: async () => merges.shift() ?? done('act_2') });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
      expect(world.asked.filter((name) => name === 'delivery.proposeMerge')).toHaveLength(2);
    });

    it('leaves a merge that a person declined declined, whatever the checks say', async () => {
      const world = createWorld({ results });
      const steps = happySteps({
        recordPull: awaited,
        proposeMerge: async () => ({ ...done('act_merge'), status: 'declined', detail: 'no' }),
      });
      expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('declined');
      expect(world.asked.filter((name) => name === 'delivery.readCi')).toHaveLength(1);
    });
  });

  it('dispatches nothing when the plan is declined', async () => {
    const world = createWorld();
    const end = await deliverStory(
      world.context,
      happySteps({ proposePlanApproval: async () => ({ ...done('act_1'), status: 'declined', detail: 'not now' }) }),
      { workItemId: 'iss_1', kind: 'issue' },
    );
    expect(end).toEqual({ as: 'declined', detail: 'The plan was not approved: not now' });
    expect(world.asked.some((name) => name.startsWith('start'))).toBe(false);
  });

  it('waits for a decision, and acts only after the row says approved', async () => {
    let approved = false;
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded }, mail: { 'action:act_plan': [() => {}, () => (approved = true)] } });
    const end = await deliverStory(
      world.context,
      happySteps({
        proposePlanApproval: async () => ({ ...done('act_plan'), status: 'pending' }),
        readAction: async (id) => ({ ...done(id), status: approved ? 'approved' : 'pending' }),
      }),
      { workItemId: 'iss_1', kind: 'issue' },
    );
    expect(end.as).toBe('merged');
    expect(world.asked.filter((name) => name === 'delivery.readAction')).toHaveLength(2);
  });

  it('follows a modified action to the one that replaced it', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
    const executed: string[] = [];
    await deliverStory(
      world.context,
      happySteps({
        proposePlanApproval: async () => ({ ...done('act_old'), status: 'superseded', supersededBy: 'act_new' }),
        readAction: async (id) => ({ ...done(id), status: 'approved' }),
        executeAction: async (id) => {
          executed.push(id);
          return done(id);
        },
      }),
      { workItemId: 'iss_1', kind: 'issue' },
    );
    expect(executed).toContain('act_new');
    expect(executed).not.toContain('act_old');
  });

  it('asks the author when the issue is vague, and stops there', async () => {
    const world = createWorld();
    const end = await deliverStory(world.context, happySteps({ triage: async () => ({ route: 'ask', questions: ['Which page?'] }) }), {
      workItemId: 'iss_1',
      kind: 'issue',
    });
    expect(end.as).toBe('needs_info');
    expect(world.asked).not.toContain('delivery.draftPlan');
  });

  it('closes a duplicate only when that was agreed', async () => {
    const duplicate = { triage: async () => ({ route: 'duplicate' as const, questions: [] }) };
    expect((await deliverStory(createWorld().context, happySteps(duplicate), { workItemId: 'iss_1', kind: 'issue' })).as).toBe('duplicate');
    const refused = { ...duplicate, proposeDuplicateClose: async (): Promise<ActionView> => ({ ...done('act_1'), status: 'declined' }) };
    expect((await deliverStory(createWorld().context, happySteps(refused), { workItemId: 'iss_1', kind: 'issue' })).as).toBe('left_to_people');
  });

  it('runs a task only after what it depends on has landed', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded, [ofTask('task_2')]: taskLanded } });
    const tasks = [
      { id: 'task_2', dependsOn: ['task_1'], landed: false },
      { id: 'task_1', dependsOn: [], landed: false },
    ];
    await deliverStory(world.context, happySteps({ tasksOf: async () => tasks }), { workItemId: 'iss_1', kind: 'issue' });
    expect(world.asked.filter((name) => name.startsWith('start')).map((name) => name.split(' ').at(-1))).toEqual([
      ofTask('task_1'),
      ofTask('task_2'),
    ]);
  });

  it('holds back what depends on a failed task, and says so', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: { landed: false, reason: 'It broke.', attempts: 3 } } });
    const tasks = [
      { id: 'task_1', dependsOn: [], landed: false },
      { id: 'task_2', dependsOn: ['task_1'], landed: false },
    ];
    const end = await deliverStory(world.context, happySteps({ tasksOf: async () => tasks }), { workItemId: 'iss_1', kind: 'issue' });
    expect(end).toEqual({ as: 'failed', detail: 'It broke. 1 more waited for it.' });
  });

  it('builds the conflicting part again when the base moved, and merges then', async () => {
    const rework = `${ofTask('task_1')}:rework-1`;
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded, [rework]: taskLanded } });
    const submitted: number[] = [];
    const withdrawn: string[] = [];
    const end = await deliverStory(
      world.context,
      happySteps({
        submitPull: async (_, __, round) => {
          submitted.push(round);
          return `cr_pull_${round}`;
        },
        entry: async (id) =>
          id === 'cr_pull_0' ? { id, state: 'quarantined', quarantine: 'conflict', feedback: 'lines moved', conflictPaths: ['a.js'] } : landed(id),
        withdrawMerge: async (id) => {
          withdrawn.push(id);
        },
      }),
      { workItemId: 'iss_1', kind: 'issue' },
    );
    expect(end.as).toBe('merged');
    expect(submitted).toEqual([0, 1]);
    expect(withdrawn).toEqual(['act_merge']);
  });

  it('gives up on a pull request that conflicts again and again, with the last reason', async () => {
    const results: Record<string, TaskEnd> = { [ofTask('task_1')]: taskLanded };
    for (const round of [1, 2, 3]) results[`${ofTask('task_1')}:rework-${round}`] = taskLanded;
    const conflict = async (id: string): Promise<EntryView> => ({
      id,
      state: 'quarantined',
      quarantine: 'conflict',
      feedback: 'lines moved',
      conflictPaths: ['a.js'],
    });
    const end = await deliverStory(createWorld({ results }).context, happySteps({ entry: conflict }), { workItemId: 'iss_1', kind: 'issue' });
    expect(end.as).toBe('failed');
    expect(end.detail).toContain('lines moved');
  });

  it('ends as failed with the sentence when a step refuses for good', async () => {
    const ended: string[] = [];
    const end = await deliverStory(
      createWorld().context,
      happySteps({
        draftPlan: async () => {
          throw new AppError('refused', 'The branch main has no commit yet.');
        },
        finish: async (_, __, how) => {
          ended.push(how.as);
        },
      }),
      { workItemId: 'iss_1', kind: 'issue' },
    );
    expect(end).toEqual({ as: 'failed', detail: 'The branch main has no commit yet.' });
    expect(ended).toEqual(['failed']);
  });
});

describe("the story of a person's request", () => {
  it('ends with the questions themselves when something is missing: there is no issue to ask on', async () => {
    const steps = happySteps({ draftPlan: async () => ({ kind: 'questions', questions: ['Which page?'] }), proposeQuestions: async () => null });
    const end = await deliverStory(createWorld().context, steps, { workItemId: 'iss_1', kind: 'request' });
    expect(end).toEqual({ as: 'needs_info', detail: 'Before this can be planned: Which page?' });
  });

  it('plans, builds and lands on the branch that was named, without triage or pull request', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
    const end = await deliverStory(world.context, happySteps(), { workItemId: 'iss_1', kind: 'request' });
    expect(end.as).toBe('landed');
    expect(world.asked).not.toContain('delivery.triage');
    expect(world.asked).not.toContain('delivery.proposePull');
  });
});

describe('a request whose branch cannot take the work', () => {
  const input = { workItemId: 'iss_1', kind: 'request' as const };
  const refusal = (code: string | null): ActionView => ({
    id: 'act_push',
    status: 'failed',
    supersededBy: null,
    detail: 'The checkout cannot follow.',
    code,
  });
  const world = () => createWorld({ results: { [ofTask('task_1')]: taskLanded } });

  it.each(['checkout_dirty', 'checkout_busy', 'precondition_failed', 'ref_moved', 'not_fast_forward'])(
    'finds it on a branch beside it after %s',
    async (code) => {
      const asked: string[] = [];
      const steps = happySteps({
        proposePush: async () => refusal(code),
        proposePushAside: async () => done('act_aside'),
        pushedAsideSentence: async (_, actionId, why) => {
          asked.push(actionId, why);
          return 'It is on reeve/x.';
        },
      });
      expect(await deliverStory(world().context, steps, input)).toEqual({ as: 'landed', detail: 'It is on reeve/x.' });
      expect(asked).toEqual(['act_aside', 'The checkout cannot follow.']);
    },
  );

  it.each([null, 'target_not_allowed', 'policy_denied', 'digest_mismatch'])('is not pushed elsewhere when the refusal is %s', async (code) => {
    const steps = happySteps({ proposePush: async () => refusal(code) });
    const here = world();
    const end = await deliverStory(here.context, steps, input);
    expect(end).toEqual({ as: 'declined', detail: 'The work is ready but was not published: The checkout cannot follow.' });
    expect(here.asked).not.toContain('delivery.proposePushAside');
  });

  it('is told both reasons when the other branch is refused too, and the first when there is no free name', async () => {
    const also = happySteps({
      proposePush: async () => refusal('checkout_dirty'),
      proposePushAside: async () => ({ ...refusal(null), detail: 'Policy says no.' }),
    });
    expect(await deliverStory(world().context, also, input)).toEqual({
      as: 'declined',
      detail: 'The work is ready but was not published: The checkout cannot follow. Nor on another branch: Policy says no.',
    });
    const none = happySteps({ proposePush: async () => refusal('checkout_dirty'), proposePushAside: async () => null });
    expect(await deliverStory(world().context, none, input)).toMatchObject({
      as: 'declined',
      detail: 'The work is ready but was not published: The checkout cannot follow.',
    });
  });
});

describe('a story that meets trouble', () => {
  it('tries an action again until the forge is back, instead of ending', async () => {
    let tries = 0;
    const steps = happySteps({
      proposeBranch: async () => ({ ...done('act_branch'), status: 'approved' }),
      executeAction: async (id) => {
        tries += 1;
        if (tries < 4) throw new AppError('unavailable', 'The forge is away.');
        return done(id);
      },
    });
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
    expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('merged');
    expect(tries).toBeGreaterThanOrEqual(4);
  });

  it('goes on with an action that people were asked about again, and ends when their second word counts no more either', async () => {
    const failed = (id: string, proposedAgain: string | null): ActionView => ({
      ...done(id),
      status: 'failed',
      detail: 'mia may no longer decide',
      code: 'approver_gone',
      proposedAgain,
    });
    for (const [second, end] of [
      [done('act_again'), 'merged'],
      [failed('act_again', null), 'failed'],
    ] as const) {
      const waits: ActionView = { ...done('act_again'), status: 'pending' };
      const views = [waits, { ...waits, status: 'approved' } as const];
      const steps = happySteps({
        proposeBranch: async () => ({ ...done('act_branch'), status: 'approved' }),
        executeAction: async (id) => (id === 'act_branch' ? failed(id, 'act_again') : second),
        readAction: async (id) => (id === 'act_again' ? (views.shift() ?? second) : done(id)),
      });
      const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
      const told = await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' });
      expect([told.as, views]).toEqual([end, []]);
    }
  });

  it('ends with a sentence also on a fault nobody foresaw', async () => {
    const steps = happySteps({
      draftPlan: async () => {
        throw new TypeError('x is undefined');
      },
    });
    expect(await deliverStory(createWorld().context, steps, { workItemId: 'iss_1', kind: 'issue' })).toEqual({
      as: 'failed',
      detail: 'x is undefined',
    });
  });

  it('does not build again what a person took out of the queue', async () => {
    const world = createWorld({ results: { [ofTask('task_1')]: taskLanded } });
    const steps = happySteps({ entry: async (id) => ({ id, state: 'dropped', quarantine: null, feedback: null, conflictPaths: [] }) });
    expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('declined');
  });

  it('does nothing in shadow mode once the plan was decided', async () => {
    const world = createWorld();
    const steps = happySteps({ proposePlanApproval: async () => ({ ...done('act_plan'), status: 'shadowed' }) });
    expect((await deliverStory(world.context, steps, { workItemId: 'iss_1', kind: 'issue' })).as).toBe('left_to_people');
    expect(world.asked.some((name) => name.startsWith('start'))).toBe(false);
  });

  it('keeps the trouble of one task to that task', async () => {
    const steps = happySteps({
      prepareRun: async () => {
        throw new AppError('refused', 'No agent is configured for the role coder.');
      },
    });
    const end = await deliverTask(createWorld().context, steps, { workItemId: 'iss_1', taskId: 'task_1', firstAttempt: 1, feedback: null });
    expect(end).toMatchObject({ landed: false, reason: 'No agent is configured for the role coder.' });
  });
});

describe('one task', () => {
  const input = { workItemId: 'iss_1', taskId: 'task_1', firstAttempt: 1, feedback: null };
  const changes = { kind: 'change_request', runId: 'run_1', changeRequest: {}, checks: [] };

  it('lands on the first try when all goes well', async () => {
    expect(await deliverTask(createWorld({ results: { run: changes } }).context, happySteps(), input)).toEqual({
      landed: true,
      changeRequestId: 'cr_1',
      attempts: 1,
    });
  });

  it('gives the failing checks back to the agent and tries again', async () => {
    const heard: Array<string | null> = [];
    let tries = 0;
    const steps = happySteps({
      prepareRun: async (_, attempt, feedback) => {
        heard.push(feedback);
        return { kind: 'run', workflowId: `run-${attempt}`, request: {} as never };
      },
    });
    const world = createWorld();
    world.context.child = async () => {
      tries += 1;
      return (
        tries === 1
          ? { kind: 'failed', runId: 'run_1', failure: 'checks_failed', detail: 'Tests failed.', retryable: true, feedback: 'expected 190' }
          : changes
      ) as never;
    };
    expect(await deliverTask(world.context, steps, input)).toMatchObject({ landed: true, attempts: 2 });
    expect(heard).toEqual([null, 'expected 190']);
  });

  it('sends what the queue set aside back at most twice, each time telling how often it was, and then stops however many tries are left', async () => {
    const heard: Array<[string | null, number | null | undefined]> = [];
    let submissions = 0;
    const steps = happySteps({
      mostAttempts: async () => 10,
      prepareRun: async (_, __, feedback, rework) => {
        heard.push([feedback, rework]);
        return { kind: 'run', workflowId: 'run', request: {} as never };
      },
      submit: async () => ({ kind: 'submitted' as const, entryId: `cr_${(submissions += 1)}` }),
      entry: async (id) => ({
        id,
        state: 'quarantined',
        quarantine: 'conflict',
        feedback: `conflict of ${id}`,
        conflictPaths: [],
        setAside: submissions,
      }),
    });
    const end = await deliverTask(createWorld({ results: { run: changes } }).context, steps, input);
    expect(heard).toEqual([
      [null, null],
      ['conflict of cr_1', 1],
      ['conflict of cr_2', 2],
    ]);
    expect(end).toMatchObject({ landed: false, reason: 'conflict of cr_3' });
  });

  it('tells people the reason of what the queue set aside, and its agent the whole feedback', async () => {
    const heard: Array<string | null> = [];
    const told: string[] = [];
    const steps = happySteps({
      prepareRun: async (_, __, feedback) => {
        heard.push(feedback);
        return { kind: 'run', workflowId: 'run', request: {} as never };
      },
      entry: async (id) => ({
        id,
        state: 'quarantined',
        quarantine: 'checks_failed',
        feedback: 'Merged onto the newest state, these checks failed:\n\ntest: a long output',
        reason: 'test (exit code 1): expected 190 to be 200',
        conflictPaths: [],
      }),
      taskFailed: async (_, reason) => {
        told.push(reason);
        return reason;
      },
    });
    const end = await deliverTask(createWorld({ results: { run: changes } }).context, steps, input);
    expect(heard.at(-1)).toContain('a long output');
    expect(told).toEqual(['test (exit code 1): expected 190 to be 200']);
    expect(end).toMatchObject({ landed: false, reason: 'test (exit code 1): expected 190 to be 200' });
  });

  it('waits while another task owns files of its scope, and then goes on with the same try', async () => {
    const looks = [
      { kind: 'held' as const, by: ['task_9'] },
      { kind: 'held' as const, by: ['task_9'] },
    ];
    const steps = happySteps();
    const { prepareRun } = steps.steps;
    steps.steps.prepareRun = async (...args) => looks.shift() ?? prepareRun(...args);
    const slept: number[] = [];
    const world = createWorld({ results: { run: changes } });
    world.context.sleep = async (ms) => void slept.push(ms);
    expect(await deliverTask(world.context, steps, input)).toMatchObject({ landed: true, attempts: 1 });
    expect(slept).toEqual([2000, 4000]);
  });

  it('stops after the most attempts and says why', async () => {
    const world = createWorld({
      results: { run: { kind: 'failed', runId: 'run_1', failure: 'crashed', detail: 'It crashed.', retryable: true, feedback: null } },
    });
    expect(await deliverTask(world.context, happySteps(), input)).toEqual({ landed: false, reason: 'It crashed.', attempts: 3 });
  });

  it('does not try again what a person stopped', async () => {
    const world = createWorld({ results: { run: { kind: 'cancelled', runId: 'run_1' } } });
    expect(await deliverTask(world.context, happySteps(), input)).toMatchObject({ landed: false });
    expect(world.asked.filter((name) => name === 'delivery.prepareRun')).toHaveLength(1);
  });

  it('sends a refused change request back with the refusals', async () => {
    const heard: Array<string | null> = [];
    let submissions = 0;
    const steps = happySteps({
      prepareRun: async (_, __, feedback) => {
        heard.push(feedback);
        return { kind: 'run', workflowId: 'run', request: {} as never };
      },
      submit: async () => {
        submissions += 1;
        return submissions === 1 ? { kind: 'refused', reason: 'src/other.js: outside the scope' } : { kind: 'submitted', entryId: 'cr_1' };
      },
    });
    expect(await deliverTask(createWorld({ results: { run: changes } }).context, steps, input)).toMatchObject({ landed: true });
    expect(heard).toEqual([null, 'src/other.js: outside the scope']);
  });
});
