import { InvalidArgumentError, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { lines, show, table, visible } from '../output.ts';
import { wholeNumber } from './queue-options.ts';

interface PolicyBody {
  hash: string;
  source: string;
  text: string;
  override: { source: string; text: string } | null;
  engine: { name: string; version: string } | null;
  shadow: boolean;
}

interface ExplainBody {
  answer: string;
  mode: string | null;
  risk: string;
  rule: string;
  reason: string;
  approvers: string[];
  min_approvals: number;
  rule_name: string;
  conditions: Array<{ member: string; text: string; holds: boolean | null; error: string | null }>;
  limits: Array<{ name: string; state: string; reason: string }>;
  tightened: Array<{ path: string; from: string; to: string }>;
  sources: { organisation: string; override: string | null };
  engine: { name: string; answer: string; reason: string } | null;
}

interface SimulatedBody {
  considered: number;
  unknown: number;
  truncated: boolean;
  since: string;
  counts: Array<{ from: string; to: string; count: number }>;
}

type SimulateBody = SimulatedBody & {
  items: Array<{ action_id: string; kind: string; decided_at: string; from: string; to: string; rule: string; reason: string }>;
  next_cursor: string | null;
};

interface VersionBody {
  version: number;
  hash: string;
  source: string;
  activated_at: string;
  activated_by: string;
  action_id: string | null;
}

/** `reeve policy`: the rules, why they say what they say, and changing them. `check` needs no server. */
export function addPolicyCommands(program: Command, context: CliContext): void {
  const policy = program.command('policy').description('what may run by itself, what waits for whom, and why');
  addCheck(policy, context);
  addShow(policy, context);
  addExplain(policy, context);
  addSimulate(policy, context);
  addVersions(policy, context);
}

function addCheck(policy: Command, { local, terminal, format, answerNo }: CliContext): void {
  policy
    .command('check <file>')
    .description('every problem of a policy file, each with its place; needs no server')
    .option('--base <file>', "the file is a project's own policy over this one (`default`: the shipped one): it may only tighten it")
    .action(async (file: string, options: { base?: string }) => {
      const report = await local.checkPolicy(file, options.base ?? null);
      if (!report.valid) answerNo();
      show(terminal, format(), report, () =>
        report.valid
          ? `Valid. Hash ${report.hash ?? '-'}`
          : report.problems.map(({ path, detail }) => visible(path === '' ? detail : `${path}: ${detail}`)).join('\n'),
      );
    });
}

function addShow(policy: Command, { terminal, format, api }: CliContext): void {
  policy
    .command('show', { isDefault: true })
    .description('the policy in force')
    .option('--project <project>', "with this project's own policy (id or key)")
    .action(async (options: { project?: string }) => {
      const body = await (await api()).get<PolicyBody>('/v1/policy', { project: options.project });
      show(terminal, format(), body, () => {
        const notes = [
          `# ${visible(body.source)}, hash ${body.hash}${body.shadow ? ', shadow' : ''}`,
          ...(body.engine === null ? [] : [`# beside it ${body.engine.name}, version ${body.engine.version}`]),
        ];
        const own = body.override === null ? [] : [`# the project's own, ${visible(body.override.source)}:`, lines(body.override.text)];
        return [...notes, lines(body.text), ...own].join('\n');
      });
    });
}

function addExplain(policy: Command, { terminal, format, api }: CliContext): void {
  policy
    .command('explain <kind>')
    .description('which rule answers for this kind of action, which condition, which limit, and why')
    .option('--project <project>', "with this project's own policy (id or key)")
    .option('--fact <name=value>', 'what conditions look at, such as plan.approved=true; may be repeated', addFact, {})
    .action(async (kind: string, options: { project?: string; fact: Facts }) => {
      const body = await (
        await api()
      ).post<ExplainBody>('/v1/policy/explain', { action_kind: kind, facts: options.fact, project_id: options.project ?? null });
      show(terminal, format(), body, () => lines(explanationText(kind, body)));
    });
}

function explanationText(kind: string, body: ExplainBody): string {
  const waits = body.mode === null || body.mode === 'auto' ? '' : ` by ${body.min_approvals} of ${body.approvers.join(' or ')}`;
  const held = (holds: boolean | null, error: string | null): string => error ?? String(holds);
  const section = (title: string, rows: string[]): string[] => (rows.length === 0 ? [] : [title, ...rows.map((row) => `  ${row}`)]);
  return [
    `${kind}: ${body.mode ?? 'denied'}${waits}, risk ${body.risk}`,
    `because of ${body.rule}: ${body.reason}`,
    `rule ${body.rule_name} of ${body.sources.organisation}${body.sources.override === null ? '' : ` with ${body.sources.override}`}`,
    ...section(
      'conditions',
      body.conditions.map(({ member, text, holds, error }) => `${member} "${text}": ${held(holds, error)}`),
    ),
    ...section(
      'limits',
      body.limits.map(
        ({ name, state, reason }) => `${name}: ${state === 'unconcerned' ? 'no fact for it' : state}${reason === '' ? '' : ` (${reason})`}`,
      ),
    ),
    ...section(
      'made stricter by the project',
      body.tightened.map(({ path, from, to }) => `${path}: ${from} -> ${to}`),
    ),
    ...(body.engine === null ? [] : [`engine ${body.engine.name}: ${body.engine.answer} (${body.engine.reason})`]),
  ].join('\n');
}

function addSimulate(policy: Command, { terminal, format, api, local }: CliContext): void {
  policy
    .command('simulate <file>')
    .description('make the recorded decisions again under another policy; what would have changed')
    .option('--since <time>', 'how far back: 30d, 12h, or an instant', '30d')
    .option('--limit <n>', 'most changed decisions listed', wholeNumber(1, 200), 50)
    .option('--cursor <cursor>', 'where the last list ended')
    .action(async (file: string, options: { since: string; limit: number; cursor?: string }) => {
      const text = await local.readFile(file);
      const body = await (await api()).post<SimulateBody>('/v1/policy/simulate', { text, ...options });
      show(terminal, format(), body, () =>
        [
          simulatedText(body),
          ...(body.items.length === 0
            ? []
            : [
                table(
                  ['ACTION', 'KIND', 'FROM', 'TO', 'WHY'],
                  body.items.map((item) => [item.action_id, item.kind, item.from, item.to, item.reason]),
                ),
              ]),
          ...(body.next_cursor === null ? [] : [`more: --cursor ${body.next_cursor}`]),
        ].join('\n'),
      );
    });
}

function simulatedText(body: SimulatedBody): string {
  const changed = body.counts.filter(({ from, to }) => from !== to);
  const total = changed.reduce((sum, { count }) => sum + count, 0);
  return [
    `${body.considered} decisions since ${body.since}: ${total === 0 ? 'none would change' : `${total} would change`}.`,
    ...body.counts.map(({ from, to, count }) => `  ${from} -> ${to}: ${count}`),
    ...(body.unknown === 0 ? [] : [`  ${body.unknown} were not recorded with their facts`]),
    ...(body.truncated ? ['  there were more; only the newest were looked at'] : []),
  ].join('\n');
}

function addVersions(policy: Command, { terminal, format, api, local }: CliContext): void {
  policy
    .command('list')
    .description('every policy that was ever in force, newest first')
    .option('--limit <n>', 'most rows', wholeNumber(1, 10_000), 50)
    .action(async (options: { limit: number }) => {
      const items = await (await api()).all<VersionBody>('/v1/policy/versions', {}, options.limit);
      show(terminal, format(), { items }, () =>
        table(
          ['VERSION', 'SINCE', 'BY', 'SOURCE', 'ACTION', 'HASH'],
          items.map((item) => [item.version, item.activated_at, item.activated_by, item.source, item.action_id, item.hash.slice(0, 16)]),
        ),
      );
    });

  policy
    .command('activate <file>')
    .description('propose this policy; it is in force once two maintainers approved it')
    .option('--since <time>', 'what it would have changed, for those who decide: 30d, 12h, or an instant', '30d')
    .action(async (file: string, options: { since: string }) => {
      const text = await local.readFile(file);
      const body = await (
        await api()
      ).post<{ action_id: string; digest: string; status: string; simulated: SimulatedBody }>('/v1/policy/activate', {
        text,
        source: file,
        since: options.since,
      });
      show(terminal, format(), body, () =>
        [`${body.action_id}: ${body.status}`, simulatedText(body.simulated), `See \`reeve approvals show ${body.action_id}\`.`].join('\n'),
      );
    });
}

type Facts = { [name: string]: unknown };

/** `plan.approved=true` into nested facts. A value is JSON, or text. */
function addFact(given: string, facts: Facts): Facts {
  const [, name = '', value = ''] = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)=(.*)$/s.exec(given) ?? [];
  if (name === '') throw new InvalidArgumentError('a name and a value: plan.approved=true');
  const names = name.split('.');
  const last = names.pop() ?? '';
  let at = facts;
  for (const part of names) {
    const under: unknown = Object.hasOwn(at, part) ? at[part] : {};
    if (typeof under !== 'object' || under === null || Array.isArray(under)) throw new AppError('invalid', `${name}: ${part} is no group of facts.`);
    at[part] = under;
    at = under as Facts;
  }
  at[last] = parseValue(value);
  return facts;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
