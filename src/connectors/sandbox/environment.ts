import { dirname, delimiter } from 'node:path';

/** Where the system keeps its programs; shown in every sandbox. */
export const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export interface EnvironmentSpec {
  home: string;
  tmp: string;
  path: readonly string[];
  passed: Readonly<Record<string, string>>;
}

/** All that a sandboxed process sees: what was passed, a search path, and folders of its own. HOME cannot be passed. */
export function sandboxEnvironment(spec: EnvironmentSpec): Record<string, string> {
  return { LANG: 'C.UTF-8', PATH: [...new Set(spec.path)].join(delimiter), ...spec.passed, HOME: spec.home, TMPDIR: spec.tmp };
}

/** Our own Node first: agents and checks run on the version Reeve was tested with. */
export function searchPath(node: string, path: string | undefined): string[] {
  const given = (path ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return [...new Set([dirname(node), ...given, ...SYSTEM_PATH])];
}
