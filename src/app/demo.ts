import { stringify } from 'yaml';
import { ownProgram } from '#platform/process/index.ts';

/**
 * The demo's reeve.yaml: two agents, both real ACP processes whose skills are scripted. They come with Reeve, so `sandbox: none`
 * is written out for them; an agent of somebody else would get a sandbox.
 */
export function demoConfig(): string {
  const agent = (skills: string) => ({
    harness: 'acp',
    command: [process.execPath, ownProgram(import.meta.url, '../demo/agent'), '--skills', ownProgram(import.meta.url, `../demo/${skills}`)],
    sandbox: 'none',
    // Scripted: it asks no model, so nothing is reserved for it.
    limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 },
  });
  return stringify({
    agents: { 'demo-coder': agent('skills.coder'), 'demo-reviewer': agent('skills.reviewer') },
    roles: { coder: 'demo-coder', reviewer: 'demo-reviewer' },
  });
}
