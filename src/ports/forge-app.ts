/**
 * Becoming known to a forge as an app of its own (GitHub: the manifest flow), and looking at what a credential may. A person presses the
 * button at the forge; nothing here writes to a repository.
 */

/** What the app is to be called and where it is to send people and webhooks. All addresses are ours. */
export interface AppWish {
  /** Shown to people; at most 34 characters at GitHub. */
  name: string;
  homeUrl: string;
  webhookUrl: string;
  /** Where the browser comes back to with a code. */
  callbackUrl: string;
  /** Where the browser comes to after the app was installed. */
  installedUrl: string;
  /** Account that is to own it; null: the person's own. */
  organization: string | null;
}

export interface AppRegistration {
  /** Address that a browser posts the form field `manifest` to. The state is added as its query by the caller. */
  postTo: string;
  manifest: Record<string, unknown>;
}

/** An app that was just made. Its key and secret are told this once. */
export interface MadeApp {
  id: string;
  slug: string;
  name: string;
  /** Its page. */
  url: string;
  owner: string;
  privateKey: string;
  webhookSecret: string | null;
  permissions: Record<string, string>;
  events: string[];
}

export interface AppInstallation {
  id: string;
  account: string;
  suspended: boolean;
  /** Whether it has all repositories of the account, also those to come. */
  all: boolean;
  /** Full names; null: it could not be read (a suspended installation). */
  repositories: string[] | null;
  /** Permissions that Reeve needs and this installation has not. */
  lacks: string[];
  /** Permissions this installation has beyond what Reeve needs. */
  beyond: string[];
}

/** What can be seen of a token without writing anything. */
export interface TokenReport {
  login: string;
  kind: 'fine_grained' | 'classic' | 'other';
  /** ISO, UTC; null: it never ends, or the forge does not say. */
  expiresAt: string | null;
  repositories: Array<{
    name: string;
    /** What Reeve reads and this token may not, in the forge's words for permissions. */
    lacks: string[];
    /** What it may and Reeve never needs. */
    beyond: string[];
  }>;
  /** Sentences about the token as a whole. */
  warnings: string[];
}

export interface ForgeApps {
  /** Pure. AppError invalid `bad_organization`. */
  registration(wish: AppWish): AppRegistration;
  /** Whether the forge can reach such an address: webhooks to this machine arrive from a forge on this machine alone. */
  reaches(address: string): boolean;
  /**
   * Turns the code that came back into the app with its secrets. The forge takes a code once: after a lost answer a person begins anew.
   * AppError not_found for one that is used, unknown, or older than an hour.
   */
  convert(code: string): Promise<MadeApp>;
  /** Asks what this token may in these repositories. AppError unavailable `github_unauthenticated` for a token that is none. */
  examineToken(token: string, repositories: readonly string[]): Promise<TokenReport>;
}
