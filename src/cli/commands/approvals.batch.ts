import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { cut, show, table, visible, withMore } from '../output.ts';
import type { CliContext } from '../program.ts';
import type { ApprovalBody } from './approvals.ts';
import { wholeNumber } from './queue-options.ts';

interface BatchAnswer {
  items: Array<{ id: string; ok: boolean; status: string | null; code: string | null; detail: string | null }>;
}

interface BatchOptions {
  kind?: string;
  reason: string;
  confirm?: string;
  yes?: boolean;
}

/** Decides every pending action of one kind. The list comes first; nothing is decided on it without a word. */
export async function decideAll(
  { api, terminal, format, answerNo }: CliContext,
  decision: 'approve' | 'decline',
  options: BatchOptions,
): Promise<void> {
  const { kind, reason, confirm } = options;
  if (kind === undefined) throw new AppError('invalid', '--all needs --kind: like is decided with like.');
  const client = await api();
  const waiting = await client.all<ApprovalBody>('/v1/approvals', { status: 'pending', kind }, Number.POSITIVE_INFINITY);
  if (waiting.length === 0) return show(terminal, format(), { items: [] }, () => `No ${visible(kind)} waits.`);
  terminal.err(
    table(
      ['ID', 'RISK', 'WHERE', 'ASKED BY', 'ARGUMENTS'],
      waiting.map((item) => [item.id, item.risk, whereOf(item), item.record.trigger_user ?? '-', JSON.stringify(item.record.args)]),
    ),
  );
  if (options.yes !== true)
    throw new AppError('invalid', `${waiting.length} would be decided. Nothing was.`, {
      hint: 'Read the list, then add --yes; `reeve approvals show ID` shows one in full.',
    });
  const items: BatchAnswer['items'] = [];
  for (let from = 0; from < waiting.length; from += 100) {
    const chosen = waiting.slice(from, from + 100).map(({ id, digest }) => ({ id, digest, ...(confirm === undefined ? {} : { confirm }) }));
    items.push(...(await client.post<BatchAnswer>('/v1/approvals/decisions', { decision, kind, reason, items: chosen })).items);
  }
  show(terminal, format(), { items }, () =>
    table(
      ['ID', 'RESULT', 'WHY NOT'],
      items.map((item) => [item.id, item.ok ? item.status : 'refused', item.detail]),
    ),
  );
  if (items.some((item) => !item.ok)) answerNo();
}

export function whereOf({ record }: ApprovalBody): string {
  const { repo, number } = record.target;
  return number === null ? repo : `${repo}#${number}`;
}

interface ReportAnswer {
  days: number;
  items: Array<{ person: string; decisions: number; approved_share: number; hasty_share: number; median_seconds: number; flagged: boolean }>;
}

/** What happens around an approval: questions, other deciders, the report, the emergency exit, taking back. */
export function addApprovalAsides(approvals: Command, { api, terminal, format, answerNo }: CliContext): void {
  approvals
    .command('ask <id>')
    .description('ask about it (or answer) without deciding')
    .requiredOption('--text <text>', 'the question')
    .option('--answer', 'it is an answer')
    .action(async (id: string, options: { text: string; answer?: boolean }) => {
      const kind = options.answer === true ? 'answer' : 'question';
      const item = await (await api()).post<ApprovalBody>(`/v1/approvals/${id}/notes`, { kind, text: options.text });
      show(terminal, format(), item, () => `${item.id}: ${item.status}, noted`);
    });

  approvals
    .command('reassign <id>')
    .description('ask somebody else who may decide it')
    .requiredOption('--to <who>', 'person:<handle> or role:<role>')
    .option('--reason <text>', 'why')
    .action(async (id: string, options: { to: string; reason?: string }) => {
      const item = await (await api()).post<ApprovalBody>(`/v1/approvals/${id}/reassign`, options);
      show(terminal, format(), item, () => `${item.id}: waits for ${visible(item.asked ?? '')}`);
    });

  approvals
    .command('report')
    .description('how each person decides; exit 1 when somebody approves without reading')
    .option('--days <n>', 'how far back', '30')
    .option('--project <project>', 'of one project only: id or key')
    .action(async (options: { days: string; project?: string }) => {
      const report = await (await api()).get<ReportAnswer>('/v1/approvals/report', options);
      const percent = (share: number) => `${Math.round(share * 100)} %`;
      show(terminal, format(), report, () =>
        table(
          ['WHO', 'DECISIONS', 'APPROVED', 'YES IN UNDER 5 S', 'MEDIAN', ''],
          report.items.map((row) => [
            row.person,
            row.decisions,
            percent(row.approved_share),
            percent(row.hasty_share),
            `${Math.round(row.median_seconds)} s`,
            row.flagged ? 'approves without reading' : '',
          ]),
        ),
      );
      if (report.items.some((row) => row.flagged)) answerNo();
    });

  addExceptions(approvals, { api, terminal, format });
}

interface GlassUseBody {
  action_id: string;
  state: string;
  opened_by: string;
  opened_at: string;
  confirmed_by: string | null;
  action_status: string;
  reason: string;
}

function addExceptions(approvals: Command, { api, terminal, format }: Pick<CliContext, 'api' | 'terminal' | 'format'>): void {
  approvals
    .command('break-glass <id>')
    .description('emergency: two maintainers let one action pass without its approvers; both run this within 15 minutes')
    .requiredOption('--reason <text>', 'what burns, 10 characters at least')
    .action(async (id: string, options: { reason: string }) => {
      const client = await api();
      const { digest } = await client.get<ApprovalBody>(`/v1/approvals/${id}`);
      const glass = await client.post<{ state: string; opened_by: string; expires_at: string }>(`/v1/actions/${id}/break-glass`, {
        digest,
        ...options,
      });
      show(terminal, format(), glass, () =>
        glass.state === 'broken'
          ? `${id}: allowed by two people; the ledger says so`
          : `${id}: opened; a second maintainer confirms it until ${glass.expires_at}`,
      );
    });

  approvals
    .command('emergencies')
    .description('where glass was broken, by whom and why, and what became of it')
    .option('--project <id>', 'only this project (id or key)')
    .option('--limit <n>', 'most rows', wholeNumber(1, 100_000), 200)
    .action(async ({ project, limit }: { project?: string; limit: number }) => {
      const { items, more } = cut(await (await api()).all<GlassUseBody>('/v1/break-glass', { project }, limit + 1), limit);
      show(terminal, format(), { items, more }, () => {
        const rows = items.map((use) => [use.action_id, use.state, use.opened_by, use.opened_at, use.confirmed_by, use.action_status, use.reason]);
        return withMore(table(['action', 'state', 'opened by', 'at', 'confirmed by', 'action is', 'reason'], rows), more);
      });
    });

  approvals
    .command('undo <id>')
    .description('propose the inverse of what was executed')
    .action(async (id: string) => {
      const back = await (await api()).post<{ action_id: string; kind: string; status: string }>(`/v1/actions/${id}/undo`);
      show(terminal, format(), back, () => `${back.action_id} ${visible(back.kind)}: ${back.status}`);
    });
}
