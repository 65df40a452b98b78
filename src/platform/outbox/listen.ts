import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#kernel/errors.ts';
import { openSession, type Db, type Session } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { CHANNEL } from './store.ts';

/** Calls `heard` at each NOTIFY, and once after each (re)connection, since what was said meanwhile was lost. */
export function createListener(db: Db, log: Log, heard: () => void): { start(): void; stop(): Promise<void> } {
  let stopped = false;
  let session: Session | undefined;
  let listening: Promise<void> | undefined;

  async function listen(): Promise<void> {
    for (let waitMs = 100; !stopped; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        const opened = await openSession(db.pool);
        if (stopped) return opened.release(true);
        session = opened;
        opened.client.on('notification', heard);
        const ended = new Promise<void>((resolve) => {
          opened.client.once('end', () => resolve());
        });
        await opened.client.query(`listen ${CHANNEL}`);
        heard();
        waitMs = 100;
        await ended;
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'Listening for events failed; polling meanwhile.');
      }
      session?.release(true);
      session = undefined;
      if (!stopped) await delay(waitMs, undefined, { ref: false });
    }
  }

  return {
    start() {
      listening ??= listen();
    },
    async stop() {
      stopped = true;
      session?.release(true);
      await Promise.race([listening, delay(1000, undefined, { ref: false })]);
    },
  };
}
