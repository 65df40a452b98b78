import type { Db } from '#platform/db/index.ts';
import type { ForgeRead, RepoRef, ReviewThread } from '#ports/forge-read.ts';
import { answersUnderWay, placeOfPull, type AnswerUnderWay } from './store.conversations.ts';

/** A conversation beside a line, with what was asked here to be said or done in it and is not done. */
export interface Conversation extends ReviewThread {
  asked: AnswerUnderWay[];
}

export interface PullConversations {
  /** What an action about it names. */
  repo: RepoRef;
  number: number;
  /** As the forge has them now. */
  conversations: Conversation[];
}

export interface Conversations {
  /** Null: there is no such pull request. AppError unavailable, rate_limited: its forge did not answer. */
  of(pullId: string): Promise<PullConversations | null>;
}

export interface ConversationsDeps {
  db: Db;
  /** Read side of a forge by its name. */
  forge(name: string): Pick<ForgeRead, 'reviewThreads'>;
  /** Takes secrets out of a text that is about to be shown. */
  redact(text: string): string;
}

export function createConversations({ db, forge, redact }: ConversationsDeps): Conversations {
  return {
    async of(pullId) {
      const place = await placeOfPull(db, pullId);
      if (place === null) return null;
      const { forge: name, repository, number } = place;
      const repo = { forge: name, name: repository };
      // Before the forge is asked: what is sent in between is then shown twice for a moment, the other way round it would be nowhere.
      const asked = await answersUnderWay(db, place);
      const threads = await forge(name).reviewThreads(repo, number);
      return {
        repo,
        number,
        conversations: threads.map((thread) => ({
          ...thread,
          comments: thread.comments.map((comment) => ({ ...comment, body: redact(comment.body) })),
          asked: asked.filter(({ threadId }) => threadId === thread.id),
        })),
      };
    },
  };
}
