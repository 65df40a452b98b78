import { AppError } from '#kernel/errors.ts';
import { sqlState } from './sql.ts';

/** Sentences for what a constraint may refuse. What has none stays the error it was. */
export interface IntegritySentences {
  /** A unique key is taken (23505): conflict `taken`. */
  taken?: string;
  /** Something still refers to the row (23503 on delete, and since PostgreSQL 18 23001 for `on delete restrict`): conflict `referenced`. */
  referenced?: string;
  /** The row refers to something that is not there (23503 on write): invalid `missing_reference`. */
  missing?: string;
}

/**
 * Runs statements and says a broken constraint in the caller's words. The database is the judge rather than a question
 * asked before, because between question and answer another transaction may write. The transaction is spent afterwards.
 */
export async function withIntegrity<T>(sentences: IntegritySentences, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const state = sqlState(error);
    const { constraint, table } = error as { constraint?: string; table?: string };
    if (state === '23505' && sentences.taken !== undefined) {
      throw new AppError('conflict', sentences.taken, { code: 'taken', detail: { constraint }, cause: error });
    }
    if ((state === '23503' || state === '23001') && sentences.referenced !== undefined) {
      throw new AppError('conflict', sentences.referenced, { code: 'referenced', detail: { referenced_by: table }, cause: error });
    }
    if (state === '23503' && sentences.missing !== undefined) {
      throw new AppError('invalid', sentences.missing, { code: 'missing_reference', detail: { constraint }, cause: error });
    }
    throw error;
  }
}
