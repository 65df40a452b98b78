import { Option, type Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

type Unit = 'seconds' | 'minutes' | 'share' | 'count';

interface DefinitionBody {
  metric: string;
  title: string;
  definition_version: number;
  meaning: string;
  formula: string;
  unit: Unit;
}

interface FiguresBody {
  value: number | null;
  reason: string | null;
  n: number;
  mean: number | null;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  excluded: Record<string, number>;
  parts: Record<string, number>;
  evidence: string[];
  evidence_left_out: number;
}

interface AnswerBody extends FiguresBody {
  metric: string;
  title: string;
  unit: Unit;
  definition_version: number;
  from: string;
  to: string;
  by: string | null;
  rows: Array<FiguresBody & { key: string }> | null;
}

interface ShowOptions {
  project?: string;
  from?: string;
  to?: string;
  asOf?: string;
  by?: string;
}

const MINUTE_S = 60;
const HOUR_S = 3600;

/** Nothing measured is a dash, and never a zero. */
function readable(value: number | null, unit: Unit): string {
  if (value === null) return '-';
  if (unit === 'share') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'count') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  const seconds = unit === 'minutes' ? value * MINUTE_S : value;
  if (seconds < MINUTE_S) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ${Math.floor(seconds % MINUTE_S)} s`;
  return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
}

const counts = (given: Record<string, number>): string =>
  Object.entries(given)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');

function answerText(body: AnswerBody): string {
  const { unit } = body;
  const row = (name: string, of: FiguresBody): string[] => [
    name,
    readable(of.value, unit),
    String(of.n),
    ...[of.mean, of.p50, of.p75, of.p90].map((value) => readable(value, unit)),
    counts(of.excluded),
  ];
  const header = [(body.by ?? '').toUpperCase(), 'VALUE', 'N', 'MEAN', 'P50', 'P75', 'P90', 'LEFT OUT'];
  const rows = [row('all', body), ...(body.rows ?? []).map((one) => row(one.key, one))];
  return [
    `${body.title} (${body.metric}, definition ${body.definition_version}), ${body.from} to ${body.to}`,
    table(header, rows),
    ...(body.reason === null ? [] : [body.reason]),
    ...(Object.keys(body.parts).length === 0 ? [] : [`Parts: ${counts(body.parts)}`]),
    `Evidence: ${body.evidence.length + body.evidence_left_out} ids (--json names them)`,
  ].join('\n');
}

/** `reeve metrics [list]`, `reeve metrics show ID [--project P] [--from INSTANT] [--to INSTANT] [--by D]`. */
export function addMetricsCommands(program: Command, { terminal, format, api }: CliContext): void {
  const metrics = program.command('metrics').description('figures about automation, each by one written definition');
  metrics
    .command('list', { isDefault: true })
    .description('every metric with what it means')
    .action(async () => {
      const body = await (await api()).get<{ items: DefinitionBody[] }>('/v1/metrics');
      show(terminal, format(), body, () =>
        body.items
          .map((one) => `${one.metric} (definition ${one.definition_version}, ${one.unit})\n  ${one.meaning}\n  = ${one.formula}`)
          .join('\n\n'),
      );
    });
  metrics
    .command('show')
    .description('one metric over a window; a dash where nothing was measured, with the reason')
    .argument('<metric>', 'such as time_to_pr')
    .option('--project <project>', 'id or key; all together when left out')
    .option('--from <instant>', 'inclusive (ISO 8601, UTC); thirty days before --to when left out')
    .option('--to <instant>', 'exclusive; now when left out')
    .option('--as-of <instant>', 'what happened later is not seen')
    .addOption(new Option('--by <dimension>', 'a row for each').choices(['agent', 'harness', 'repository', 'project']))
    .action(async (metric: string, { project, from, to, asOf: as_of, by }: ShowOptions) => {
      const body = await (await api()).get<AnswerBody>(`/v1/metrics/${encodeURIComponent(metric)}`, { project, from, to, as_of, by });
      show(terminal, format(), body, () => answerText(body));
    });
  addSeriesCommand(metrics, { terminal, format, api });
}

interface SeriesBody {
  title: string;
  unit: Unit;
  buckets: Array<{ from: string; partial: boolean; value: number | null; n: number; excluded: Record<string, number> }>;
}

function addSeriesCommand(metrics: Command, { terminal, format, api }: Pick<CliContext, 'terminal' | 'format' | 'api'>): void {
  metrics
    .command('series')
    .description('one metric day by day or week by week; a dash where nothing was measured')
    .argument('<metric>', 'such as time_to_pr')
    .option('--project <project>', 'id or key; all together when left out')
    .option('--from <instant>', 'inclusive (ISO 8601, UTC); thirty days before --to when left out')
    .option('--to <instant>', 'exclusive; now when left out')
    .addOption(new Option('--bucket <length>', 'length of a stretch').choices(['day', 'week']).default('day'))
    .action(async (metric: string, { project, from, to, bucket }: { project?: string; from?: string; to?: string; bucket: string }) => {
      const body = await (await api()).get<SeriesBody>(`/v1/metrics/${encodeURIComponent(metric)}/series`, { project, from, to, bucket });
      show(terminal, format(), body, () =>
        table(
          ['FROM', body.title.toUpperCase(), 'N', 'LEFT OUT'],
          body.buckets.map(({ from, partial, value, n, excluded }) => [
            `${from.slice(0, 10)}${partial ? ' (not whole)' : ''}`,
            readable(value, body.unit),
            String(n),
            counts(excluded),
          ]),
        ),
      );
    });
}
