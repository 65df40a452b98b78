import type { MetricDefinition } from './model.ts';

const SHADOW = 'it was decided and recorded in shadow mode, and nothing was done';

/** Metrics about the way from the ready label to the merge. */
export const AUTOMATION = [
  {
    id: 'time_to_pr',
    version: 1,
    title: 'Time to pull request',
    meaning: 'How long an issue takes from being handed to agents to an open pull request, waiting for people included.',
    formula: 'per agent pull request: opened - the last time before that the ready label was put on the issue; value = p50',
    end: 'the pull request was opened',
    unit: 'seconds',
    value: 'median',
    subject: 'pull request',
    exclusions: {
      label_not_seen: 'no event says when the ready label was put on',
      negative_span: 'the ready label was put on after the pull request was opened, as the clocks tell it',
    },
    parts: {},
    whenEmpty: 'No pull request of an agent was opened in this window.',
  },
  {
    id: 'ci_pass_rate',
    version: 1,
    title: 'CI passes at the first attempt',
    meaning: 'Share of agent pull requests whose first head that the CI of the repository came to a verdict on was green. A re-run changes nothing.',
    formula: 'pull requests whose first completed head was green / pull requests with a completed head',
    end: 'CI came to its verdict on the first completed head',
    unit: 'share',
    value: 'share',
    subject: 'pull request',
    exclusions: { no_ci_verdict: 'no CI of the repository came to a verdict (checks that Reeve runs itself are not counted)' },
    parts: { green: 'first completed head was green', red: 'first completed head was red' },
    whenEmpty: 'No CI came to a verdict on a pull request of an agent in this window.',
  },
  {
    id: 'automation_success_rate',
    version: 1,
    title: 'Automation success',
    meaning:
      'Share of issues handed to agents that were merged without a commit by a person, of all that reached an end. An issue that was handed over again counts once, with its last end; one that waits for an answer has none.',
    formula: 'AI-Ready issues merged without a commit by a person / AI-Ready issues that reached an end',
    end: 'the last story of the issue ended',
    unit: 'share',
    value: 'share',
    subject: 'issue',
    exclusions: { shadow: SHADOW },
    parts: {
      merged_untouched: 'merged, and every commit on the branch was by Reeve or an agent',
      merged_with_person_commit: 'merged with a commit by a person',
      duplicate: 'closed as a duplicate',
      declined: 'declined or stopped by people',
      failed: 'the machine did not come to an end',
      left_to_people: 'triage left it to people',
    },
    whenEmpty: 'No issue that was handed to agents reached an end in this window.',
  },
  {
    id: 'review_minutes',
    version: 1,
    title: 'Time to review',
    meaning: 'How long people take over an agent pull request, from the first look of a person to the decision of one.',
    formula: 'per agent pull request: first decision of a person - first look of a person before it; value = p50',
    end: 'a person decided: voted on the merge, approved or asked for changes in a review, merged or closed by hand',
    unit: 'minutes',
    value: 'median',
    subject: 'pull request',
    exclusions: {
      look_not_seen:
        'nothing shows that a person looked more than five seconds before the decision; most likely they looked where Reeve cannot see it',
    },
    parts: {},
    whenEmpty: 'No person decided about a pull request of an agent in this window after a look that was seen.',
  },
  {
    id: 'retries',
    version: 1,
    title: 'Retries',
    meaning: 'How often agents were sent to a task again, over the issues that reached an end. The mean is per issue.',
    formula: 'runs of agents that write code with an attempt above 1, of the issues that ended in the window',
    end: 'the last story of the issue ended',
    unit: 'count',
    value: 'total',
    subject: 'issue',
    exclusions: { shadow: SHADOW },
    parts: {
      red_ci: 'sent again because the CI of the repository was red',
      other: 'sent again for something else: checks that Reeve runs were red, the change did not land, or a review asked for changes',
    },
    whenEmpty: 'No issue that was handed to agents reached an end in this window.',
  },
  {
    id: 'escalations',
    version: 1,
    title: 'Escalations',
    meaning:
      'How often people had to take over or were asked for help, over the issues that reached an end. Ordinary approvals are none. The mean is per issue.',
    formula:
      'questions of agents + requests for another try at red CI + stories that failed or were left to people, of the issues that ended in the window',
    end: 'the last story of the issue ended',
    unit: 'count',
    value: 'total',
    subject: 'issue',
    exclusions: { shadow: SHADOW },
    parts: {
      question: 'an agent asked in the middle of its work',
      ci_retry: 'CI stayed red after the retries, and a person was asked for one more',
      failed: 'the story failed',
      left_to_people: 'triage left it to people',
    },
    whenEmpty: 'No issue that was handed to agents reached an end in this window.',
  },
] as const satisfies readonly MetricDefinition[];

export type AutomationMetric = (typeof AUTOMATION)[number]['id'];
