import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './address.ts';
import { decideDestination } from './guard.ts';

/** Names a resolver knows; every other is unknown. */
const NAMES: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.localdomain': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'inside.example': ['10.0.0.7'],
  'half.example': ['93.184.216.34', '192.168.0.1'],
  'example.com': ['93.184.216.34'],
  'six.example': ['2606:2800:220:1::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
};
const resolve = async (host: string) => {
  const known = NAMES[host];
  if (known === undefined) throw new Error('ENOTFOUND');
  return known;
};
const options = { allowPrivateHosts: [], resolve };

/** T15: loopback, metadata and the inside of networks, as attackers spell them. */
const SPELLINGS = [
  'http://127.0.0.1/',
  'http://127.0.0.1:8080/x',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0X7F.1/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0177.0.0.01/',
  'http://127.0.0.1./',
  'http://127.0.0.1%2f/',
  'http://%31%32%37.0.0.1/',
  'http://1２7.0.0.1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://127.255.255.254/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://METADATA.google.internal./computeMetadata/v1/',
  'http://100.100.100.200/latest/meta-data/',
  'http://192.0.0.192/opc/v1/',
  'http://168.63.129.16/metadata',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://localhost/',
  'http://LOCALHOST:80/',
  'http://localhost./',
  'http://ⓛocalhost/',
  'http://localhost.localdomain/',
  'http://inside.example/',
  'http://half.example/',
  'http://mapped.example/',
  'http://127.0.0.1.nip.example/',
  'http://user@127.0.0.1/',
  'http://example.com@127.0.0.1/',
  'http://example.com:80@127.0.0.1:8080/',
  'http://127.0.0.1@example.com/',
  'http:127.0.0.1',
  'http:////127.0.0.1/',
  'http://127.0.0.1\t/',
  'ht\ntp://127.0.0.1/',
  ' http://127.0.0.1/ ',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_x',
  'ftp://example.com/',
  'data:text/plain,x',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  'http://',
  'http://../',
];

describe('an address from outside', () => {
  test('has at least forty spellings here', () => expect(new Set(SPELLINGS).size).toBeGreaterThanOrEqual(40));

  test.each(SPELLINGS)('%j is not asked', async (target) => {
    await expect(decideDestination(target, options)).rejects.toMatchObject({ kind: 'refused', code: 'address_refused' });
  });

  test('with a backslash asks the host before it, which is how URLs are read', async () => {
    expect((await decideDestination('http://example.com\\@127.0.0.1/', options)).addresses).toEqual(['93.184.216.34']);
  });

  test('out on the network is asked, at the address that was judged', async () => {
    expect((await decideDestination('https://example.com/x', options)).addresses).toEqual(['93.184.216.34']);
    expect((await decideDestination('https://EXAMPLE.com./x', options)).addresses).toEqual(['93.184.216.34']);
    expect((await decideDestination('https://six.example', options)).addresses).toEqual(['2606:2800:220:1::1']);
    expect((await decideDestination('http://8.8.8.8', options)).addresses).toEqual(['8.8.8.8']);
    await expect(decideDestination('https://unknown.example', options)).rejects.toMatchObject({ code: 'address_unknown' });
  });

  test('inside is asked only at hosts that are named, port by port when a port is named', async () => {
    const allow = { resolve, allowPrivateHosts: ['inside.example', '127.0.0.1:8181'] };
    expect((await decideDestination('http://inside.example:9000', allow)).addresses).toEqual(['10.0.0.7']);
    expect((await decideDestination('http://127.0.0.1:8181/v1', allow)).addresses).toEqual(['127.0.0.1']);
    for (const other of ['http://127.0.0.1:8182/', 'http://127.0.0.1/', 'http://10.0.0.7/', 'http://x.inside.example/', 'http://localhost:8181/'])
      await expect(decideDestination(other, allow)).rejects.toMatchObject({ kind: other.includes('x.') ? 'unavailable' : 'refused' });
  });

  test('a resolver that answers nonsense or nothing leads nowhere', async () => {
    for (const answer of [[], ['nonsense'], [''], ['fe80::1%eth0'], ['93.184.216.34', 'x']])
      await expect(decideDestination('http://x.example', { allowPrivateHosts: [], resolve: async () => answer })).rejects.toMatchObject({
        kind: expect.stringMatching(/refused|unavailable/),
      });
  });

  test('no spelling of a loopback number is public', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x7f000000, max: 0x7fffffff }), fc.constantFrom(10, 8, 16), (number, base) => {
        const text = base === 10 ? String(number) : base === 8 ? `0${number.toString(8)}` : `0x${number.toString(16)}`;
        return !isPublicAddress(new URL(`http://${text}/`).hostname);
      }),
    );
  });
});
