import { codeAt } from '#runtime';
import type { OrderDetailDto, OrderPlanDto } from '#wire';
import type { Credentials, ServiceProcess } from './service-process.ts';

/** Two deciders, as level 4 asks for two of them (S13). */
export const DECIDERS = [
  { name: 'suzuki', role: 'decider' },
  { name: 'mori', role: 'decider' },
] as const;

/** What the deciders do at `/hq`, over the same API. */
export class Headquarters {
  readonly #url: string;
  readonly #cookies: readonly string[];

  private constructor(url: string, cookies: readonly string[]) {
    this.#url = url;
    this.#cookies = cookies;
  }

  /** Everybody on staff signs in with password and code. */
  static async signIn({ url, staff }: Pick<ServiceProcess, 'url' | 'staff'>): Promise<Headquarters> {
    return new Headquarters(url, await Promise.all(staff.map((one) => cookieOf(url, one))));
  }

  /** Gives an evacuation order of level 4 to every district: one decider proposes, both confirm. It takes effect after the time in which it can be undone. */
  async orderAll(): Promise<void> {
    const { districts } = await this.#ask<OrderPlanDto>(0, 'GET', '/plan');
    const ask = { municipalLevel: 4, hazard: 'flood', districts: districts.map(({ code }) => code) };
    const { id } = await this.#ask<OrderDetailDto>(0, 'POST', '', ask);
    for (const who of this.#cookies.keys()) {
      const { version } = await this.#ask<OrderDetailDto>(who, 'GET', `/${id}`);
      await this.#ask(who, 'POST', `/${id}/confirm`, { version });
    }
  }

  async #ask<Answer>(who: number, method: 'GET' | 'POST', where: string, ask?: object): Promise<Answer> {
    const headers = { cookie: this.#cookies[who]!, 'content-type': 'application/json', 'idempotency-key': `${who} ${where}` };
    const answer = await fetch(`${this.#url}/api/v1/orders${where}`, { method, headers, ...(ask && { body: JSON.stringify(ask) }) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${method} orders${where} was answered with ${answer.status}: ${JSON.stringify(body)}`);
    return body as Answer;
  }
}

async function cookieOf(url: string, { name, password, otpauth }: Credentials): Promise<string> {
  const code = codeAt(new URL(otpauth).searchParams.get('secret')!, Date.now());
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: name, password, code }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`${name} could not sign in: ${answer.status} ${await answer.text()}`);
  return cookie;
}
