/** How to run one program to its end. Nothing is inherited from our environment: `env` is everything it sees. */
export interface CommandSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  stdin?: string | Uint8Array;
  /** Wall clock limit; the whole process group is then killed. */
  timeoutMs: number;
  /** Most bytes kept of each of stdout and stderr (the end is kept; what was cut is counted). */
  maxOutputBytes: number;
  signal?: AbortSignal;
}

export interface CommandResult {
  exitCode: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
  /** Bytes of both streams that were not kept. */
  droppedBytes: number;
  durationMs: number;
  ended: 'exit' | 'timeout' | 'aborted' | 'spawn_failed';
  /** When `spawn_failed`: the sentence. */
  error: string | null;
}
