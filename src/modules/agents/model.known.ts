import type { AgentRun, AgentSpec } from './model.ts';

/** An agent program that speaks ACP, as its makers say it is started. */
export interface KnownAgent {
  /** Its usual name in `agents:`. */
  id: string;
  title: string;
  /** Program looked for on the PATH. */
  program: string;
  /** Arguments; `{model}` becomes the name of the configured model, and an argument pair with it is left out where there is none. */
  args: readonly string[];
  /** Variables by which it is logged in where it reaches the network itself. */
  variables: readonly string[];
  /** Reeve's developers have run this version of it; the others are started as their documentation says. */
  measured: string | null;
  /** Where a person gets it. */
  homepage: string;
}

const OPENAI = ['OPENAI_API_KEY'];
const ANTHROPIC = ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'];
const GOOGLE = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'];

/** The commands of `docs/guides/agents.md`, and of the list at agentclientprotocol.com/overview/agents. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  agent('claude', 'Claude Code', 'claude-agent-acp', [], ANTHROPIC, '0.100', 'https://github.com/agentclientprotocol/claude-agent-acp'),
  agent('codex', 'Codex', 'codex-acp', [], [...OPENAI, 'CODEX_API_KEY'], '2.6', 'https://github.com/agentclientprotocol/codex-acp'),
  agent('gemini', 'Gemini CLI', 'gemini', ['--acp', '--skip-trust', '-m', '{model}'], GOOGLE, '0.61', 'https://github.com/google-gemini/gemini-cli'),
  agent('opencode', 'OpenCode', 'opencode', ['acp', '--pure'], [...ANTHROPIC, ...OPENAI, ...GOOGLE], '1.18', 'https://opencode.ai'),
  agent(
    'copilot',
    'GitHub Copilot CLI',
    'copilot',
    ['--acp', '--disable-builtin-mcps'],
    ['COPILOT_GITHUB_TOKEN', 'COPILOT_OFFLINE', 'COPILOT_MODEL'],
    '1.0',
    'https://github.com/github/copilot-cli',
  ),
  agent('qwen', 'Qwen Code', 'qwen', ['--acp', '--auth-type', 'openai', '-m', '{model}'], OPENAI, '0.24', 'https://github.com/QwenLM/qwen-code'),
  agent('goose', 'goose', 'goose', ['acp'], [...ANTHROPIC, ...OPENAI, ...GOOGLE], null, 'https://github.com/block/goose'),
  agent('kimi', 'Kimi CLI', 'kimi', ['acp'], ['KIMI_API_KEY'], null, 'https://github.com/MoonshotAI/kimi-cli'),
  agent('vibe', 'Mistral Vibe', 'vibe-acp', [], ['MISTRAL_API_KEY'], null, 'https://github.com/mistralai/mistral-vibe'),
  agent('auggie', 'Auggie', 'auggie', ['--acp'], ['AUGMENT_SESSION_AUTH'], null, 'https://docs.augmentcode.com/cli'),
];

function agent(
  id: string,
  title: string,
  program: string,
  args: readonly string[],
  variables: readonly string[],
  measured: string | null,
  homepage: string,
): KnownAgent {
  return { id, title, program, args, variables, measured, homepage };
}

/** Every variable a known agent may be given, once each: what is set of them is read at start. */
export const KNOWN_VARIABLES: readonly string[] = [...new Set(KNOWN_AGENTS.flatMap(({ variables }) => variables))];

/** What is known of an agent on this machine. */
export interface FoundAgent extends Omit<KnownAgent, 'args'> {
  /** How it would be started. */
  command: readonly string[];
  /** Where the program is; null: it is not on the PATH of the server. */
  path: string | null;
  /** Those of `variables` that Reeve's own environment has; never their values. */
  variablesSet: readonly string[];
  /** The name under which it is configured already; null: it is not. */
  configuredAs: string | null;
}

/** An agent an admin added while Reeve ran. */
export interface AddedAgent {
  name: string;
  /** `KnownAgent.id`. */
  known: string;
  spec: AgentSpec;
  roles: Array<AgentRun['role']>;
  addedBy: string;
  addedAt: Date;
}
