import { InvalidArgumentError, Option, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

interface PoolBody {
  id: string;
  scope: string;
  project_id: string | null;
  period: string;
  resets_at: string;
  cap_micros: number;
  spent_micros: number;
  reserved_micros: number;
  left_micros: number;
  source: string;
}

interface BudgetBody {
  stopped: boolean;
  stopped_reason: string | null;
  stopped_by: string | null;
  run_cap_micros: number;
  dispatches_per_hour: number;
  pools: PoolBody[];
  spenders: Array<{ spender: string; spent_micros: number; reserved_micros: number; runs: number; calls: number }>;
}

interface HistoryBody {
  items: Array<{ day: string; spent_micros: number; reserved_micros: number; runs: number; calls: number; uncounted_runs: number }>;
}

const usd = (micros: number): string => (micros / 1e6).toFixed(2);

function budgetText(body: BudgetBody): string {
  const pools = table(
    ['CAP', 'USD', 'SPENT', 'RESERVED', 'LEFT', 'BEGINS ANEW (UTC)', 'SET BY'],
    body.pools.map((pool) => [
      `${pool.project_id ?? pool.scope} per ${pool.period}`,
      usd(pool.cap_micros),
      usd(pool.spent_micros),
      usd(pool.reserved_micros),
      usd(pool.left_micros),
      pool.resets_at.slice(0, 16).replace('T', ' '),
      pool.source === 'set' ? 'people' : 'default',
    ]),
  );
  const spenders = table(
    ['SPENT MOST THIS MONTH', 'SPENT', 'RESERVED', 'RUNS', 'CALLS'],
    body.spenders.map((one) => [one.spender, usd(one.spent_micros), usd(one.reserved_micros), one.runs, one.calls]),
  );
  const reason = body.stopped_reason === null ? '' : `: ${visible(body.stopped_reason)}`;
  const stopped = body.stopped
    ? `STOPPED by ${visible(body.stopped_by ?? 'somebody')}${reason}. Nothing new is dispatched; \`reeve budget resume\`.\n\n`
    : '';
  const limits = `One run may reserve ${usd(body.run_cap_micros)} USD; one repository is sent ${body.dispatches_per_hour} runs an hour at most.`;
  return `${stopped}${pools}\n\n${limits}\n\n${spenders}`;
}

function historyText(body: HistoryBody): string {
  return table(
    ['DAY (UTC)', 'SPENT USD', 'RESERVED', 'RUNS', 'CALLS', 'RUNS NOBODY COUNTED'],
    body.items.map((day) => [day.day, usd(day.spent_micros), usd(day.reserved_micros), day.runs, day.calls, day.uncounted_runs]),
  );
}

function parseUsd(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('an amount in USD, such as 250 or 12.50');
  return value;
}

/** `reeve budget [--project P] [--history]`, `budget stop|resume|cap`. */
export function addBudgetCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const budget = program
    .command('budget')
    .description('caps, what is spent and reserved under them, and who spent it')
    .option('--project <project>', 'of one project (id or key), beside the installation')
    .option('--history', 'what each of the last 30 days cost')
    .action(async (options: { project?: string; history?: boolean }) => {
      const client = await api();
      if (options.history === true) {
        const body = await client.get<HistoryBody>('/v1/budget/history', { project: options.project });
        show(terminal, format(), body, () => historyText(body));
        return;
      }
      const body = await client.get<BudgetBody>('/v1/budget', { project: options.project });
      show(terminal, format(), body, () => budgetText(body));
    });

  budget
    .command('stop')
    .description('dispatch nothing new and ask no model, from now on; what runs already goes on to its end')
    .option('--reason <text>', 'why; it is kept in the ledger')
    .action(async (options: { reason?: string }) => {
      const body = await (await api()).post<BudgetBody>('/v1/budget/stop', { reason: options.reason ?? null });
      show(terminal, format(), body, () => 'Stopped. Nothing new is dispatched until `reeve budget resume`.');
    });
  budget
    .command('resume')
    .description('dispatch again')
    .action(async () => {
      const body = await (await api()).post<BudgetBody>('/v1/budget/resume', {});
      show(terminal, format(), body, () => 'Dispatch goes on.');
    });
  addCapCommand(budget, context);
}

function addCapCommand(budget: Command, { terminal, format, api }: CliContext): void {
  budget
    .command('cap <usd>')
    .description('set a cap from now on: a lower one at once, a higher one when those who may have allowed it')
    .option('--of <project>', 'of a project (id or key); without it, of the installation')
    .addOption(new Option('--period <period>', 'day or month').choices(['day', 'month']).default('month'))
    .action(async (amount: string, options: { of?: string; period: string }) => {
      const cap = { project: options.of ?? null, period: options.period, cap_usd: parseUsd(amount) };
      if (cap.project === null && cap.period === 'day')
        throw new AppError('invalid', 'The installation has a cap for the month only.', { hint: 'Name a project with --of.' });
      const body = await (await api()).patch<{ cap_micros: number; action: { id: string; status: string } | null }>('/v1/budget/caps', cap);
      show(terminal, format(), body, () =>
        body.action === null
          ? `The cap is ${usd(body.cap_micros)} USD now.`
          : `Raising it is the action ${body.action.id}, ${body.action.status}; see \`reeve approvals\`. Until then the cap is ${usd(body.cap_micros)} USD.`,
      );
    });
}
