import { generateKeyPairSync } from 'node:crypto';
import { signXml } from '@node-saml/node-saml/lib/xml.js';

/** A SAML provider as far as its signed responses go: honest ones, and the pieces that attacks are made of. */
export const IDP = 'https://idp.example/saml';
export const US = 'https://reeve.example';
export const ACS = `${US}/v1/auth/callback/saml`;
const rsa = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
export const idp = rsa();
export const stranger = rsa();

export interface Wanted {
  key: string;
  user?: string;
  idpIssuer?: string;
  audience?: string;
  recipient?: string;
  /** Minutes from now. */
  from?: number;
  until?: number;
  assertionId?: string;
  responseId?: string;
}

const minutes = (from: number): string => new Date(Date.now() + from * 60_000).toISOString();

export function assertionXml({
  key,
  user = 'ann',
  idpIssuer = IDP,
  audience = US,
  recipient = ACS,
  from = -1,
  until = 5,
  assertionId = '_a1',
}: Wanted): string {
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${assertionId}" Version="2.0" IssueInstant="${minutes(from)}">` +
    `<saml:Issuer>${idpIssuer}</saml:Issuer>` +
    `<saml:Subject><saml:NameID>${user}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
    `<saml:SubjectConfirmationData InResponseTo="${key}" NotOnOrAfter="${minutes(until)}" Recipient="${recipient}"/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${minutes(from)}" NotOnOrAfter="${minutes(until)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${minutes(from)}"><saml:AuthnContext><saml:AuthnContextClassRef>x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>${user}@example.com</saml:AttributeValue></saml:Attribute>` +
    `<saml:Attribute Name="groups"><saml:AttributeValue>platform</saml:AttributeValue><saml:AttributeValue>leads</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>` +
    `</saml:Assertion>`
  );
}

export function responseXml(wanted: Wanted, assertion: string): string {
  const { key, idpIssuer = IDP, responseId = '_r1', recipient = ACS } = wanted;
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${responseId}" Version="2.0" IssueInstant="${minutes(0)}" Destination="${recipient}" InResponseTo="${key}">` +
    `<saml:Issuer>${idpIssuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertion}</samlp:Response>`
  );
}

type Key = { privateKey: string };
const options = (key: Key, algorithm: 'sha1' | 'sha256') => ({
  privateKey: key.privateKey,
  signatureAlgorithm: algorithm,
  digestAlgorithm: algorithm,
});

export const sign = (xml: string, name: 'Response' | 'Assertion', key: Key = idp, algorithm: 'sha1' | 'sha256' = 'sha256'): string =>
  signXml(
    xml,
    `//*[local-name(.)='${name}']`,
    { reference: `//*[local-name(.)='${name}']/*[local-name(.)='Issuer']`, action: 'after' },
    options(key, algorithm),
  );

/** A response as the provider writes it: the assertion signed, then the whole. */
export const honest = (wanted: Wanted, key: Key = idp, algorithm: 'sha1' | 'sha256' = 'sha256'): string =>
  sign(responseXml(wanted, sign(assertionXml(wanted), 'Assertion', key, algorithm)), 'Response', key, algorithm);
