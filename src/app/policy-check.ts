import { ACTION_KINDS } from '#modules/actions/index.ts';
import { DEFAULT_POLICY_TEXT, parsePolicy, tightenPolicy } from '#modules/policy/index.ts';
import type { PolicyCheck } from '#cli/local.ts';

/** Checks a policy text, or (with `base`, where null is the shipped one) a project's own text over that one. */
export function checkPolicyText(text: string, base: { text: string | null } | null): PolicyCheck {
  const under = base === null ? null : parsePolicy(base.text ?? DEFAULT_POLICY_TEXT, ACTION_KINDS);
  if (under?.ok === false) return { valid: false, hash: null, problems: under.error.map(({ path, detail }) => ({ path: `base: ${path}`, detail })) };
  const result = under === null ? parsePolicy(text, ACTION_KINDS) : tightenPolicy(under.value, text, ACTION_KINDS);
  return result.ok ? { valid: true, hash: result.value.hash, problems: [] } : { valid: false, hash: null, problems: result.error };
}
