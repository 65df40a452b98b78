/** One JSON request; answers the body, throws a sentence with the answer when it is a refusal. */
export type Call = <T>(method: string, where: string, body?: unknown) => Promise<T>;

export function createCall(base: string, token: string | null): Call {
  return async <T>(method: string, where: string, body?: unknown) => {
    const response = await fetch(new URL(where, base), {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${where} answered ${response.status}: ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
}
