import type { Config } from '#platform/config/index.ts';
import { createLog, type Log } from '#platform/log/index.ts';
import { createRedactor, type Redactor } from '#platform/redaction/index.ts';

export function createProcessLog(config: Pick<Config, 'secrets' | 'logLevel' | 'logFormat'>): { log: Log; redactor: Redactor } {
  const redactor = createRedactor();
  for (const secret of config.secrets) redactor.register(secret);
  return { redactor, log: createLog({ level: config.logLevel, format: config.logFormat, destination: process.stderr, redactor }) };
}
