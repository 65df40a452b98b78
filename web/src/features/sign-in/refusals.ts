/** Why a sign-in through an identity provider was refused, by the code the server put into the address. */
const SENTENCES: Readonly<Record<string, string>> = {
  sign_in_unknown: 'That sign-in was not begun in this browser, took too long, or was used already. Begin again.',
  code_unknown: 'That sign-in is over, or belongs to another browser. Begin again.',
  person_unknown: 'Nobody here has the address of that account. An admin can add you, or link the account to you.',
  person_inactive: 'You are not active here any more. An admin can change that.',
  email_unverified: 'The identity provider vouches for no address, and nobody here is linked to that account. An admin can link it to you.',
  identity_taken: 'Your address belongs to somebody who is linked to another account of this provider. An admin can link this one instead.',
  provider_unknown: 'There is no such identity provider here.',
};

/** Something for every code, because the address can hold anything; nothing of the address is shown. */
export function refusalSentence(code: string): string {
  return SENTENCES[code] ?? 'The identity provider did not let you in, or could not be reached. Begin again, or use a token.';
}

/** What a provider is called on its button: `oidc` is no word for people. */
export function providerTitle(name: string): string {
  return name === 'oidc' ? 'single sign-on' : name === 'saml' ? 'single sign-on (SAML)' : name;
}
