import type { AgentSpec } from './model.ts';
import type { AgentTrouble } from './model.probe.ts';

/** What an operator can do about it, in one sentence that needs no other text. */
export function adviceFor(trouble: AgentTrouble, spec: Pick<AgentSpec, 'command' | 'env' | 'network'>): string {
  const command = spec.command.join(' ');
  switch (trouble) {
    case 'spawn_failed':
      return `Check that this command starts for the user the server runs as, and give its full path in reeve.yaml: ${command}`;
    case 'crashed':
      return `Run its command by hand as the user the server runs as, and see what it says: ${command}${withVariables(spec.env)}`;
    case 'protocol':
      return `Its command has to start a program that speaks the Agent Client Protocol over its input and output; many agents need an option for that. It is: ${command}`;
    case 'login_needed':
      return spec.network === 'gateway'
        ? 'Set a model with its key for this server, so that the agent reaches it through the gateway; or give the agent the variable of its own key under `env`, or `network: open` and log in once as the user the server runs as.'
        : 'Log in once as the user the server runs as, or give the agent the variable of its key under `env` in reeve.yaml.';
    case 'too_slow':
      return 'Start it once by hand, so that it has downloaded what it needs, and test again with a longer limit.';
    case 'sandbox_missing':
      return 'Install bubblewrap on this machine, or write `sandbox: none` where agents may work without a boundary.';
  }
}

function withVariables(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (it is given these variables: ${names.join(', ')})`;
}
