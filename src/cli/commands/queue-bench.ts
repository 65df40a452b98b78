import { InvalidArgumentError, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { CliContext } from '../program.ts';
import { show } from '../output.ts';

const PARTS = ['t0', 't1', 't2', 't3', 't4', 'throughput'];

interface BenchFlags {
  repo: string[];
  only: string[] | null;
  seed: number;
  samples: number;
  markdown?: string;
}

/** `reeve queue bench`: measures the queue on repositories of this machine; needs no server. */
export function addQueueBenchCommand(queue: Command, context: CliContext): void {
  const { terminal, format, local } = context;
  queue
    .command('bench')
    .description('measure the merge queue on the history of git repositories; exit code 1 when the run is void')
    .option('--repo <dir>', 'a git repository, bare or not; it is only read (again for more)', collect, [])
    .option('--only <parts>', `some of ${PARTS.join(', ')}, separated by commas`, parseParts, null)
    .option('--seed <number>', 'everything random follows from it', parseWhole, 1)
    .option('--samples <number>', 'changes, pull requests and merges looked at per repository, at most', parseWhole, 200)
    .option('--markdown <file>', 'write the report there too')
    .action(async (flags: BenchFlags) => {
      if (flags.repo.length === 0 && flags.only?.join() !== 't4')
        throw new AppError('invalid', 'Name at least one repository.', { hint: 'reeve queue bench --repo .' });
      const result = await local.benchQueue(
        { repositories: flags.repo, only: flags.only, seed: flags.seed, samples: flags.samples, markdown: flags.markdown ?? null },
        (line) => terminal.err(line),
      );
      if (result.void) context.answerNo();
      show(terminal, format(), result.report, () => result.text);
    });
}

function collect(dir: string, before: string[]): string[] {
  return [...before, dir];
}

function parseParts(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim().toLowerCase());
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new InvalidArgumentError(`there is no part ${unknown}; known are ${PARTS.join(', ')}.`);
  return parts;
}

function parseWhole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number above 0');
  return Number(text);
}
