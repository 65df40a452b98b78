import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ForgeRead, PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import type { Action, ActionKind, Effect } from './model.ts';
import { ACTION_ARGS, type ArgsOf } from './model.args.ts';

/**
 * The only holders of write access. Handed to the executor by app and to nobody else: an architecture test fails when anything
 * beside this module imports a `*-write.ts` port.
 */
export interface EffectPorts {
  forge(name: string): { read: ForgeRead; write: ForgeWrite };
  tracker(name: string): { read: TrackerRead; write: TrackerWrite };
  /** Folder of the bare mirror that holds what is pushed. */
  mirrorDir(repo: RepoRef): Promise<string> | string;
}

/** Everything one effect works on, parsed. */
export interface Subject<K extends ActionKind> {
  action: Action;
  repo: RepoRef;
  args: ArgsOf<K>;
  /** Hidden in what is made, so that a retry finds it: one per action. */
  marker: string;
  /** Issue or pull request; the proposal was refused without one where the kind needs it. */
  number: number;
  branch: string;
}

export interface EffectParts<K extends ActionKind> {
  check?(subject: Subject<K>): Promise<string | null>;
  probe?(subject: Subject<K>, context: JsonObject): Promise<JsonObject | null>;
  run(subject: Subject<K>, context: JsonObject): Promise<JsonObject>;
  recall?(subject: Subject<K>): Promise<void>;
}

/** Makes an effect from parts that see parsed args. Running probes first where it can: what has happened is not done again. */
export function effectOf<K extends ActionKind>(kind: K, parts: EffectParts<K>): Effect {
  const { probe, recall } = parts;
  return {
    kind,
    check: async (action) => (parts.check === undefined ? null : parts.check(subjectOf(kind, action))),
    ...(probe === undefined ? {} : { probe: (action: Action, context: JsonObject) => probe(subjectOf(kind, action), context) }),
    ...(recall === undefined ? {} : { recall: (action: Action) => recall(subjectOf(kind, action)) }),
    async run(action, context) {
      const subject = subjectOf(kind, action);
      const done = probe === undefined ? null : await probe(subject, context);
      return done ?? parts.run(subject, context);
    },
  };
}

function subjectOf<K extends ActionKind>(kind: K, action: Action): Subject<K> {
  const { target, args } = action.record;
  const parsed = ACTION_ARGS[kind].safeParse(args);
  if (!parsed.success) throw new AppError('invalid', `The stored arguments of ${kind} are malformed.`, { code: 'action_malformed' });
  return {
    action,
    repo: { forge: target.forge, name: target.repo },
    args: parsed.data as ArgsOf<K>,
    marker: `reeve:act:${action.id}`,
    number: target.number ?? 0,
    branch: target.branch ?? '',
  };
}

/** A member of the execution context under its snake_case or camelCase name, as text or null. */
export function contextText(context: JsonObject, snake: string, camel: string): string | null {
  const value = context[snake] ?? context[camel];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What a receipt keeps of a pull request. */
export function pullResult(pull: PullRequest): JsonObject {
  return { number: pull.number, url: pull.url, state: pull.state, head_sha: pull.headSha, merge_sha: pull.mergeSha };
}
