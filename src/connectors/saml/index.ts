import { randomBytes } from 'node:crypto';
import { SAML, ValidateInResponseTo, type Profile } from '@node-saml/node-saml';
import { AppError } from '#kernel/errors.ts';
import type { IdentityProvider } from '#ports/identity-provider.ts';
import { recipientsOf, requestOf, shapeProblem, toIdentity } from './map.ts';

export interface SamlOptions {
  /** Sign-in address of the provider (redirect binding). */
  entryPoint: string;
  /** Entity id of the provider. */
  idpIssuer: string;
  /** Certificate (PEM) it signs with. */
  certificate: string;
  /** Our own entity id. */
  entityId: string;
  /** Attribute that roles are mapped from. */
  roleAttribute: string;
}

const MOST_CHARACTERS = 192 * 1024;

/**
 * People of a SAML 2.0 provider. Response and assertion must both be signed (RSA with SHA-256 or better), answer a request of ours that
 * nobody answered yet, and be of a shape in which nothing can be wrapped; signatures, times and audience are node-saml's.
 */
export function createSamlProvider(options: SamlOptions): IdentityProvider {
  return {
    name: 'saml',
    async begin(redirectUri) {
      // An xs:ID begins with no digit.
      const key = `_${randomBytes(24).toString('hex')}`;
      const saml = client(options, redirectUri, key);
      return { url: await saml.getAuthorizeUrlAsync('', undefined, {}), attempt: { key, nonce: null, codeVerifier: null } };
    },
    keyOf({ form }) {
      const xml = decoded(form?.['SAMLResponse']);
      return xml === null ? null : requestOf(xml);
    },
    async finish({ form }, { key }, redirectUri) {
      const xml = decoded(form?.['SAMLResponse']);
      if (xml === null) throw refused('it is no response');
      const problem = shapeProblem(xml, key);
      if (problem !== null) throw refused(problem);
      // Whoever it was meant for: every address in it must be this one, and there must be one.
      const recipients = recipientsOf(xml);
      if (recipients.length === 0 || !recipients.every((recipient) => recipient === redirectUri)) throw refused('it is meant for another address');
      const profile = await verified(client(options, redirectUri, key), xml);
      if (profile.issuer !== options.idpIssuer) throw refused('it comes from another provider');
      if (profile.inResponseTo !== key || profile.nameID === undefined || profile.nameID === '') throw refused('it does not answer this sign-in');
      const attributes = (profile['attributes'] ?? {}) as Record<string, unknown>;
      return toIdentity({ issuer: profile.issuer, nameId: profile.nameID, attributes }, options.roleAttribute);
    },
  };
}

/** One client for one request: it knows that request's id and no other. */
function client(options: SamlOptions, callbackUrl: string, key: string): SAML {
  const begun = new Date().toISOString();
  return new SAML({
    entryPoint: options.entryPoint,
    idpCert: options.certificate,
    idpIssuer: options.idpIssuer,
    issuer: options.entityId,
    audience: options.entityId,
    callbackUrl,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    acceptedClockSkewMs: 5000,
    maxAssertionAgeMs: 10 * 60_000,
    requestIdExpirationPeriodMs: 10 * 60_000,
    validateInResponseTo: ValidateInResponseTo.always,
    generateUniqueId: () => key,
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (id) => (id === key ? begun : null),
      removeAsync: async () => null,
    },
  });
}

async function verified(saml: SAML, xml: string): Promise<Profile> {
  try {
    const { profile, loggedOut } = await saml.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml, 'utf8').toString('base64') });
    if (profile === null || loggedOut) throw refused('it names nobody');
    return profile;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused('its signatures, times or audience do not hold', error);
  }
}

/** The text of the posted field, or null: too long, not base64, not UTF-8. */
function decoded(field: string | undefined): string | null {
  if (field === undefined || field.length > MOST_CHARACTERS || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(field)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(field, 'base64'));
  } catch {
    return null;
  }
}

const refused = (why: string, cause?: unknown): AppError =>
  new AppError('unauthenticated', `The answer of the identity provider is refused: ${why}.`, {
    code: 'sign_in_refused',
    hint: 'Begin again.',
    cause,
  });
