/** What the machine says about user namespaces; read by the probe. */
export interface NamespaceFacts {
  /** `/proc/sys/user/max_user_namespaces`; null when unreadable. */
  maxUserNamespaces: number | null;
  /** `/proc/sys/kernel/unprivileged_userns_clone` (Debian); null when there is none. */
  unprivilegedClone: number | null;
  /** `/proc/sys/kernel/apparmor_restrict_unprivileged_userns` (Ubuntu 23.10 and newer). */
  apparmorRestricts: number | null;
  inContainer: boolean;
  platform: string;
}

const OTHERWISE = 'Otherwise write `sandbox: none` where runs without a boundary are acceptable.';

/** Why bubblewrap does not work here and what to do, as sentences for the operator. */
export function explainBwrapFailure(stderr: string, facts: NamespaceFacts): string {
  const said = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  const because = said === '' ? 'bubblewrap failed without a word.' : `bubblewrap failed: ${said.replace(/^bwrap: /, '')}.`;
  return `${because} ${remedy(stderr, facts)} ${OTHERWISE}`;
}

function remedy(stderr: string, facts: NamespaceFacts): string {
  if (facts.maxUserNamespaces === 0) return 'User namespaces are switched off: `sysctl user.max_user_namespaces=15000` as root.';
  if (facts.inContainer && /proc|Operation not permitted|Permission denied|namespace/i.test(stderr)) {
    return 'Reeve runs in a container whose seccomp or AppArmor profile forbids namespaces: start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`, or run each agent in a container of its own.';
  }
  if (facts.apparmorRestricts === 1) {
    return 'AppArmor forbids unprivileged user namespaces (Ubuntu 23.10 and newer): install an AppArmor profile for bwrap that allows `userns` (package apparmor-profiles: bwrap-userns-restrict), or `sysctl kernel.apparmor_restrict_unprivileged_userns=0` as root.';
  }
  if (facts.unprivilegedClone === 0)
    return 'The kernel forbids user namespaces to ordinary users: `sysctl kernel.unprivileged_userns_clone=1` as root.';
  return 'Check that this user may make user namespaces: `bwrap --ro-bind / / --unshare-user true` must succeed.';
}

export function explainMissing(bwrapPath: string, platform: string): string {
  if (platform !== 'linux')
    return `bubblewrap works on Linux only and this is ${platform}. Run Reeve in a Linux machine or container, or write \`sandbox: none\` where runs without a boundary are acceptable.`;
  return `There is no ${bwrapPath}: install bubblewrap (\`apt install bubblewrap\`, \`dnf install bubblewrap\`, \`pacman -S bubblewrap\`). ${OTHERWISE}`;
}
