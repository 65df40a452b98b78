/** Where a plain command gets its prompt. */
export type PromptDelivery = { kind: 'ok'; command: string[]; stdin: string } | { kind: 'refused'; detail: string };

/** Linux allows 128 KiB for one argument (MAX_ARG_STRLEN), whatever the whole command line may hold. */
const MAX_ARGUMENT_BYTES = 128 * 1024 - 1;

/**
 * The prompt goes to standard input, unless the command names a place for it: `{prompt}` becomes the text itself,
 * `{prompt_file}` the path of a file that holds it. That file is written by a small shell loop inside the sandbox, in its
 * own HOME, because only there is it known which folders exist; it never lies in the worktree, where it would become
 * part of the change.
 */
export function deliverPrompt(command: readonly string[], prompt: string): PromptDelivery {
  if (command.some((part) => part.includes('{prompt_file}'))) {
    return { kind: 'ok', command: ['/bin/sh', '-c', WRITE_THEN_RUN, 'reeve', ...command], stdin: prompt };
  }
  if (!command.some((part) => part.includes('{prompt}'))) return { kind: 'ok', command: [...command], stdin: prompt };
  const filled = command.map((part) => part.replaceAll('{prompt}', () => prompt));
  if (filled.some((part) => Buffer.byteLength(part) > MAX_ARGUMENT_BYTES)) {
    return {
      kind: 'refused',
      detail: 'The prompt is too long for an argument: use {prompt_file} in the command, or neither and read standard input.',
    };
  }
  if (prompt.includes('\0')) return { kind: 'refused', detail: 'The prompt holds a zero byte, which no argument can.' };
  return { kind: 'ok', command: filled, stdin: '' };
}

const WRITE_THEN_RUN = [
  'umask 077',
  'file="$HOME/prompt-$$.md"',
  'cat > "$file" || exit 74',
  'left=$#',
  'while [ "$left" -gt 0 ]; do',
  '  part=$1; shift',
  '  case $part in *"{prompt_file}"*) part="${part%%"{prompt_file}"*}$file${part#*"{prompt_file}"}" ;; esac',
  '  set -- "$@" "$part"',
  '  left=$((left - 1))',
  'done',
  'exec "$@" < /dev/null',
].join('\n');
