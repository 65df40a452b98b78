/**
 * The policy in force when an installation brings none. It names every action kind (a test compares it with the code), so that
 * nothing is decided by accident.
 *
 * Branches that Reeve may write alone: `ai-*`, `epic/*` and `reeve/*`, and any branch of a person's own repository (`path`) that is
 * neither its default branch nor checked out there.
 */
export const DEFAULT_POLICY_TEXT = `version: 1
defaults: { risk: high, mode: require_approval }   # an action kind nobody named

actions:
  # A plan is a person's decision; who asked for the work may approve it. A request typed by the owner of a repository for that
  # repository (self_approval: local) is its own approval: the plan only divides what they asked for.
  plan.approve:
    risk: medium
    mode: auto
    when: "work.source == 'request' and target.forge == 'path' and project.self_approval == 'local'"
    approvers: [role:developer]

  # Once a person approved the plan.
  branch.create:
    risk: low
    mode: auto
    when: "plan.approved and not target.is_default and (target.branch glob 'ai-*' or target.branch glob 'epic/*' or target.branch glob 'reeve/**' or target.forge == 'path')"
  branch.push:                                    # anywhere else is high risk: the requester does not decide it
    risk: high
    mode: auto
    when: "plan.approved and not target.is_default and not target.is_checked_out and (target.branch glob 'ai-*' or target.branch glob 'epic/*' or target.branch glob 'reeve/**' or target.forge == 'path')"
    approvers: [role:developer]
  branch.delete:                                  # only what Reeve made, after it landed; the effect looks that it has not moved
    risk: low
    mode: auto
    when: "plan.approved and not target.is_default and not target.is_checked_out and target.branch glob 'ai-*'"
    approvers: [role:maintainer]
  pr.create:                { risk: low,    mode: auto, when: plan.approved }
  pr.update:                { risk: low,    mode: auto, when: plan.approved }
  agent.dispatch:                                 # high risk work wants another yes before an agent is sent; opting in is one for people's pull requests
    risk: medium
    mode: auto
    when: "(plan.approved and work.risk != 'high') or pull.opted_in"
    approvers: [role:developer]
  # Two retries did not make the checks on the forge green: a person says whether there is another.
  ci.retry:                 { risk: medium, mode: require_approval, approvers: [role:developer] }

  # Allowlisting the repository is the consent to these.
  pr.label:                 { risk: low,    mode: auto }
  pr.comment.summary:       { risk: medium, mode: auto, ask_if: channel.public, approvers: [role:developer] }
  pr.comment.output:        { risk: low,    mode: auto }   # Reeve's own words about what agents did
  pr.comment.answer:        { risk: low,    mode: auto }
  pr.review:                { risk: low,    mode: auto }
  pr.reviewers:             { risk: low,    mode: auto }   # only where the project's settings ask for it
  pr.thread.reply:          { risk: low,    mode: auto }
  pr.thread.resolve:        { risk: low,    mode: auto }
  pr.check:                 { risk: low,    mode: auto }
  issue.label:              { risk: low,    mode: auto }
  issue.comment.triage:     { risk: low,    mode: auto }
  issue.comment.plan:       { risk: low,    mode: auto }
  issue.comment.questions:  { risk: low,    mode: auto }
  issue.tick:               { risk: low,    mode: auto }
  ci.rerun:                 { risk: low,    mode: auto }
  release.draft:            { risk: medium, mode: auto }   # seen by those who may push; publishing it is theirs
  approval.notify:          { risk: low,    mode: auto }

  # One yes of any developer.
  pr.assign:                { risk: low,    mode: ask }
  issue.assign:             { risk: low,    mode: ask }
  issue.create.low:         { risk: medium, mode: ask }
  release.changelog:        { risk: medium, mode: ask }   # opens a pull request; its merge is another decision

  # People decide.
  pr.merge:                 { risk: high,   mode: require_approval, approvers: [role:maintainer], min_approvals: 1 }
  pr.revert:                { risk: high,   mode: require_approval, approvers: [role:maintainer] }
  pr.close:                 { risk: medium, mode: require_approval }
  issue.transition:         { risk: medium, mode: require_approval }
  issue.close:              { risk: medium, mode: require_approval, approvers: [role:developer] }

  # What the rules are, two people decide.
  policy.update:            { risk: high,   mode: require_approval, approvers: [role:maintainer], min_approvals: 2 }

  # More money, and more of the work in Reeve's hands: a manager decides, and never on their own request.
  budget.raise:             { risk: high,   mode: require_approval, approvers: [role:manager] }
  rollout.advance:          { risk: high,   mode: require_approval, approvers: [role:manager], min_approvals: 2 }

limits:
  max_monthly_cost_usd: 200
  max_channel_size_auto_post: 10
  pii_redaction: strict            # standard: replaced by its class ([email]) in what leaves; off: left as it is
  max_files_per_change: 40
  max_bytes_per_change: 4194304
  protected_paths: [".github/**", "**/CODEOWNERS", "**/AGENTS.md", "**/*.lock", "**/package-lock.json", "**/pnpm-lock.yaml",
    "**/npm-shrinkwrap.json", "**/.gitattributes", "**/.gitmodules", "**/.npmrc", "**/.yarnrc*", ".husky/**"]
shadow: false
`;
