import { quotedText } from '#kernel/sanitize.ts';
import type { Plan, Task } from './model.ts';

/** The plan as a Markdown comment: a checklist whose boxes follow the tasks' states. Pure; the executor adds its marker. */
export function renderPlanComment(plan: Plan, tasks: readonly Task[]): string {
  const { document } = plan;
  const keyOf = new Map(tasks.map((task) => [task.id, task.key]));
  const parts = [
    `### Plan v${plan.version} · estimate ${document.estimate}`,
    quotedText(document.story, 1200),
    ['**Done when**', ...document.acceptance.map(({ id, text }) => `- [ ] ${id}: ${quotedText(text, 400)}`)].join('\n'),
    ['**Tasks**', ...tasks.map((task) => taskLine(task, keyOf))].join('\n'),
  ];
  if (document.risks.length > 0)
    parts.push(['**Risks**', ...document.risks.map(({ severity, text }) => `- ${severity}: ${quotedText(text, 400)}`)].join('\n'));
  if (document.dependencies.length > 0) parts.push(`Needs first: ${document.dependencies.map((name) => quotedText(name)).join(', ')}`);
  parts.push(`Planned by ${quotedText(plan.planner, 80)}.`);
  return `${parts.join('\n\n')}\n`;
}

function taskLine(task: Task, keyOf: ReadonlyMap<string, string>): string {
  const box = task.state === 'landed' ? 'x' : ' ';
  const scope = task.scope
    .slice(0, 4)
    .map((glob) => `\`${quotedText(glob, 120)}\``)
    .join(', ');
  const more = task.scope.length > 4 ? ` and ${task.scope.length - 4} more` : '';
  const after = task.dependsOn.length === 0 ? '' : ` · after ${task.dependsOn.map((id) => keyOf.get(id) ?? id).join(', ')}`;
  const who = task.assignee === null ? '' : ` · ${quotedText(task.assignee, 80).replace(/^(?:person|agent):/, '')}`;
  const answers = task.acceptance.length === 0 ? '' : ` · answers for ${task.acceptance.join(', ')}`;
  return `- [${box}] **${task.key}** ${quotedText(task.title)} (${task.estimate}${task.role === 'coder' ? '' : `, ${task.role}`})${who}${after}${answers}\n  touches ${scope}${more}`;
}
