import { passwordOf } from './station.ts';

/** What the service answered. */
export interface Reply<Answer> {
  readonly status: number;
  readonly body: Answer;
}

/** How somebody who signed in asks the API; `where` stands below `/api/v1/`. */
export type Asking = <Answer>(method: string, where: string, ask?: object, key?: string) => Promise<Reply<Answer>>;

/** Signs a member of staff in; `place` is `/drill` for the drill beside real life. */
export async function signIn(httpUrl: string, name: string, place: '' | '/drill' = ''): Promise<Asking> {
  const base = `${httpUrl}${place}/api/v1`;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ user: name, password: passwordOf(name) });
  const signed = await fetch(`${base}/session`, { method: 'POST', headers, body });
  const cookie = signed.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`${name} was not let in: ${signed.status} ${await signed.text()}`);
  return async <Answer>(method: string, where: string, ask?: object, key?: string): Promise<Reply<Answer>> => {
    const response = await fetch(`${base}/${where}`, {
      method,
      headers: { cookie, ...(ask && headers), ...(key && { 'idempotency-key': key }) },
      ...(ask && { body: JSON.stringify(ask) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Answer };
  };
}
