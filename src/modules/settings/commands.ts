import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonValue } from '#kernel/json.ts';
import { refuseMoved } from '#kernel/revision.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { suggestion } from '#kernel/nearest-name.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import { decideValue, decideView, type Defaults } from './decide.ts';
import { RUNTIME_KEYS, RUNTIME_SETTINGS, type RuntimeKey, type RuntimeSetting, type RuntimeValues, type SettingsView } from './model.ts';
import * as store from './store.ts';

export interface SettingsDeps {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  /** Values of the start-up configuration that stand in for built-in defaults, such as `shadow`. */
  defaults?: Defaults;
}

/** Settings that may change while Reeve runs (table `system_config`). */
export interface Settings {
  /** The value in force, at most a second old; changes made through this object are seen at once. */
  get<K extends RuntimeKey>(key: K): Promise<RuntimeValues[K]>;
  view(): Promise<SettingsView>;
  /**
   * Changes several at once, all or none; null sets back to the default. Each change is a ledger entry (`config.changed`,
   * before and after) and an event. AppError invalid (`unknown_setting` names the nearest, `invalid_setting`), conflict
   * `revision_moved` when `ifRevision` is given and somebody was faster.
   */
  change(changes: Record<string, unknown>, by: Actor, ifRevision?: number): Promise<SettingsView>;
  set(key: string, value: unknown, by: Actor, ifRevision?: number): Promise<SettingsView>;
  unset(key: string, by: Actor, ifRevision?: number): Promise<SettingsView>;
}

const CACHE_MS = 1000;

export function createSettings(deps: SettingsDeps): Settings {
  const defaults = deps.defaults ?? {};
  let cache: { untilMs: number; view: Promise<SettingsView> } | null = null;
  const read = async (): Promise<SettingsView> => decideView(await store.allSettings(deps.db), defaults);

  async function cached(): Promise<SettingsView> {
    const nowMs = deps.clock.now().getTime();
    if (cache === null || nowMs >= cache.untilMs) {
      const view = read();
      cache = { untilMs: nowMs + CACHE_MS, view };
      // A failed read must not be served for a second.
      view.catch(() => {
        cache = null;
      });
    }
    return cache.view;
  }

  async function change(changes: Record<string, unknown>, by: Actor, ifRevision?: number): Promise<SettingsView> {
    const values = new Map(Object.entries(changes).map(([key, raw]) => parseChange(key, raw)));
    const view = await deps.db.tx(async (tx) => apply(deps, tx, { values, by: by.subject, ifRevision, defaults }));
    cache = null;
    return view;
  }

  return {
    async get(key) {
      const { settings } = await cached();
      // Every value in a view went through the parse function of its own key.
      return settings.find((setting) => setting.key === key)?.value as RuntimeValues[typeof key];
    },
    view: read,
    change,
    set: async (key, value, by, ifRevision) => change({ [key]: value }, by, ifRevision),
    unset: async (key, by, ifRevision) => change({ [key]: null }, by, ifRevision),
  };
}

function parseChange(key: string, raw: unknown): [RuntimeKey, JsonValue] {
  if (!(RUNTIME_KEYS as string[]).includes(key)) {
    throw new AppError('invalid', `There is no setting "${key}".`, {
      code: 'unknown_setting',
      hint: suggestion(key, RUNTIME_KEYS, '"reeve config view" lists them.'),
      detail: { errors: [{ path: key, message: 'unknown setting' }] },
    });
  }
  const known = key as RuntimeKey;
  if (raw === null) return [known, null];
  const setting: RuntimeSetting<JsonValue> = RUNTIME_SETTINGS[known];
  const parsed = setting.parse(raw);
  if (parsed.ok) return [known, parsed.value];
  throw new AppError('invalid', `${key} ${parsed.error}, not ${JSON.stringify(raw)}.`, {
    code: 'invalid_setting',
    hint: setting.description,
    detail: { errors: [{ path: key, message: parsed.error }] },
  });
}

interface Change {
  values: Map<RuntimeKey, JsonValue>;
  by: string;
  ifRevision: number | undefined;
  defaults: Defaults;
}

async function apply(deps: SettingsDeps, tx: Tx, change: Change): Promise<SettingsView> {
  await store.lockSettings(tx);
  const rows = await store.allSettings(tx);
  let { revision } = decideView(rows, change.defaults);
  refuseMoved('settings', revision, change.ifRevision);
  for (const [key, value] of change.values) {
    const stored = rows.find((row) => row.key === key);
    if ((stored?.value ?? null) === value) continue;
    const before = decideValue(key, stored, change.defaults);
    revision += 1;
    await store.saveSetting(tx, { key, value, revision, by: change.by, at: deps.clock.now() });
    const after = value ?? decideValue(key, undefined, change.defaults);
    const payload = { key, before, after, unset: value === null, revision };
    deps.ledger.append(tx, { kind: 'config.changed', subject: key, actor: change.by, payload });
    await deps.outbox.put(tx, { type: 'config.changed', subject: key, data: payload });
  }
  return decideView(await store.allSettings(tx), change.defaults);
}
