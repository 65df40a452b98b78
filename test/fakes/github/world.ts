import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notFound } from './answer.ts';
import { Faults } from './faults.ts';
import { BareRepository, type Signature } from './git.ts';
import { Journal } from './journal.ts';
import type { Account, Actor, App, Installation, Json, Repository, RepositoryData, Token } from './state.ts';
import type { Ci } from './ci.ts';
import type { Listener } from './refs.ts';
import type { Webhooks } from './webhooks.ts';

/** Everything the fake is at one moment. Commits, trees and refs are git's; the rest is in `state.ts`. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly apps = new Map<number, App>();
  readonly installations = new Map<number, Installation>();
  readonly tokens = new Map<string, Token>();
  readonly journal = new Journal();
  readonly faults = new Faults();
  /** Requests that GitHub's own description does not allow, one sentence each. */
  readonly violations: string[] = [];
  /** What came up in the fake itself; a test that looks green over one of these is not. */
  readonly errors: unknown[] = [];
  /** Asked in their order whenever a branch or a pull request has new commits. */
  readonly listeners: Listener[] = [];
  readonly cis: Ci[] = [];
  /** What looks again when a check or a status has come: the merge queue. */
  checked: (repository: Repository, actor: Actor) => Promise<void> = () => Promise.resolve();
  /** Apps that somebody has just made from a manifest, by the code that their browser takes back. */
  readonly manifests = new Map<string, { app: App; privateKey: string; webhookSecret: string | null }>();
  /** Addresses of logs that were handed out: a secret word to the job, and until when it is good. */
  readonly logs = new Map<string, { fullName: string; job: number; until: number }>();
  readonly #background = new Set<Promise<unknown>>();
  /** "Installation tokens expire one hour from the time you create them." */
  tokenLifeMs = 60 * 60_000;
  readonly #repositories = new Map<string, Repository>();
  readonly #past: Array<Map<string, Repository>> = [];
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly root: string;
  readonly webhooks: Webhooks;
  /** `http://127.0.0.1:PORT`; set when the server listens. */
  origin = '';
  readonly #closed = new AbortController();
  #lastId = 1000;

  constructor(root: string, webhooks: Webhooks) {
    this.root = root;
    this.webhooks = webhooks;
  }

  static async create(webhooks: Webhooks): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), 'reeve-fake-github-')), webhooks);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  /** Waits; false: the fake was closed meanwhile, and nothing may begin any more. */
  async stillThereAfter(ms: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#closed.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return !this.#closed.signal.aborted;
  }

  close(): void {
    this.#closed.abort();
  }

  /** Ids count up over all kinds, so that no two things share one by accident. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** GitHub's instants are whole seconds. */
  now(): string {
    return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  }

  account(login: string): Account {
    const account = this.accounts.get(login.toLowerCase());
    if (account === undefined) throw new Error(`the fake knows no account ${login}`);
    return account;
  }

  addAccount(login: string, type: Account['type'] = 'User'): Account {
    const known = this.accounts.get(login.toLowerCase());
    if (known !== undefined) return known;
    const id = this.nextId();
    const email = `${id}+${login}@users.noreply.github.com`;
    const account: Account = { id, login, type, name: login, email, createdAt: this.now() };
    this.accounts.set(login.toLowerCase(), account);
    return account;
  }

  signature(login: string): Signature {
    const { name, email } = this.account(login);
    return { name, email, date: this.now() };
  }

  get repositories(): Repository[] {
    return [...this.#repositories.values()];
  }

  add(data: RepositoryData, git: BareRepository): Repository {
    const fullName = `${data.owner}/${data.name}`;
    const repository = { data, git, fullName };
    this.#repositories.set(fullName.toLowerCase(), repository);
    return repository;
  }

  find(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName.toLowerCase());
  }

  repository(fullName: string): Repository {
    const found = this.find(fullName);
    if (found === undefined) throw notFound();
    return found;
  }

  /** One change of a repository at a time, as a database transaction would have it. */
  async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** Kept before each write while a stale read is armed. */
  async rememberPast(): Promise<void> {
    if (!this.faults.needsPast) return;
    const entries = await Promise.all(
      this.repositories.map(async (repository) => {
        const git = new PastRepository(repository.git.dir, await repository.git.refs());
        return [repository.fullName.toLowerCase(), { ...repository, data: structuredClone(repository.data), git }] as const;
      }),
    );
    this.#past.push(new Map(entries));
  }

  /** The repository before the last `writes` remembered changes (or before as many as are remembered). */
  asOf(fullName: string, writes: number): Repository | undefined {
    const index = Math.max(0, this.#past.length - writes);
    return (this.#past[index] ?? this.#repositories).get(fullName.toLowerCase());
  }

  /** Work that goes on after the answer (CI); `settled` waits for it, and what it throws is an error of the fake. */
  inBackground(work: () => Promise<void>): void {
    const kept: Promise<unknown> = Promise.resolve()
      .then(work)
      .catch((error: unknown) => this.errors.push(error))
      .finally(() => this.#background.delete(kept));
    this.#background.add(kept);
  }

  /** When nothing goes on any more: no CI, no delivery that is not held. */
  async settled(): Promise<void> {
    do {
      await Promise.all(this.#background);
      await this.webhooks.settled();
    } while (this.#background.size > 0);
  }

  /** Where a job's log can be had for a minute without any credentials, as GitHub's storage does it. */
  logUrl(fullName: string, job: number): string {
    const word = randomBytes(12).toString('hex');
    this.logs.set(word, { fullName, job, until: Date.now() + 60_000 });
    return `${this.origin}/_storage/logs/${word}`;
  }

  did(repository: Repository, actor: Actor, kind: string, subject: string, detail = ''): void {
    this.journal.did({ kind, repo: repository.fullName, subject, by: actor.login, detail, at: this.now() });
  }

  /** Tells every hook that listens; the payload is the state of now. */
  emit(repository: Repository, actor: Actor, event: string, action: string | null, fields: Json): void {
    this.webhooks.emit(this, repository, actor, event, action, fields);
  }
}

/** A repository whose refs stand still; objects never go away, so commits are read as ever. */
class PastRepository extends BareRepository {
  readonly #refs: Map<string, string>;

  constructor(dir: string, refs: Map<string, string>) {
    super(dir);
    this.#refs = refs;
  }

  override refs(): Promise<Map<string, string>> {
    return Promise.resolve(new Map(this.#refs));
  }

  override async ref(name: string): Promise<string | null> {
    const plain = name.replace(/\^\{commit\}$/, '');
    return plain.startsWith('refs/') ? (this.#refs.get(plain) ?? null) : super.ref(name);
  }
}
