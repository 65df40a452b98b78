import path from 'node:path';
import { randomSecret } from '#platform/crypto/index.ts';
import { redactValue } from '#platform/redaction/index.ts';
import { KNOWN_VARIABLES } from '#modules/agents/index.ts';
import { createCallLog } from '#modules/connections/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createSettings } from '#modules/settings/index.ts';
import { createPlaces } from './places.ts';
import { watchedPlace } from './watched.ts';
import type { Context } from './context.ts';

/** What every room is given: the record, the settings, and what of the environment may be passed on. */
export type Ground = ReturnType<typeof createGround>;

/** The first room: it needs no module but the ledger. */
export function createGround(context: Context) {
  const { config, clock, ids, db, outbox, redactor, log } = context;
  const data = (name: string) => path.join(config.dataDir, name);
  const environment = config.environment([
    'PATH',
    'HOME',
    'LANG',
    'SSH_AUTH_SOCK',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    ...Object.values(config.sections.agents).flatMap((agent) => agent.env),
    ...KNOWN_VARIABLES,
  ]);
  const gitEnv = config.environment(['PATH', 'HOME', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']);
  // What agents are given by name may be keys: no log or text shall hold them.
  for (const [name, value] of Object.entries(environment)) if (/KEY|TOKEN|SECRET|PASS|CREDENTIAL/i.test(name)) redactor.register(value);
  const nonce = () => randomSecret(24);

  const redact = (text: string): string => redactor.redact(text);
  const calls = createCallLog({ db, clock, log, redact });
  const places = createPlaces(config).map((place) => watchedPlace(calls, place));
  const written = createLedger({ db, checkpointKeyFile: data('keys/ledger.pem'), places });
  const ledger: typeof written = { ...written, append: (tx, entry) => written.append(tx, { ...entry, payload: redactValue(entry.payload, redact) }) };
  const base = { db, clock, ids, ledger, outbox };
  const settings = createSettings({ ...base, defaults: { shadow: config.shadow } });
  return { data, environment, gitEnv, nonce, redact, calls, ledger, base, settings };
}
