const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  // The API browser and the console's charts set styles from script.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const ALWAYS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Headers of every answer. Pages may run our own scripts; data may do nothing, even when a browser opens it as a page. */
export function securityHeaders(contentType: string | undefined, https: boolean): Record<string, string> {
  const page = contentType !== undefined && contentType.startsWith('text/html');
  return {
    ...ALWAYS,
    'content-security-policy': page ? PAGE_POLICY : DATA_POLICY,
    ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
