import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, Station } from '../support/station.ts';

const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };

describe('a channel that is dead', () => {
  let station: Station;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({ playbook, subscribers: [resident] });
  });

  afterAll(() => station.stop());

  it('P6 shows on the screen, at /metrics and at /readyz while LINE fails every attempt, and stays in service all the time', async () => {
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
    const lineOk = async (): Promise<string | undefined> =>
      /^sonae_stage_ok\{stage="line"\} (\d)$/m.exec(await (await fetch(`${station.httpUrl}/metrics`)).text())?.[1];
    station.line.failAll('error503');
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([4.6, 4.9, 5.05, 5.12]);

    const line = () => station.service.stages.list().find(({ name }) => name === 'line');
    while (line()?.state !== 'degraded') await nextLook();
    expect(line()!.why).toContain('応答していません');
    expect(await lineOk()).toBe('0');
    const probed = await fetch(`${station.httpUrl}/readyz`);
    expect(probed.status).toBe(200);
    expect(await probed.json()).toMatchObject({
      ready: true,
      stages: expect.arrayContaining([{ name: 'line', state: 'degraded', why: line()!.why }]),
    });

    station.line.failAll(null);
    while (line()?.state !== 'ok') await nextLook();
    expect(await lineOk()).toBe('1');
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
  });

  it('P3 shows on the screen that LINE took no such words, for nothing tries them again', async () => {
    station.line.failAll('badRequest');
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([5.85, 5.9, 5.95]);
    const line = () => station.service.stages.list().find(({ name }) => name === 'line');
    while (!line()?.why.includes('文面を受け付けず')) await nextLook();
    expect(line()).toMatchObject({ state: 'degraded', why: expect.stringMatching(/river-level@ose-seguchi#1.*400/) });
    // LINE answers and all other words go out: the process is as ready as before.
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
  });
});

const nextLook = (): Promise<void> => new Promise((next) => setTimeout(next, 20));
