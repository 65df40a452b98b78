/**
 * What the command line needs from the machine it runs on and cannot ask of the HTTP API: start a server, look at the machine,
 * read files offline. main.ts hands an implementation over; the CLI itself imports nothing of the server.
 */
export interface Local {
  version: string;
  /** The server this command talks to: REEVE_URL, or the one running on the data directory. Null: none. */
  findServer(): Promise<ServerAddress | null>;
  /** Its address alone, for who has no token yet. */
  serverUrl(): Promise<string | null>;
  /** Keeps the token of a sign-in at a server, readable by its owner alone; commands that talk to that server use it. */
  keepLogin(url: string, token: string): Promise<void>;
  /** Answers whether there was one. */
  dropLogin(url: string): Promise<boolean>;
  /** Starts a server of our own on a data directory and waits until it is ready. */
  startServer(options: StartOptions): Promise<OwnServer>;
  /** Runs the server in this process until it is told to stop; answers the exit code. */
  serve(options: ServeOptions): Promise<number>;
  doctor(): Promise<DoctorReport>;
  backup(target: string): Promise<{ path: string; bytes: number }>;
  /** Puts a backup in place; with an archive, the log written since is replayed on top. */
  restore(source: string, archive: RestoreArchive | null): Promise<Restored>;
  /** Verifies a ledger against a checkpoint file: an export (path of JSON lines), or entries as a server answers them, in order. */
  verifyLedger(ledger: string | AsyncIterable<unknown>, checkpoint: string | null): Promise<LedgerReport>;
  /** Writes the lines of an export (`{path, text}` each) below a folder that is empty or not there; answers the paths. */
  writeExport(folder: string, lines: AsyncIterable<string>): Promise<string[]>;
  /** Starts a GitHub of this machine for the demo. AppError unavailable outside a checkout. */
  startSampleGithub(): Promise<SampleGithub>;
  /** Makes the sample estate on a server (a separate process), its repository on the embedded forge or on that GitHub. */
  makeEstate(server: ServerAddress, github: SampleGithub | null): Promise<Estate>;
  /** Configuration file of the demo: agents and roles of the sample estate. */
  demoConfig(): string;
  /** Facts about a path a person named: its git repository, branches, or why it is none. */
  inspectRepository(path: string): Promise<RepositoryFacts>;
  readFile(path: string): Promise<string>;
  /** What is piped into the command. */
  readInput(): Promise<string>;
  /** Checks a policy file; with `base` (a file, or `default`), a project's own policy over that one. AppError invalid when a file cannot be read. */
  checkPolicy(file: string, base: string | null): Promise<PolicyCheck>;
  /** Measures the merge queue on repositories of this machine, which it only reads; `progress` gets a line now and then. */
  benchQueue(request: QueueBenchRequest, progress: (line: string) => void): Promise<QueueBenchResult>;
}

export interface PolicyCheck {
  valid: boolean;
  hash: string | null;
  problems: Array<{ path: string; detail: string }>;
}

export interface LedgerReport {
  verified: boolean;
  entries: number;
  /** 0: the checkpoint itself. */
  first_bad_seq: number | null;
  reason: string | null;
}

export interface QueueBenchRequest {
  /** Paths, as the person gave them. */
  repositories: string[];
  /** Names of parts; null: all. */
  only: string[] | null;
  seed: number;
  samples: number;
  /** File to write the Markdown report to. */
  markdown: string | null;
}

export interface QueueBenchResult {
  /** The kernel differs from git: no figure of the run means anything. */
  void: boolean;
  report: Record<string, unknown>;
  /** Tables for a terminal. */
  text: string;
  markdown: string;
}

export interface ServerAddress {
  url: string;
  token: string;
}

export interface OwnServer extends ServerAddress {
  dataDir: string;
  pid: number;
  /** Resolves with the end of its log when the process has ended, by whatever. */
  ended: Promise<string>;
  /** Stops the server; removes the data directory when it was temporary. */
  stop(): Promise<void>;
}

/** What a command line says stronger than variables and the configuration file do. */
export interface ServeOptions {
  role: 'all' | 'api' | 'worker';
  /** 0: any free one. */
  port?: number;
  host?: string;
  /** Told once when the server answers requests. */
  onReady?(ready: ReadyServer): Promise<void>;
}

export interface ReadyServer {
  /** As the owner of this installation. */
  server: ServerAddress;
  /** This data directory was never served before. */
  first: boolean;
  /** Only this machine reaches it. */
  loopback: boolean;
}

export interface StartOptions {
  port?: number;
  /** Text of a reeve.yaml of its own; otherwise the one in force. */
  configText?: string;
  /** A fresh temporary data directory that is removed afterwards. */
  temporary?: boolean;
  /** Settings beyond the file, as environment variables. */
  settings?: Record<string, string>;
}

export interface RestoreArchive {
  folder: string;
  /** The instant to go to; without it, the end of the archive. */
  until?: Date;
}

export interface Restored {
  dataDir: string;
  /** Time of the last change that came from the archive (ISO, UTC); null when none did. */
  replayedTo: string | null;
}

export interface DoctorReport {
  ok: boolean;
  checks: Array<{ name: string; ok: boolean; needed: boolean; detail: string; fix: string | null }>;
}

/** A stateful stand-in for GitHub, as a process of its own. */
export interface SampleGithub {
  apiUrl: string;
  /** Reeve's account there. */
  login: string;
  webhookSecret: string;
  /** What a server needs to work with it, as environment variables. */
  settings: Record<string, string>;
  branchHead(repository: string, branch: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Estate {
  repository: string;
  manager_token: string;
  issues: Array<{ number: number; title: string; shows: string }>;
}

export interface RepositoryFacts {
  path: string;
  defaultBranch: string;
  checkedOut: string | null;
}
