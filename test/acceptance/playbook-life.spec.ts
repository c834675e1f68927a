import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { GaugeDto, PlaybookDto, PlaybookUseDto, PlaybookVersionDto, PreviewDto, StatusDto, TimelineDto } from '#wire';
import { builtCommand } from '../support/built-service.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// The folder is looked at every two seconds, and must be still for as long; a busy machine takes longer.
const midori: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

/** A playbook folder that somebody edits. */
class Edited {
  readonly #place = temporaryFolder();
  readonly path = this.#place.file('playbook');

  constructor() {
    cpSync('infra/playbooks/mihon', this.path, { recursive: true });
  }

  replace(file: string, from: string, to: string): void {
    const text = readFileSync(join(this.path, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(this.path, file), text.replace(from, to));
  }

  remove(): void {
    this.#place.remove();
  }
}

/** Waits for the service, never for a time; a wait in vain ends with the test. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((next) => setTimeout(next, 50));
}

describe('F51 a playbook that is edited during an episode', () => {
  let edited: Edited;
  let station: Station;
  let cookie: string;

  beforeEach(async () => {
    edited = new Edited();
    const { playbook } = await loadPlaybook(edited.path);
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      folder: edited.path,
      subscribers: [midori, duty],
      staff: [
        { name: 'kudo', role: 'decider' },
        { name: 'ito', role: 'viewer' },
      ],
    });
    cookie = await signIn('kudo');
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([4.6, 4.9, 5.05, 5.12]);
    await station.settled();
    if (station.line.inboxOf(midori.address).length !== 1) throw new Error('the story needs an alert that residents were told of');
  });

  afterEach(async () => {
    await station.stop();
    edited.remove();
  });

  const signIn = async (user: string): Promise<string> => {
    const body = JSON.stringify({ user, password: passwordOf(user) });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    return response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  };
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${station.httpUrl}/api/v1/${path}`, { headers: { cookie } })).json()) as T;
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { cookie, 'content-type': 'application/json' };
    return (await (await fetch(`${station.httpUrl}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as T;
  };
  const kinds = async (): Promise<readonly string[]> =>
    (await get<{ items: TimelineDto[] }>('transitions?gauge=ose-seguchi')).items.map(({ transition }) => transition.kind).toReversed();
  const pending = async () => (await get<PlaybookDto>('playbook')).pending;
  const stage = async () => (await get<StatusDto>('status')).stages.find(({ name }) => name === 'playbook');
  const inForceOtherThan = (version: string) => until(() => station.service.playbookVersion !== version);
  const report = async (levels: readonly number[]): Promise<void> => {
    await (await station.gauge('ose-seguchi')).reports(levels);
    await station.settled();
  };

  it('goes on with the episode under the new threshold, stamps what it decides, and keeps the old words', async () => {
    const before = station.service.playbookVersion;
    edited.replace('thresholds.csv', 'ose-seguchi,flood,5.80', 'ose-seguchi,flood,5.50');
    await inForceOtherThan(before);
    const now = station.service.playbookVersion;
    await report([5.55, 5.6]);

    expect(await kinds()).toEqual(['raised', 'climbed', 'climbed']);
    const { items } = await get<{ items: TimelineDto[] }>('transitions?gauge=ose-seguchi');
    expect(items.map(({ transition }) => transition.record.playbookVersion)).toEqual([now, before, before]);
    expect(station.line.inboxOf(midori.address)).toHaveLength(2);

    const shown = await get<PlaybookDto>('playbook');
    expect(shown).toMatchObject({ version: now, by: 'folder', pending: null });
    expect(shown.rules.find(({ id }) => id === 'river-level')?.text).toContain('kind: level');
    expect((await get<StatusDto>('status')).playbookVersion).toBe(now);
    const { items: uses } = await get<{ items: PlaybookUseDto[] }>('playbook/versions');
    expect(uses.map(({ version, by }) => [version, by])).toEqual([
      [now, 'folder'],
      [before, 'start'],
    ]);
    const old = await get<PlaybookVersionDto>(`playbook/versions/${before}`);
    expect(old.files.find(({ name }) => name === 'thresholds.csv')?.text).toContain('ose-seguchi,flood,5.80');
  });

  it('keeps the old one while the new one has errors, shows where, starts again beside them, and takes it once it is put right', async () => {
    const before = station.service.playbookVersion;
    edited.replace('thresholds.csv', 'ose-seguchi,flood,5.80', 'ose-seguchi,flood,five');
    await until(async () => (await pending()) !== null);
    expect((await pending())?.problems).toContainEqual(expect.objectContaining({ file: 'thresholds.csv', line: 8, severity: 'error' }));
    expect(await stage()).toMatchObject({ state: 'degraded', why: expect.stringMatching(/thresholds\.csv 8行/) });
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
    expect(station.service.playbookVersion).toBe(before);

    await station.restart();
    expect(station.service.playbookVersion).toBe(before);
    expect(await stage()).toMatchObject({ state: 'degraded' });
    await report([5.85, 5.9]);
    expect(await kinds()).toEqual(['raised', 'climbed', 'climbed']);

    edited.replace('thresholds.csv', 'ose-seguchi,flood,five', 'ose-seguchi,flood,5.70');
    await inForceOtherThan(before);
    await until(async () => (await pending()) === null);
    expect(await stage()).toMatchObject({ state: 'ok', why: '' });
  });

  it('says to those who had been told that the rule changed, and not that the water fell, when a threshold is lifted above it', async () => {
    const before = station.service.playbookVersion;
    edited.replace('thresholds.csv', 'ose-seguchi,warn,5.00', 'ose-seguchi,warn,5.40');
    await inForceOtherThan(before);
    await station.settled();

    const inbox = station.line.inboxOf(midori.address);
    expect(inbox).toHaveLength(2);
    expect(inbox[1]!.text).toMatch(/規則の変更[\s\S]*危険水位[\s\S]*水位が下がったことを示すものではありません[\s\S]*監視を続けて/);
    expect(inbox[1]!.text).not.toContain('解除');
    const mails = await Promise.all(station.mail.mailsTo(duty.address).map((mail) => mail.read()));
    expect(mails.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(/規則の変更/));
    const [{ transition }] = (await get<{ items: TimelineDto[] }>('transitions?gauge=ose-seguchi')).items as [TimelineDto];
    expect(transition).toMatchObject({ kind: 'reset', fromName: '危険水位', record: { playbookVersion: before } });
    expect(transition.record.verdict).toContain(station.service.playbookVersion);
    expect((await get<GaugeDto>('gauges/ose-seguchi')).alerts.filter(({ state }) => state === 'raised')).toEqual([]);

    await report([5.13, 5.14]);
    expect(await kinds()).toEqual(['raised', 'climbed', 'reset', 'raised']);
    expect(station.line.inboxOf(midori.address)).toHaveLength(2);
  });

  it('says so too when the gauge was taken out while the service was down', async () => {
    const before = station.service.playbookVersion;
    await station.stopService();
    for (const file of ['gauges.csv', 'thresholds.csv', 'playbook.yaml']) {
      const path = join(edited.path, file);
      const rows = readFileSync(path, 'utf8').split('\n');
      writeFileSync(
        path,
        rows
          .filter((row) => !row.startsWith('ose-seguchi'))
          .join('\n')
          .replaceAll('ose-seguchi', 'ose-kitahara'),
      );
    }
    await station.restart();
    await station.settled();
    expect(station.service.playbookVersion).not.toBe(before);
    const inbox = station.line.inboxOf(midori.address);
    expect(inbox).toHaveLength(2);
    expect(inbox[1]!.text).toMatch(/大瀬川[\s\S]*瀬口[\s\S]*規則が変わったため/);
    expect(await station.service.adapters.ledger.openAlerts(9)).toEqual([]);
    expect(await kinds()).toEqual(['raised', 'climbed', 'reset']);

    await station.restart();
    await station.settled();
    expect(station.line.inboxOf(midori.address)).toHaveLength(2);
  });

  it('F46 blocks the rules of a gauge that was moved until thresholds are given anew, and says so to staff and on the screen', async () => {
    const before = station.service.playbookVersion;
    edited.replace(
      'gauges.csv',
      '瀬口,river,,大瀬川,seguchi;honmachi,34.3020,137.6985,T.P.,0,',
      '瀬口,river,,大瀬川,seguchi;honmachi,34.3020,137.6985,T.P.,0.85,',
    );
    await inForceOtherThan(before);
    await station.settled();
    expect(await stage()).toMatchObject({ state: 'degraded', why: expect.stringContaining('ose-seguchi') });
    expect((await get<PlaybookDto>('playbook')).blocked).toContainEqual(
      expect.objectContaining({
        rule: 'river-level',
        gauge: 'ose-seguchi',
        why: expect.stringContaining('しきい値がまだ確認されていない'),
      }),
    );
    expect(station.line.inboxOf(midori.address)).toHaveLength(2);
    const mails = await Promise.all(station.mail.mailsTo(duty.address).map((mail) => mail.read()));
    expect(mails.map(({ text }) => text)).toContainEqual(expect.stringContaining('しきい値がまだ確認されていない'));
    await report([5.9, 5.95]);
    expect(station.line.inboxOf(midori.address)).toHaveLength(2);

    await station.restart();
    expect(await stage()).toMatchObject({ state: 'degraded' });
    const blocked = station.service.playbookVersion;
    edited.replace('thresholds.csv', 'ose-seguchi,flood,5.80,,', 'ose-seguchi,flood,5.80,,\nose-seguchi,flood,5.85,2026-01-01,');
    await inForceOtherThan(blocked);
    await station.settled();
    expect(await stage()).toMatchObject({ state: 'ok' });
    await report([5.96, 5.97]);
    expect(await kinds()).toContain('reset');
    expect(station.line.inboxOf(midori.address)).toHaveLength(3);
  });

  it('tells the same on a terminal, beside the running service and by its data folder alone', async () => {
    edited.replace('thresholds.csv', 'ose-seguchi,warn,5.00', 'ose-seguchi,warn,5.40');
    const before = station.service.playbookVersion;
    const { status, out, err } = await preview(edited.path, '--data', station.dataFolder, '--against', 'infra/playbooks/mihon');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/changed {2}river-level on ose-seguchi 大瀬川 瀬口/);
    expect(out).toMatch(/in force: 危険水位[\s\S]*residents-river +flood +.*本町.* 1 subscribers[\s\S]*changed: {2}観測開始水位/);
    expect(out).toMatch(/residents-river +1 {2}→ +0/);

    const json = await preview(edited.path, '--data', station.dataFolder, '--json');
    const { effect } = JSON.parse(json.out) as PreviewDto;
    expect(effect).toMatchObject({ readings: 4, isComplete: true });
    expect([before, station.service.playbookVersion]).toContain(effect!.beforeVersion);
    edited.replace('thresholds.csv', 'ose-seguchi,warn,5.40', 'ose-seguchi,warn,high');
    expect(await preview(edited.path, '--data', station.dataFolder)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('thresholds.csv:7'),
    });
    expect(await preview(edited.path, '--days', '90')).toMatchObject({ status: 1, err: expect.stringContaining('--days') });
    expect(await preview(edited.path.replace('playbook', 'none'), '--data', station.dataFolder)).toMatchObject({ status: 1, out: '' });
  });

  it('shows before saving what a change would have raised, when and for whom, and changes nothing by it', async () => {
    const before = station.service.playbookVersion;
    const text = readFileSync(join(edited.path, 'thresholds.csv'), 'utf8');
    const seen = await post<PreviewDto>('playbook/preview', {
      files: { 'thresholds.csv': text.replace('ose-seguchi,warn,5.00', 'ose-seguchi,warn,5.40') },
    });
    expect(seen.effect).toMatchObject({
      beforeVersion: before,
      isComplete: true,
      readings: 4,
      differences: [
        {
          kind: 'changed',
          gauge: 'ose-seguchi',
          before: { top: '危険水位' },
          after: { top: '観測開始水位' },
        },
      ],
    });
    const told = seen.effect!.differences[0]!.before!.heard.find(({ route }) => route === 'residents-river');
    expect(told).toMatchObject({ audience: 'residents', of: 'flood', subscribers: 1 });
    expect(told!.districts).toContain('本町');
    expect(station.service.playbookVersion).toBe(before);

    const broken = await post<PreviewDto>('playbook/preview', { files: { 'thresholds.csv': text.replace('5.80', 'five') } });
    expect(broken).toMatchObject({ version: null, effect: null });
    expect(broken.problems).toContainEqual(expect.objectContaining({ file: 'thresholds.csv', severity: 'error' }));
    cookie = await signIn('ito');
    expect(await post('playbook/preview', { files: {} })).toMatchObject({ status: 403 });
  });
});

/** Runs the command as a script would. */
async function preview(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const program = await builtCommand();
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SONAE_')));
  return new Promise((done) => {
    execFile(process.execPath, [program, 'preview', ...args], { env: own }, (error, out, err) =>
      done({ status: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}
