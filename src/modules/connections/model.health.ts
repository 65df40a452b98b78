export type ConnectionKind = 'forge' | 'chat' | 'model' | 'policy_engine' | 'identity_provider' | 'checkpoint_place' | 'change_receiver' | 'secret';

/**
 * `off`: not configured · `unproven`: configured, and nothing was asked of it yet, so nobody knows · `works`: the newest thing that is
 * known of it went well · `fails`: the newest did not, or it cannot be used as it is configured.
 */
export type ConnectionState = 'off' | 'unproven' | 'works' | 'fails';

/** What somebody knows of one connection, beside what the calls over it told. */
export interface KnownConnection {
  /** `github`, `slack`, `model`, `policy-engine`, `sign-in:oidc`, `checkpoints:archive`, `change-receiver`, `secret:REEVE_MODEL_API_KEY`. */
  id: string;
  kind: ConnectionKind;
  name: string;
  configured: boolean;
  /** Address, account or path; null: nothing to show. Never a secret. */
  where: string | null;
  /** Why it cannot be used, as a sentence; null: nothing is known to be wrong. */
  problem: string | null;
  /** What to do about a problem, or to connect it. */
  advice: string | null;
  okAt?: Date | null;
  failure?: ConnectionFailure | null;
  /** The newest thing that it told us by itself. */
  event?: { at: Date; kind: string } | null;
  /** Asks it now, changing nothing: answers one sentence, or throws. Left out: it can only be seen at work. */
  check?: () => Promise<string>;
}

export interface ConnectionFailure {
  at: Date;
  /** What was asked for: `GET /repos/{owner}/{repo}/pulls`. */
  call: string;
  detail: string;
}

export interface ConnectionHealth extends Pick<KnownConnection, 'id' | 'kind' | 'name' | 'configured' | 'where' | 'problem' | 'advice'> {
  state: ConnectionState;
  lastEvent: { at: Date; kind: string } | null;
  lastOkAt: Date | null;
  lastFailure: ConnectionFailure | null;
  canCheck: boolean;
}

/** How one call over a connection ended. `trouble` null: the other side answered, whatever it answered. */
export interface CallOutcome {
  call: string;
  trouble: string | null;
}

/** What the calls over one connection told last, over all servers of the installation. */
export interface CallMemory {
  connection: string;
  lastOkAt: Date | null;
  lastFailedAt: Date | null;
  lastFailedCall: string | null;
  lastFailure: string | null;
}
