import type { AgentSpec } from './model.ts';
import type { AgentTrouble } from './model.probe.ts';

/** What an operator can do about it, in one sentence that needs no other text. */
export function adviceFor(trouble: AgentTrouble, spec: Pick<AgentSpec, 'command' | 'env' | 'network' | 'sandbox'>): string {
  const command = spec.command.join(' ');
  switch (trouble) {
    case 'spawn_failed':
      return `Check that this command starts for the user the server runs as, and give its full path in reeve.yaml.${insideSandbox(spec)} Its command is: ${command}`;
    case 'crashed':
      return `Run its command by hand as the user the server runs as, and see what it says.${insideSandbox(spec)} Its command is: ${command}${withVariables(spec.env)}`;
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

/** What works by hand and not here is most often a wrapper: a script on the PATH that runs a file elsewhere. */
function insideSandbox({ sandbox }: Pick<AgentSpec, 'sandbox'>): string {
  return (sandbox ?? 'bwrap') === 'none'
    ? ''
    : ' If it works by hand: Reeve started it inside a sandbox, which has the folder of the program itself, the system’s folders and an empty home, and nothing else of this machine. A wrapper that runs a file elsewhere does not find it there: name the program it runs, by its full path, under agents: in reeve.yaml.';
}

function withVariables(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (it is given these variables: ${names.join(', ')})`;
}
