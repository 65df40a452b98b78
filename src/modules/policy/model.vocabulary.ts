import { LIMIT_FACTS } from './model.facts.ts';

/** One name a condition may look at. */
export interface FactDescription {
  name: string;
  type: 'text' | 'number' | 'true or false' | 'list of texts';
  description: string;
  /** Action kinds that bring it; null: all, as far as it is known. Ends with `*` for all kinds that begin so. */
  kinds: readonly string[] | null;
}

/**
 * What the questions of this program bring (`createFacts` of app, `factsOf` of modules/actions), for people who write conditions. The
 * arguments of the action itself stand beside them under `args`, as they will be executed.
 */
export const FACTS: readonly FactDescription[] = [
  { name: 'action.kind', type: 'text', description: 'The kind of the action.', kinds: null },
  { name: 'target.forge', type: 'text', description: '`local`, `path`, `github`, or `reeve` for what is inside Reeve.', kinds: null },
  { name: 'target.repo', type: 'text', description: 'Repository, or the absolute path of a folder.', kinds: null },
  { name: 'target.number', type: 'number', description: 'Issue or pull request; may be null.', kinds: null },
  { name: 'target.branch', type: 'text', description: 'Branch; may be null.', kinds: null },
  { name: 'target.is_default', type: 'true or false', description: 'The branch is the default branch, as the forge says now.', kinds: ['branch.*'] },
  { name: 'target.is_checked_out', type: 'true or false', description: 'A person has the branch checked out.', kinds: ['branch.*'] },
  { name: 'repo.tier', type: 'text', description: '`core`, `standard` or `sandbox`; not there for what is inside Reeve.', kinds: null },
  { name: 'plan.approved', type: 'true or false', description: 'A person approved the plan of the work it belongs to.', kinds: null },
  { name: 'project.self_approval', type: 'text', description: '`never` or `local`.', kinds: null },
  { name: 'project.stage', type: 'text', description: '`shadow`, `non_critical` or `core`.', kinds: null },
  { name: 'work.source', type: 'text', description: 'Tracker the work came from, or `request`. Where it belongs to work.', kinds: null },
  { name: 'work.type', type: 'text', description: '`bug`, `feature`, `refactor`, `docs`, `chore`, `question` or `unknown`.', kinds: null },
  { name: 'work.size', type: 'text', description: '`XS`, `S`, `M`, `L`, `XL` or `unknown`.', kinds: null },
  { name: 'work.risk', type: 'text', description: '`low`, `medium` or `high`: the highest of triage and plan.', kinds: null },
  { name: 'pull.opted_in', type: 'true or false', description: 'The project wants help with pull requests of people.', kinds: ['agent.dispatch'] },
  { name: 'proposer.subject', type: 'text', description: 'Who proposed it.', kinds: null },
  { name: 'proposer.agent', type: 'true or false', description: 'An agent proposed it.', kinds: null },
  { name: 'trigger.user', type: 'text', description: 'Whose label, command or request began it; may be null.', kinds: null },
  { name: 'channel.public', type: 'true or false', description: 'Strangers may read it: not on the embedded forge and in folders.', kinds: null },
  {
    name: 'cost.month_usd',
    type: 'number',
    description: 'US dollars of this month, the worst case of this run included.',
    kinds: LIMIT_FACTS['cost.month_usd'],
  },
  {
    name: 'personal_data.found',
    type: 'true or false',
    description: 'The texts that would leave hold personal data.',
    kinds: LIMIT_FACTS['personal_data.found'],
  },
  { name: 'channel.size', type: 'number', description: 'People who can read the channel.', kinds: LIMIT_FACTS['channel.size'] },
  { name: 'change.files', type: 'number', description: 'Files the change touches.', kinds: LIMIT_FACTS['change.files'] },
  { name: 'change.bytes', type: 'number', description: 'Bytes of the changed files as they become.', kinds: LIMIT_FACTS['change.bytes'] },
  { name: 'change.paths', type: 'list of texts', description: 'Paths that change, both names of a rename.', kinds: LIMIT_FACTS['change.paths'] },
];
