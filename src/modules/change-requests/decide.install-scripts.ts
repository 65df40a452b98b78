/**
 * Scripts of a package.json that a package manager runs by itself, on every machine that installs: adding one is running code there.
 * https://docs.npmjs.com/cli/v11/using-npm/scripts#life-cycle-scripts
 */
const RUN_UNASKED = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish', 'dependencies'] as const;

/** Whether this is a manifest whose scripts are looked at. */
export const isManifest = (path: string): boolean => path.split('/').at(-1)?.toLowerCase() === 'package.json';

/** Names of the scripts that run unasked after the change and were not there, or were others, before. What cannot be read counts as all. */
export function newInstallScripts(before: string | null, after: string): string[] {
  const [old, now] = [scriptsOf(before ?? '{}'), scriptsOf(after)];
  if (now === null) return [...RUN_UNASKED];
  return RUN_UNASKED.filter((name) => now[name] !== undefined && now[name] !== old?.[name]);
}

function scriptsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const manifest: unknown = JSON.parse(text);
    const scripts = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest ? manifest.scripts : {};
    return typeof scripts === 'object' && scripts !== null ? { ...scripts } : null;
  } catch {
    return null;
  }
}
