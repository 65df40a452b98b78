import { createLineGatherer, TOO_MANY } from './decide.coverage.lines.ts';
import type { ParsedCoverage } from './model.coverage.ts';

/**
 * LCOV's tracefile (geninfo(1), section FILES): `SF:` names a file, `DA:<line>,<runs>[,<checksum>]` a line, `end_of_record` ends the file.
 * Branches and functions are not read.
 */
export function parseLcov(text: string): ParsedCoverage {
  const gathered = createLineGatherer();
  let file: string | null = null;
  let isLcov = false;
  for (const raw of lines(text)) {
    const line = raw.trim();
    if (line.startsWith('SF:')) {
      file = line.slice(3).trim();
      isLcov = true;
    } else if (line === 'end_of_record') file = null;
    else if (file !== null && line.startsWith('DA:')) {
      const [number = '', runs = ''] = line.slice(3).split(',');
      // Some writers count in floating point, and write `-1` or `=====` for what they do not know.
      const count = Number(runs);
      if (/^\d+$/.test(number) && runs !== '' && Number.isFinite(count) && !gathered.add(file, Number(number), count > 0))
        return { ok: false, problem: TOO_MANY };
    }
  }
  if (!isLcov) return { ok: false, problem: 'The report is none of LCOV, Cobertura and JaCoCo.' };
  return { ok: true, coverage: { format: 'lcov', sources: [], files: gathered.files() } };
}

/** One after the other: a report of many megabytes is not copied line by line first. */
function* lines(text: string): Generator<string> {
  let from = 0;
  while (from <= text.length) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    yield text.slice(from, to);
    from = to + 1;
  }
}
