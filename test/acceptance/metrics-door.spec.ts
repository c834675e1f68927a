import { aPlaybook } from '../support/builders.ts';
import { Station } from '../support/station.ts';

const TOKEN = 'r7Kq-2mXw-9tBz-4v';

describe('/metrics of a service whose settings hold a token', () => {
  let station: Station;

  beforeAll(async () => {
    station = await Station.start({ playbook: aPlaybook(), env: { SONAE_METRICS_TOKEN: TOKEN } });
  });

  afterAll(() => station.stop());

  const read = (authorization?: string): Promise<Response> =>
    fetch(`${station.httpUrl}/metrics`, { headers: authorization === undefined ? {} : { authorization } });

  it.each([undefined, 'Bearer ', 'Bearer guess', TOKEN, `Basic ${TOKEN}`])('are closed to whoever shows %p', async (shown) => {
    const answer = await read(shown);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.text()).not.toContain('sonae_');
  });

  it('S24 are open to whoever shows it, and name no version', async () => {
    const answer = await read(`Bearer ${TOKEN}`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('sonae_readings_accepted_total');
    expect(text).not.toContain(process.version);
  });

  it('leaves the probes open', async () => {
    expect((await fetch(`${station.httpUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
  });
});
