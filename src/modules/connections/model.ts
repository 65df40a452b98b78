import type { Actor } from '#kernel/actor.ts';
import type { AppInstallation, MadeApp, TokenReport } from '#ports/forge-app.ts';

/** GitHub forgets a code after an hour; a person who pressed the link has it open in front of them. */
export const ATTEMPT_LIVES_MS = 30 * 60_000;

export interface ConnectWish {
  /** Account that is to own the App; null: the person's own. */
  organization: string | null;
  /** Name of the App; null: one from Reeve's own address. */
  name: string | null;
  /** An App that was made before is given up for the new one. */
  replace: boolean;
}

/** What a browser needs; the state in both addresses works once and not for long. */
export interface Begun {
  /** A page of ours with the one button. */
  url: string;
  /** For a console that shows the button itself: a form with the field `manifest` goes here. */
  postTo: string;
  manifest: Record<string, unknown>;
  expiresAt: Date;
}

/** Where the App that Reeve works as comes from. */
export type CredentialSource = 'none' | 'app_settings' | 'app_kept' | 'token_settings';

/** An App as it may be shown: nothing secret. */
export type ShownApp = Pick<MadeApp, 'id' | 'slug' | 'name' | 'url' | 'owner'>;

export interface Installed extends Omit<AppInstallation, 'repositories'> {
  /** `allowed`: on the operator's allowlist, or by an admin's word. */
  repositories: Array<{ name: string; allowed: boolean }> | null;
}

export interface ConnectionStatus {
  forge: 'github';
  source: CredentialSource;
  /** Login under which Reeve writes; null: GitHub could not be asked, or nothing is connected. */
  login: string | null;
  app: ShownApp | null;
  /** An App that was made, and that Reeve does not use: an admin has to confirm whose it is. */
  waiting: ShownApp | null;
  /** Where people install the App; null without one whose page is known. */
  installUrl: string | null;
  /** Null with a token, or when GitHub could not be asked. */
  installations: Installed[] | null;
  webhooks: { url: string; accepted: boolean };
  /** Why something above is missing. */
  problem: string | null;
}

/** What an admin says of the App that waits, having seen it at GitHub. */
export interface Confirmed {
  owner: string;
  slug: string;
  replace: boolean;
}

/** The credential as this process has it. */
export interface Credential {
  source: CredentialSource;
  /** Null with the source `app_kept`: what is kept cannot be read, and `problem` says why. */
  app: ShownApp | null;
  problem: string | null;
  ownLogin(): Promise<string>;
  installations: (() => Promise<AppInstallation[]>) | null;
}

/** Where the App that was made is kept: a file of the data directory that its owner alone reads, never the database. */
export interface AppKeeper {
  /** What Reeve works with at this moment; asked each time, because another process may have put one in. */
  current(): Credential;
  /** An App that was made, kept and not used. */
  waiting(): ShownApp | null;
  /** AppError unavailable `no_place`: nothing could be kept now. */
  tryPlace(): void;
  /** Keeps an App without using it; one that waited before is given up. */
  putAside(app: MadeApp): void;
  /** Works as the App that waits from now on. AppError not_found: that one does not wait. */
  take(id: string): void;
  /** What is used and what waits. Answers whether there was any. */
  forget(): boolean;
}

/** Something of which Reeve had another state than GitHub shows. */
export interface Difference {
  kind: 'issue' | 'pull';
  number: number;
  /** `opened`, `closed`, `ready_label`, `ready_label_removed`, `edited`, `merged`, `head`. */
  what: string;
}

/** One repository, held against what GitHub shows of it. */
export interface Reread {
  repository: string;
  /** How many open issues and pull requests were looked at. */
  looked: { issues: number; pulls: number };
  repaired: Difference[];
  /** Why it could not be read to its end. */
  problem: string | null;
}

export interface Connections {
  /**
   * Makes a state and what a browser needs. AppError conflict `github_connected` (an App is kept already), refused `github_configured`
   * (settings name one, and go before) and `public_url_needed`; invalid `bad_organization`.
   */
  begin(wish: ConnectWish, by: Actor): Promise<Begun>;
  /** What the page with the button shows; null for a state that is unknown, used or too old. Uses nothing up. */
  attempt(state: string): Promise<{ postTo: string; manifest: Record<string, unknown>; organization: string | null } | null>;
  /**
   * The browser came back: takes the state, turns the code into the App, keeps it. Whoever saw the link can come back with an App of their
   * own: it is used at once only where the organization that was asked for owns it, and else waits for `confirm`. AppError forbidden
   * `bad_state`; conflict `github_connected` (another App came first) and unavailable `no_place`, both before state and code are used up;
   * refused `wrong_owner`, and nothing is kept; what GitHub answers to a code it does not know.
   */
  finish(state: string, code: string): Promise<{ app: ShownApp; installUrl: string; waits: boolean }>;
  /** An admin says whose App the waiting one is. AppError not_found `no_app_waits`, conflict `other_app_waits` and `github_connected`. */
  confirm(wish: Confirmed, by: Actor): Promise<ShownApp>;
  forget(by: Actor): Promise<boolean>;
  status(): Promise<ConnectionStatus>;
  /** Looks at a token without keeping it. Without names: the repositories Reeve knows on GitHub. */
  examineToken(token: string, repositories: readonly string[]): Promise<TokenReport>;
}

/** `https://github.com/apps/reeve` -> where people install it. */
export function installUrlOf(appUrl: string): string {
  return `${appUrl.replace(/\/+$/, '')}/installations/new`;
}

/** Names of Apps are taken once on all of GitHub: the host tells one Reeve from another. */
export function appNameFor(publicUrl: string): string {
  return `Reeve ${new URL(publicUrl).host.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`.slice(0, 34);
}
