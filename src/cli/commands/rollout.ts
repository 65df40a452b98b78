import { Option, type Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

interface RolloutBody {
  stage: string;
  source: string;
  next: string | null;
  core_paths: string[];
  since: string | null;
  reason: string;
  ready: boolean;
  open: number;
  criteria: Array<{ met: boolean; sentence: string }>;
  kinds: Array<{ kind: string; agreed: number; disagreed: number; open: number }>;
  action: { id: string; status: string } | null;
}

function rolloutText(body: RolloutBody): string {
  const since = body.since === null ? 'by default' : `since ${body.since}`;
  const paths = body.core_paths.length === 0 ? '' : `\ncore paths  ${body.core_paths.map(visible).join(', ')}`;
  const kinds = table(
    ['WHAT REEVE WOULD HAVE DONE', 'PEOPLE AGREED', 'DID OTHERWISE', 'OPEN'],
    body.kinds.map((row) => [row.kind, row.agreed, row.disagreed, row.open]),
  );
  const criteria =
    body.next === null
      ? 'Everything is in its hands.'
      : [`To ${body.next}:`, ...body.criteria.map(({ met, sentence }) => `  ${met ? 'met ' : 'open'}  ${visible(sentence)}`)].join('\n');
  const asked = body.action === null ? '' : `\n\nPeople are asked: action ${body.action.id}, ${body.action.status}; see \`reeve approvals\`.`;
  return `stage       ${body.stage} ${since}${body.reason === '' ? '' : ` (${visible(body.reason)})`}${paths}\n\n${criteria}\n\n${kinds}${asked}`;
}

const many = (value: string, before: string[] = []): string[] => [...before, value];

/** `reeve rollout show|advance|rollback|set --project P`. */
export function addRolloutCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const rollout = program.command('rollout').description('how far a project is in Reeve’s hands: shadow, non_critical, core');
  const address = (project: string): string => `/v1/projects/${encodeURIComponent(project)}/rollout`;
  const change = async (project: string, body: Record<string, unknown>): Promise<void> => {
    const view = await (await api()).post<RolloutBody>(address(project), body);
    show(terminal, format(), view, () => rolloutText(view));
  };

  rollout
    .command('show')
    .description('stage, recorded agreement, and what is missing for the next')
    .requiredOption('--project <project>', 'id or key')
    .action(async ({ project }: { project: string }) => {
      const view = await (await api()).get<RolloutBody>(address(project));
      show(terminal, format(), view, () => rolloutText(view));
    });
  rollout
    .command('advance')
    .description('to the next stage; refused with the numbers while the criteria fail')
    .requiredOption('--project <project>', 'id or key')
    .option('--override <reason>', 'ask people to let it go on although the criteria fail')
    .option('--core-path <glob>', 'files that stay out of reach before the stage core; repeat it for more', many)
    .action(({ project, override, corePath }: { project: string; override?: string; corePath?: string[] }) =>
      change(project, { do: 'advance', override: override ?? null, core_paths: corePath ?? null }),
    );
  rollout
    .command('rollback')
    .description('back to shadow at once: nothing outward is done for the project any more')
    .requiredOption('--project <project>', 'id or key')
    .option('--reason <text>', 'why; it is kept in the ledger', '')
    .action(({ project, reason }: { project: string; reason: string }) => change(project, { do: 'rollback', reason }));
  rollout
    .command('set')
    .description('an earlier stage, or the core paths of this one')
    .requiredOption('--project <project>', 'id or key')
    .addOption(new Option('--stage <stage>', 'never further than the project is').choices(['shadow', 'non_critical', 'core']).makeOptionMandatory())
    .option('--core-path <glob>', 'files that stay out of reach before the stage core; repeat it for more', many)
    .option('--reason <text>', 'why; it is kept in the ledger', '')
    .action(({ project, stage, corePath, reason }: { project: string; stage: string; corePath?: string[]; reason: string }) =>
      change(project, { do: 'set', stage, core_paths: corePath ?? null, reason }),
    );
}
