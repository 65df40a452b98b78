/**
 * Environment of a git that obeys nothing of the machine or of a person: neither their aliases, hooks and filters nor their credential helpers.
 * It asks nobody, takes no locks it can do without, and an object is what its id says (no replace refs). `base`: all that git sees of our own
 * environment (PATH, proxies). Its words are English, whatever the machine speaks.
 */
export function cleanGitEnvironment(base: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...base,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ADVICE: '0',
  };
}
