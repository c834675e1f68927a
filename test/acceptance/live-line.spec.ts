import { loadPlaybook } from '#playbook';
import { passwordOf, Station } from '../support/station.ts';

describe('the live line of a screen', () => {
  let station: Station;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      staff: [
        { name: 'sato', role: 'viewer' },
        { name: 'mori', role: 'duty' },
      ],
    });
  });

  afterAll(() => station.stop());

  const signIn = async (user: string): Promise<string> => {
    const signedIn = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password: passwordOf(user) }),
    });
    return signedIn.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  };

  it('tells one screen at once what somebody did at another', async () => {
    const live = await fetch(`${station.httpUrl}/api/v1/live`, { headers: { cookie: await signIn('sato') } });
    const reader = live.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader.read()).value ?? '';
    const silence = await fetch(`${station.httpUrl}/api/v1/silences`, {
      method: 'POST',
      headers: { cookie: await signIn('mori'), 'content-type': 'application/json', origin: new URL(station.httpUrl).origin },
      body: JSON.stringify({ matcher: { rivers: ['大瀬川'] }, reason: '護岸工事', endsAt: Date.now() + 3_600_000 }),
    });
    expect(silence.status).toBe(201);
    while (!heard.includes('"acted"')) heard += (await reader.read()).value ?? '';
    expect(heard).toContain('{"type":"acted","alerts":[],"silences":true}');
    await reader.cancel();
  }, 60_000);

  it('S11 ends within 5 s when its user is disabled', async () => {
    const cookie = await signIn('sato');
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
