/** Where people are known by another name, as the server keys it, and what that name is there. */
export const SOURCES: ReadonlyArray<{ source: string; label: string; named: string; hint: string }> = [
  { source: 'github', label: 'GitHub', named: 'Login', hint: 'As in github.com/ann.' },
  { source: 'slack', label: 'Slack', named: 'Member id', hint: 'Like U024BE7LH; it is in their Slack profile under “Copy member ID”.' },
  { source: 'oidc', label: 'identity provider (OpenID Connect)', named: 'Subject', hint: 'As the provider writes it; capitals count.' },
  { source: 'saml', label: 'identity provider (SAML)', named: 'Name id', hint: 'As the provider writes it; capitals count.' },
];

/** A source that is not among them is shown by its own name. */
export const labelOfSource = (source: string): string => SOURCES.find((one) => one.source === source)?.label ?? source;
