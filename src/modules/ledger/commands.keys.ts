import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { Db, Queryable } from '#platform/db/index.ts';
import { openSigner, type Signer } from './commands.checkpoint.ts';
import type { Ledger } from './model.ts';
import { handOverFields } from './model.keys.ts';
import { lockCheckpoints, readActiveKey } from './store.checkpoints.ts';
import { readHead } from './store.ts';

/** The signing keys of one process; the ledger says which one is in force. */
export interface Keys {
  /** The key in force. AppError unavailable `checkpoint_key_missing`, `checkpoint_key_unusable`, `checkpoint_key_not_active`. */
  active(on: Queryable): Promise<Signer>;
  /** This process's key when the ledger knows none yet; null: one is in force. */
  introduction(on: Queryable): Promise<Pick<Signer, 'keyId' | 'publicKey'> | null>;
  /** The old key signs the hand-over; `ledger` writes it in the same transaction. */
  rotate(db: Db, ledger: Pick<Ledger, 'append'>, by: Actor): Promise<{ from: string; to: string }>;
}

const nextOf = (file: string): string => path.join(path.dirname(file), `${path.basename(file, '.pem')}.next.pem`);

/** `file`: PKCS #8 PEM of the key; made when missing. */
export function createKeys(file: string | undefined): Keys {
  let opened: Signer | null = null;
  const own = (): Signer => {
    if (file === undefined) throw new AppError('unavailable', 'This server has no key for ledger checkpoints.', { code: 'checkpoint_key_missing' });
    opened ??= openSigner(file);
    return opened;
  };

  async function active(on: Queryable): Promise<Signer> {
    const inForce = await readActiveKey(on);
    if (inForce === null || own().keyId === inForce) return own();
    // Another process rotated, or a crash came between the hand-over and the files.
    opened = null;
    if (file !== undefined && own().keyId !== inForce && existsSync(nextOf(file))) {
      if (openSigner(nextOf(file)).keyId === inForce) takeOver(file, own().keyId);
      opened = null;
    }
    if (own().keyId === inForce) return own();
    throw new AppError('unavailable', `The ledger's checkpoints are signed with the key ${inForce}, which this server does not have.`, {
      code: 'checkpoint_key_not_active',
      hint: `Copy the key of the server that has it to ${file ?? 'the data directory'}.`,
    });
  }

  return {
    active,
    async introduction(on) {
      if ((await readActiveKey(on)) !== null) return null;
      const { keyId, publicKey } = own();
      return { keyId, publicKey };
    },
    async rotate(db, ledger, by) {
      const moved = await db.tx(async (tx) => {
        await lockCheckpoints(tx);
        const from = await active(tx);
        const to = openSigner(nextOf(file ?? ''));
        const { origin } = await readHead(tx);
        const fields = handOverFields({ origin, fromKeyId: from.keyId, keyId: to.keyId, publicKey: to.publicKey });
        const text = canonicalJson(fields);
        ledger.append(tx, {
          kind: 'ledger.key_rotated',
          subject: to.keyId,
          actor: by.subject,
          payload: { ...fields, signature: from.sign(text), accepted: to.sign(text) },
        });
        return { from: from.keyId, to: to.keyId };
      });
      takeOver(file ?? '', moved.from);
      opened = null;
      return moved;
    },
  };
}

/** The next key becomes the key; the old one stays readable for its owner under a name that says what it was. */
function takeOver(file: string, oldKeyId: string): void {
  renameSync(file, path.join(path.dirname(file), `${path.basename(file, '.pem')}.${oldKeyId}.retired.pem`));
  renameSync(nextOf(file), file);
}
