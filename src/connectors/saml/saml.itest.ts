import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SignInAttempt } from '#ports/identity-provider.ts';
import { ACS, assertionXml, honest, idp, IDP, responseXml, sign, stranger, US } from '../../../test/fakes/saml/responses.ts';
import { createSamlProvider } from './index.ts';

const provider = createSamlProvider({
  entryPoint: 'https://idp.example/sso',
  idpIssuer: IDP,
  certificate: idp.publicKey,
  entityId: US,
  roleAttribute: 'groups',
});

const posted = (xml: string) => ({ query: '', form: { SAMLResponse: Buffer.from(xml).toString('base64') } });
const finish = async (xml: string, attempt: SignInAttempt) => provider.finish(posted(xml), attempt, ACS);
/** The tool that signs here writes `>` as `&gt;`; to a signature they are the same, and providers may write either. */
const asWritten = (xml: string): string => xml.replaceAll('&gt;', '>');
const begin = async () => (await provider.begin(ACS)).attempt;

describe('signing in with SAML', () => {
  test('asks the provider for one sign-in by a request that names itself and us', async () => {
    const { url, attempt } = await provider.begin(ACS);
    const request = inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(request).toContain(`ID="${attempt.key}"`);
    expect(request).toContain(ACS);
    expect((await begin()).key).not.toBe(attempt.key);
  });

  test('believes a response whose two signatures hold, and that answers this very request', async () => {
    const attempt = await begin();
    const xml = honest({ key: attempt.key });
    expect(provider.keyOf(posted(xml))).toBe(attempt.key);
    expect(await finish(xml, attempt)).toEqual({
      subject: `${IDP}#ann`,
      email: 'ann@example.com',
      emailVerified: true,
      name: null,
      groups: ['platform', 'leads'],
    });
  });

  test.each([
    ['a > in an attribute before those that count', (xml: string) => xml.replace(' Destination=', ' Consent="urn:a>b" Destination=')],
    ['a > in an attribute in single quotes', (xml: string) => xml.replace(' InResponseTo=', " Consent='it > that' InResponseTo=")],
    ['what looks like an attribute inside of one', (xml: string) => xml.replace(' Destination=', ` Consent="of ID='_x' for" Destination=`)],
  ])('reads %s as XML has it', async (_name, written) => {
    const attempt = await begin();
    const { key } = attempt;
    const xml = asWritten(sign(written(responseXml({ key }, sign(assertionXml({ key }), 'Assertion'))), 'Response'));
    expect(provider.keyOf(posted(xml))).toBe(key);
    expect(await finish(xml, attempt)).toMatchObject({ subject: `${IDP}#ann` });
  });
});

/** Takes the signed assertion out of an honest response. */
function parts(key: string) {
  const signedAssertion = sign(assertionXml({ key }), 'Assertion');
  const whole = sign(responseXml({ key }, signedAssertion), 'Response');
  const signature = /<Signature[\s\S]*?<\/Signature>/.exec(signedAssertion)?.[0] ?? '';
  const bare = signedAssertion.replace(signature, '');
  const evil = assertionXml({ key, user: 'owner', assertionId: '_evil' });
  const responseSignature = /<Signature[\s\S]*?<\/Signature>/.exec(whole)?.[0] ?? '';
  const evilResponse = responseXml({ key, responseId: '_evil-r' }, evil);
  return { signedAssertion, whole, signature, bare, evil, responseSignature, evilResponse };
}

const within = (xml: string, before: string, what: string): string => xml.replace(before, `${what}${before}`);

