import { createDeliverySteps } from '#modules/delivery/index.ts';
import { createHelpSteps, HELP_WORKFLOW } from '#modules/reviews/index.ts';
import type { QueueDefinition, WorkflowContext, WorkflowDefinition } from '#platform/workflow/index.ts';
import type { Context } from '#app/context.ts';
import type { Modules } from '#app/modules.ts';
import { defineWorkflows } from '#app/workflows.ts';
import { lazy } from './generate.lazy.ts';

export interface WorkflowNames {
  workflows: Array<{ name: string; queue: string }>;
  queues: Array<{ name: string; perWorker: number | null; total: number | null }>;
  schedules: Array<{ name: string; cron: string }>;
  /** Recorded steps; never renamed without raising the version of stored workflows. */
  steps: string[];
}

/** Defines the workflows of an installation on an engine that only listens, and asks each for its steps. */
export async function collectWorkflows(): Promise<WorkflowNames> {
  const heard: WorkflowNames = { workflows: [], queues: [], schedules: [], steps: [] };
  const definitions: Array<WorkflowDefinition<never>> = [];
  const recording = recorder(heard.steps);
  const ticks: Array<Promise<void>> = [];
  const engine = {
    define(definition: WorkflowDefinition<never>) {
      definitions.push(definition);
      heard.workflows.push({ name: definition.name, queue: definition.queue });
    },
    defineQueue(queue: QueueDefinition) {
      heard.queues.push({ name: queue.name, perWorker: queue.workerConcurrency ?? null, total: queue.concurrency ?? null });
    },
    schedule(schedule: { name: string; cron: string; run(context: WorkflowContext, at: Date): Promise<void> }) {
      heard.schedules.push({ name: schedule.name, cron: schedule.cron });
      ticks.push(schedule.run(recording, new Date(0)));
    },
  };
  const steps = createDeliverySteps(lazy());
  await defineWorkflows(lazy<Context>({ workflow: engine, config: { workerConcurrency: 0 } }), lazy<Modules>({ steps }));
  await Promise.all(ticks);
  // Stories branch on what their steps answer, so theirs are the members of the object they are given; the rest can be listened to.
  for (const definition of definitions)
    if (!definition.name.startsWith('delivery.') && definition.name !== HELP_WORKFLOW) await definition.run(recording, lazy());
  heard.steps.push(...Object.keys(createHelpSteps(lazy())).map((name) => `reviews.${name}`));
  heard.steps.push(...Object.keys(steps).map((name) => `delivery.${name}`));
  heard.steps.sort();
  return heard;
}

function recorder(steps: string[]): WorkflowContext {
  return lazy<WorkflowContext>({
    step: async (name: string) => {
      steps.push(name);
    },
  });
}
