import type { VouchedIdentity } from '#ports/identity-provider.ts';

/**
 * What is wrong with the shape of a response, before any signature is looked at; null: nothing. The attacks on SAML live in second
 * assertions, second signatures, comments, entities and old algorithms: a response of a provider has none of them, so none is read.
 */
export function shapeProblem(xml: string, key: string): string | null {
  // Comments, CDATA, DTDs and processing instructions: with them gone, the counts below are exact.
  if (/<!|<\?(?!xml\s)/.test(xml) || xml.lastIndexOf('<?') > 0) return 'it holds a comment, a CDATA section, a DTD or an instruction';
  const tags = tagsOf(xml);
  if (tags === null) return 'it is not written as a provider writes';
  const count = (name: string): number => tags.filter((tag) => tag.name === name).length;
  if (tags[0]?.name !== 'Response' || count('Response') !== 1) return 'it is not one response';
  if (count('Assertion') !== 1) return 'it has not exactly one assertion';
  if (count('Signature') !== 2) return 'the response and the assertion must each be signed, and nothing else';
  for (const name of ['EncryptedAssertion', 'EncryptedID', 'Object', 'Advice', 'Extensions', 'Manifest', 'Evidence'])
    if (count(name) > 0) return `it holds ${name}`;
  for (const name of [
    'Status',
    'StatusCode',
    'NameID',
    'Subject',
    'SubjectConfirmation',
    'SubjectConfirmationData',
    'Conditions',
    'AudienceRestriction',
  ])
    if (count(name) !== 1) return `it has not exactly one ${name}`;
  return attributeProblem(tags, key);
}

const ALGORITHMS = new Set([
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);

function attributeProblem(tags: readonly Tag[], key: string): string | null {
  const algorithms = valuesOf(tags, 'Algorithm');
  if (!algorithms.every((name) => ALGORITHMS.has(name))) return 'it is signed or changed in a way that is not accepted';
  const ids = [...valuesOf(tags, 'ID'), ...valuesOf(tags, 'Id'), ...valuesOf(tags, 'id')];
  if (ids.length !== 2 || new Set(ids).size !== 2) return 'its parts are not named apart';
  const answered = valuesOf(tags, 'InResponseTo');
  if (answered.length !== 2 || !answered.every((value) => value === key)) return 'it does not answer this sign-in';
  // A provider that failed may sign that too, with whatever else it wrote.
  const statuses = tags.filter((tag) => tag.name === 'StatusCode').flatMap((tag) => valuesOf([tag], 'Value'));
  if (statuses.length !== 1 || statuses[0] !== 'urn:oasis:names:tc:SAML:2.0:status:Success') return 'the provider did not succeed';
  const methods = valuesOf(tags, 'Method');
  if (methods.length !== 1 || methods[0] !== 'urn:oasis:names:tc:SAML:2.0:cm:bearer') return 'it is not for whoever brings it';
  return null;
}

/** An opening tag. Names are without their prefix: signatures look for `ID` under any, so none may hide behind one. */
interface Tag {
  name: string;
  attributes: ReadonlyArray<{ name: string; value: string }>;
}

const NAMED = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const QUOTED = String.raw`(?:"[^"<]*"|'[^'<]*')`;
const OPENING = new RegExp(String.raw`<(${NAMED})((?:\s+${NAMED}\s*=\s*${QUOTED})*)\s*/?>`, 'y');
const ATTRIBUTE = new RegExp(String.raw`(${NAMED})\s*=\s*(${QUOTED})`, 'g');
const CLOSING = new RegExp(String.raw`</${NAMED}\s*>`, 'y');

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * The opening tags, in order. A `>` in the value of an attribute ends no tag (XML 1.0, section 3.1), and what stands in a value is no
 * attribute. Null where a `<` begins nothing that can be read to its end: what is not understood is not counted on.
 */
function tagsOf(xml: string): Tag[] | null {
  const tags: Tag[] = [];
  const start = /^\s*<\?xml\s[^<>]*\?>/.exec(xml)?.[0].length ?? 0;
  for (let at = xml.indexOf('<', start); at !== -1;) {
    OPENING.lastIndex = CLOSING.lastIndex = at;
    const opening = OPENING.exec(xml);
    if (opening === null && !CLOSING.test(xml)) return null;
    if (opening !== null) {
      const [, name = '', text = ''] = opening;
      const attributes = [...text.matchAll(ATTRIBUTE)].map(([, of = '', value = '']) => ({ name: local(of), value: value.slice(1, -1) }));
      tags.push({ name: local(name), attributes });
    }
    at = xml.indexOf('<', opening === null ? CLOSING.lastIndex : OPENING.lastIndex);
  }
  return tags;
}

/** Values of an attribute wherever it stands. */
const valuesOf = (tags: readonly Tag[], name: string): string[] =>
  tags.flatMap((tag) => tag.attributes.filter((attribute) => attribute.name === name).map(({ value }) => value));

/** The request a response says it answers; not verified yet. */
export function requestOf(xml: string): string | null {
  const first = tagsOf(xml)?.[0];
  const [request] = first?.name === 'Response' ? valuesOf([first], 'InResponseTo') : [];
  return request !== undefined && request.length > 0 && request.length <= 200 ? request : null;
}

export function recipientsOf(xml: string): string[] {
  const tags = tagsOf(xml) ?? [];
  return [...valuesOf(tags, 'Recipient'), ...valuesOf(tags, 'Destination')];
}

/** What a verified assertion says of a person. */
export interface Assertion {
  issuer: string;
  nameId: string;
  attributes: Readonly<Record<string, unknown>>;
}

const EMAIL = ['email', 'mail', 'urn:oid:0.9.2342.19200300.100.1.3', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'];
const NAME = ['displayName', 'name', 'urn:oid:2.16.840.1.113730.3.1.241', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name'];

/** A provider of the organisation's own that signs an address vouches for it: SAML has no other way to say so. */
export function toIdentity({ issuer, nameId, attributes }: Assertion, roleAttribute: string): VouchedIdentity {
  const email = first(attributes, EMAIL);
  return {
    subject: `${issuer}#${nameId}`,
    email,
    emailVerified: email !== null,
    name: first(attributes, NAME),
    groups: texts(attributes, roleAttribute).slice(0, 500),
  };
}

function texts(attributes: Assertion['attributes'], name: string): string[] {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return [value].flat().filter((item): item is string => typeof item === 'string' && item !== '');
}

function first(attributes: Assertion['attributes'], names: readonly string[]): string | null {
  for (const name of names) {
    const [value, ...others] = texts(attributes, name);
    if (value !== undefined && others.length === 0) return value;
  }
  return null;
}
