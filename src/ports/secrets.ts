import type { SecretReference } from '#kernel/secret-reference.ts';

/**
 * A place that keeps secrets. Asked when the process starts and by `reeve doctor`; answers are never stored, logged or put into an
 * error's text. An implementation belongs to one scheme.
 */
export interface SecretStore {
  readonly scheme: SecretReference['scheme'];
  /**
   * The value behind a reference, without a line end at its end; never blank. Asking twice is harmless. Throws AppError `not_found` (there is
   * no such secret, member or version), `forbidden` (it may not be read by us, or by too many others), `unauthenticated` (our own
   * credential is refused), `unavailable` (the place cannot be reached or is sealed; trying again later is right) and `invalid` (the place is not
   * set up, with what to do).
   */
  get(reference: SecretReference): Promise<string>;
}