/** T14. XSW1-8 after Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012). */
const ATTACKS: Record<string, (key: string) => string> = {
  'XSW1: the signed response inside the signature of an evil one': (key) => {
    const { whole, responseSignature, evilResponse } = parts(key);
    const inner = whole.replace(responseSignature, '');
    return within(evilResponse, '<samlp:Status>', responseSignature.replace('</Signature>', `<Object>${inner}</Object></Signature>`));
  },
  'XSW2: the signed response before the signature of an evil one': (key) => {
    const { whole, responseSignature, evilResponse } = parts(key);
    return within(evilResponse, '<samlp:Status>', `${whole.replace(responseSignature, '')}${responseSignature}`);
  },
  'XSW3: an evil assertion before the signed one': (key) => within(parts(key).whole, '<saml:Assertion', parts(key).evil),
  'XSW4: the signed assertion inside an evil one': (key) => {
    const { signedAssertion, evil } = parts(key);
    return responseXml({ key }, evil.replace('</saml:Assertion>', `${signedAssertion}</saml:Assertion>`));
  },
  'XSW5: an evil assertion that carries the signature, the signed one at the end': (key) => {
    const { signature, bare, evil } = parts(key);
    return responseXml({ key }, evil.replace('<saml:Subject>', `${signature}<saml:Subject>`) + bare);
  },
  'XSW6: the signed assertion inside the signature of an evil one': (key) => {
    const { signature, bare, evil } = parts(key);
    return responseXml({ key }, evil.replace('<saml:Subject>', `${signature.replace('</Signature>', `${bare}</Signature>`)}<saml:Subject>`));
  },
  'XSW7: an evil assertion in Extensions': (key) =>
    within(parts(key).whole, '<samlp:Status>', `<samlp:Extensions>${parts(key).evil}</samlp:Extensions>`),
  'XSW8: the signed assertion in an Object of the signature of an evil one': (key) => {
    const { signature, bare, evil } = parts(key);
    return responseXml(
      { key },
      evil.replace('<saml:Subject>', `${signature.replace('</Signature>', `<Object>${bare}</Object></Signature>`)}<saml:Subject>`),
    );
  },
  'nothing signed': (key) => responseXml({ key }, assertionXml({ key })),
  'only the assertion signed': (key) => responseXml({ key }, sign(assertionXml({ key }), 'Assertion')),
  'only the response signed': (key) => sign(responseXml({ key }, assertionXml({ key })), 'Response'),
  'signed by a stranger': (key) => honest({ key }, stranger),
  'the response by a stranger, the assertion by the provider': (key) =>
    sign(responseXml({ key }, sign(assertionXml({ key }), 'Assertion')), 'Response', stranger),
  'signed with SHA-1': (key) => honest({ key }, idp, 'sha1'),
  expired: (key) => honest({ key, from: -20, until: -10 }),
  'older than ten minutes, whatever it says': (key) => honest({ key, from: -60, until: 600 }),
  'not valid yet': (key) => honest({ key, from: 10, until: 20 }),
  'a name changed after signing': (key) => parts(key).whole.replace('<saml:NameID>ann<', '<saml:NameID>owner<'),
  'an attribute changed after signing': (key) => parts(key).whole.replace('>platform<', '>admins<'),
  'comment split in the name': (key) => honest({ key, user: 'owner<!-- x -->.evil' }),
  'a comment anywhere': (key) => parts(key).whole.replace('<samlp:Status>', '<!-- --><samlp:Status>'),
  'CDATA in the name': (key) => honest({ key, user: '<![CDATA[owner]]>' }),
  'a processing instruction in the name': (key) => honest({ key, user: 'owner<?x y?>.evil' }),
  'a DTD': (key) => `<!DOCTYPE r [<!ENTITY e "owner">]>${parts(key).whole}`,
  'an external entity': (key) => `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>${honest({ key }).replace('>ann<', '>&e;<')}`,
  'an entity bomb': (key) =>
    `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>${parts(key).whole}`,
  'an answer to another request': () => honest({ key: '_somebody-elses' }),
  'an answer to no request': (key) => honest({ key }).replaceAll(`InResponseTo="${key}"`, ''),
  'the assertion of another request in a response to this one': (key) =>
    sign(responseXml({ key }, sign(assertionXml({ key: '_other' }), 'Assertion')), 'Response'),
  'from another provider': (key) => honest({ key, idpIssuer: 'https://evil.example' }),
  'for another audience': (key) => honest({ key, audience: 'https://other.example' }),
  'for another recipient': (key) => honest({ key, recipient: 'https://other.example/acs' }),
  'for another address, named behind a > in an attribute': (key) => {
    const response = responseXml({ key }, sign(assertionXml({ key }), 'Assertion')).replace(` Destination="${ACS}"`, '');
    const elsewhere = ` InResponseTo="${key}" Consent="a>b" Destination="https://other.example/acs">`;
    return asWritten(sign(response.replace(` InResponseTo="${key}">`, elsewhere), 'Response'));
  },
  'for another confirmation, named behind a > in an attribute': (key) =>
    asWritten(
      sign(
        responseXml(
          { key },
          sign(
            assertionXml({ key }).replace(
              ' Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"',
              ' a="> Method=\'urn:oasis:names:tc:SAML:2.0:cm:bearer\'" Method="x"',
            ),
            'Assertion',
          ),
        ),
        'Response',
      ),
    ),
  'a tag that never ends': (key) => parts(key).whole.replace('<samlp:Status>', '<samlp:Status a="'),
  'two honest assertions': (key) => within(parts(key).whole, '<saml:Assertion', sign(assertionXml({ key, assertionId: '_a2' }), 'Assertion')),
  'two parts of one name': (key) => sign(responseXml({ key, responseId: '_a1' }, sign(assertionXml({ key }), 'Assertion')), 'Response'),
  'an encrypted assertion of nobody': (key) => parts(key).whole.replaceAll('saml:Assertion', 'saml:EncryptedAssertion'),
  'a failure, signed': (key) =>
    sign(responseXml({ key }, sign(assertionXml({ key }), 'Assertion')).replace('status:Success', 'status:Responder'), 'Response'),
  'a logout': () => '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_x"/>',
  'no XML': () => 'hello',
  nothing: () => '',
};

describe('an attacker (table T14)', () => {
  test.each(Object.entries(ATTACKS))('%s: refused', async (_name, forge) => {
    const attempt = await begin();
    await expect(finish(forge(attempt.key), attempt)).rejects.toMatchObject({ kind: 'unauthenticated', code: 'sign_in_refused' });
  });

  test('gets no further with bytes that are no text, no base64, or too many', async () => {
    const attempt = await begin();
    for (const field of [Buffer.from([0xff, 0xfe, 0x3c]).toString('base64'), '<xml/>', 'A'.repeat(300_000)])
      await expect(provider.finish({ query: '', form: { SAMLResponse: field } }, attempt, ACS)).rejects.toMatchObject({ code: 'sign_in_refused' });
    await expect(provider.finish({ query: 'SAMLResponse=x', form: null }, attempt, ACS)).rejects.toMatchObject({ code: 'sign_in_refused' });
  });
});
