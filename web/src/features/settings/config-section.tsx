import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Field } from '../../ui/field.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Select, TextInput } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { ConflictNote } from './conflict-note.tsx';
import { changedSettings, nameOfSetting, stillTyped, textOfValue, type SettingValue } from './config-values.ts';
import { MayNote } from './may-note.tsx';
import { configQuery, type Config, type Setting } from './queries.ts';
import { SaveBar } from './save-bar.tsx';
import { useSeenRevision } from './seen-revision.ts';
import { useSave } from './use-save.ts';
import { whoIs } from './who.ts';
import { WithCode } from './with-code.tsx';

/** Run-time settings: every key with its value, its default, and who changed it last. */
export function ConfigSection() {
  const query = useQuery(configQuery);
  return (
    <>
      <MayNote needs="manager" does="change these settings" />
      <QueryState query={query} noun="the configuration">
        {(config) => <ConfigForm config={config} />}
      </QueryState>
    </>
  );
}

function ConfigForm({ config }: { config: Config }) {
  const { may } = useSession();
  const [typed, setTyped] = useState<Readonly<Record<string, SettingValue>>>({});
  /** The one that is to go back to its default: asked by its own press, with nothing typed. */
  const [back, setBack] = useState<string | null>(null);
  const changes = changedSettings(config.settings, typed);
  const dirty = Object.keys(changes).length > 0;
  const save = useSave({
    write: (body: Record<string, SettingValue | null>, headers) => read(api.PATCH('/v1/config', { body, headers })),
    fields: config.settings.map(({ key }) => key),
    renews: ['config'],
    done: 'The settings are changed.',
  });
  // What was refused is over what was on the screen then, as what is typed is.
  const seen = useSeenRevision(config.revision, dirty || (back !== null && save.theirs !== null));

  function type(key: string, value: SettingValue): void {
    seen.see();
    setTyped((before) => ({ ...before, [key]: value }));
  }

  function reset(): void {
    setTyped({});
    setBack(null);
    seen.forget();
    save.clear();
  }

  /** `key`: goes back to its default; null: what is typed is saved. */
  async function run(key: string | null, over = seen.over): Promise<void> {
    const body = key === null ? changes : { [key]: null };
    seen.see();
    setBack(key);
    const answer = await save.run(body, over);
    if (answer === null) return;
    setBack(null);
    setTyped((now) => stillTyped(now, { sent: typed, changes, saved: body }));
    seen.take(answer.revision);
  }

  return (
    <Panel title="Settings that may change while Reeve runs" aside={<span className="tnum text-sm text-muted">revision {config.revision}</span>}>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void run(null);
        }}
      >
        <div className="flex flex-col divide-y divide-line">
          {config.settings.map((setting) => (
            <SettingRow
              key={setting.key}
              setting={setting}
              value={typed[setting.key] ?? setting.value}
              changed={setting.key in changes}
              disabled={!may('manager')}
              error={save.errorAt(setting.key)}
              onChange={(value) => type(setting.key, value)}
              onDefault={() => void run(setting.key)}
            />
          ))}
        </div>
        {may('manager') && <SaveBar dirty={dirty} busy={save.busy} problem={save.rest} onSave={() => void run(null)} onReset={reset} />}
      </form>
      <ConflictNote what="the settings" save={save} seen={seen} onSave={(over) => void run(back, over)} onDrop={reset} className="mt-3" />
      <LeaveGuard dirty={dirty} what="the configuration" />
    </Panel>
  );
}

interface RowProps {
  setting: Setting;
  value: SettingValue;
  changed: boolean;
  disabled: boolean;
  error: string | null;
  onChange(value: SettingValue): void;
  onDefault(): void;
}

function SettingRow({ setting, value, changed, disabled, error, onChange, onDefault }: RowProps) {
  const isSet = setting.source === 'set';
  return (
    <div className={cn('grid gap-x-6 gap-y-2 py-4 first:pt-0 md:grid-cols-[1fr_16rem]', changed && 'border-l-2 border-l-accent pl-3')}>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{nameOfSetting(setting.key)}</span>
          <code className="font-mono text-xs text-faint">{setting.key}</code>
          {isSet && <Badge tone="accent">changed from its default</Badge>}
        </div>
        <p className="mt-0.5 max-w-prose text-sm text-muted">
          <WithCode text={setting.description} />
        </p>
        <p className="mt-1 text-xs text-faint">
          Default {textOfValue(setting.default)}
          {setting.updated_at !== null && (
            <>
              {' · '}
              {setting.updated_by === null ? 'changed' : `${whoIs(setting.updated_by)} changed it`} <Time at={setting.updated_at} />{' '}
              <Link to="/ledger" search={{ kind: 'config.changed', mentions: setting.key }} className="text-accent underline underline-offset-2">
                all its changes
              </Link>
            </>
          )}
        </p>
      </div>
      <div className="flex items-end gap-2">
        <Field label={<span className="sr-only">{setting.key}</span>} error={error} className="min-w-0 flex-1">
          <SettingInput setting={setting} value={value} disabled={disabled} onChange={onChange} />
        </Field>
        {isSet && !disabled && (
          <Button
            kind="quiet"
            aria-label={`Set ${setting.key} back to its default`}
            title="Back to the default"
            icon={<RotateCcw size={15} aria-hidden />}
            onClick={onDefault}
          />
        )}
      </div>
    </div>
  );
}

function SettingInput({ setting, value, onChange, ...rest }: Pick<RowProps, 'setting' | 'value' | 'disabled' | 'onChange'>) {
  const { input } = setting;
  if (input.kind === 'flag')
    return (
      <Select {...rest} value={String(value)} onChange={(event) => onChange(event.target.value === 'true')}>
        <option value="true">on</option>
        <option value="false">off</option>
      </Select>
    );
  if (input.kind === 'choice')
    return (
      <Select {...rest} value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {input.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </Select>
    );
  return <TextInput {...rest} inputMode="numeric" className="tnum" value={String(value)} onChange={(event) => onChange(event.target.value)} />;
}
