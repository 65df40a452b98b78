/** A place in a second trust domain that keeps what the ledger said: whoever rewrites the database does not rewrite it too. */
export interface CheckpointPlace {
  /** Persisted with how far it has got: `file`, `git`, `webhook`. */
  name: string;
  /** Where that is, for people; without credentials. */
  where: string;
  /**
   * Keeps one line of JSON (`{checkpoint, public_key}`); never replaces an older one. Told the same line again, as after a
   * crash, it may keep it twice. Ends soon after `signal` is aborted. Throws AppError unavailable with a sentence when the place cannot
   * be written to.
   */
  publish(document: string, signal?: AbortSignal): Promise<void>;
}
