/** A change-management system of the customer's that is told what changed. */
export interface ChangeReceiver {
  /** Where that is, for people; without credentials. */
  where: string;
  /**
   * Sends one message; `id` stays the same over retries, so that the receiver can tell a repeat. Ends within a minute, one way or
   * the other. Throws AppError unavailable with a sentence when it was not taken.
   */
  send(message: { id: string; at: Date; body: string }): Promise<void>;
}
