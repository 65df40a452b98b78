const LEVELS: Record<number, string> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO ', 40: 'WARN ', 50: 'ERROR', 60: 'FATAL' };
const COLOURS: Record<number, string> = { 10: '90', 20: '90', 30: '36', 40: '33', 50: '31', 60: '31;1' };
const SHOWN = new Set(['level', 'time', 'msg', 'err', 'trace_id', 'span_id']);

/** One JSON log line as a person reads it: `12:30:01.123 INFO  sentence  key=value`, a stack on the lines below. */
export function formatPretty(line: string, colour: boolean): string {
  const entry = parse(line);
  if (entry === null) return line;
  const level = Number(entry.level);
  const time = text(entry.time).slice(11, 23);
  const paint = (text: string, code: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const fields = Object.entries(entry)
    .filter(([key]) => !SHOWN.has(key))
    .map(([key, value]) => `${key}=${shown(value)}`);
  const head = `${paint(time, '90')} ${paint(LEVELS[level] ?? String(level), COLOURS[level] ?? '0')} ${text(entry.msg)}`;
  const tail = fields.length > 0 ? `  ${paint(fields.join(' '), '90')}` : '';
  return `${head}${tail}${stackOf(entry.err)}\n`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function shown(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const lines = typeof stack === 'string' ? stack : text(message) || JSON.stringify(error);
  return `\n${lines.replaceAll(/^/gm, '    ')}`;
}
