import { loadPlaybook } from '#playbook';
import { passwordOf, Station } from '../support/station.ts';

describe('the live line of a screen', () => {
  let station: Station;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({ playbook, staff: [{ name: 'sato', role: 'viewer' }] });
  });

  afterAll(() => station.stop());

  it('S11 ends within 5 s when its user is disabled', async () => {
    const signedIn = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'sato', password: passwordOf('sato') }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const live = await fetch(`${station.httpUrl}/api/v1/live`, { headers: { cookie } });
    expect(live.status).toBe(200);

    const reader = live.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await station.service.adapters.accounts.setUserDisabled('sato', true);
    // Counted in what the line itself says, once in two seconds: a machine that is busy is late with both.
    let words = 0;
    while (!(await reader.read()).done) words += 1;
    expect(words).toBeLessThan(10);
  });
});
