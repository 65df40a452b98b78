import { useEffect, useState } from 'react';
import { Fingerprint } from 'lucide-react';
import { Digest } from '../../ui/digest.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Details } from './queries.ts';

/** What a decision is bound to: the digest, every field it covers, and that this browser comes to the same digest. */
export function RecordPanel({ details: { approval, fields, canonical } }: { details: Details }) {
  const own = useSha256(canonical);
  return (
    <Panel title="What the decision is bound to" aside={<Digest value={approval.digest} length={16} what="digest" />}>
      <p className="flex items-start gap-2 text-sm text-muted">
        <Fingerprint size={16} aria-hidden className="mt-0.5 shrink-0" />
        <span>
          {own === null && 'A yes is a yes to exactly these fields, and to nothing else.'}
          {own !== null && own === approval.digest && 'This browser made the digest of these fields itself and came to the same one.'}
          {own !== null && own !== approval.digest && (
            <span className="text-bad">The digest is not the one of these fields. Do not decide; tell whoever runs Reeve.</span>
          )}
        </span>
      </p>
      <details className="mt-2">
        <summary className="min-h-6 cursor-pointer text-sm">All {fields.length} fields</summary>
        <table className="mt-2 w-full table-fixed border-collapse text-left text-xs">
          <caption className="sr-only">Fields the digest covers</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value as JSON</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ path, value }) => (
              <tr key={path} className="border-t border-line align-top">
                <th scope="row" className="w-2/5 py-1 pr-3 font-mono font-normal text-muted wrap-anywhere sm:w-1/4">
                  {path}
                </th>
                <td className="py-1 font-mono">
                  <Untrusted text={value} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Panel>
  );
}

/** SHA-256 in hexadecimal, made here; null while it is made, and where the browser has no cryptography (a page without TLS from elsewhere). */
function useSha256(text: string): string | null {
  const [made, setMade] = useState<{ of: string; digest: string } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
    void subtle?.digest('SHA-256', new TextEncoder().encode(text)).then((bytes) => {
      const digest = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (isCurrent) setMade({ of: text, digest });
    });
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return made?.of === text ? made.digest : null;
}
