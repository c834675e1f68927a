import { aBlindRule, aLevelRule, aPlaybook, HOUR, T0 } from '../../../test/support/builders.ts';
import type { AlertSilence } from './alert-silence.ts';
import { maintenanceSilences } from './maintenance-silence.ts';
import type { MaintenanceWindow } from './upkeep.ts';

const PLAYBOOK = aPlaybook({ rules: [aLevelRule(), aBlindRule()] });
const window: MaintenanceWindow = { id: 'm1', gauge: 'tama-03', from: T0, until: T0 + HOUR, reason: 'センサー清掃', by: 'sato' };
const draft = {
  key: 'maintenance: m1',
  matcher: { rules: ['blind'], gauges: ['tama-03'] },
  covers: ['staff'],
  reason: '保守中: センサー清掃',
  by: 'sato',
  at: T0,
  endsAt: T0 + HOUR,
} as const;
const silence: AlertSilence = { ...draft, id: 'silence-1', number: 1, after: 0, ended: null, told: false };
const none = { begin: [], end: [] };

const wanted = (windows: readonly MaintenanceWindow[], open: readonly AlertSilence[], now = T0, playbook = PLAYBOOK) =>
  maintenanceSilences(playbook, { windows, open, now });

describe('maintenanceSilences', () => {
  it.each<[string, ReturnType<typeof wanted>, ReturnType<typeof wanted>]>([
    ['begins with the maintenance, by the same person and until the same end', wanted([window], []), { begin: [draft], end: [] }],
    ['does nothing while it lasts', wanted([window], [silence], T0 + HOUR / 2), none],
    ['does nothing before it begins', wanted([{ ...window, from: T0 + 1 }], []), none],
    ['does nothing after it', wanted([window], [], T0 + HOUR), none],
    ['ends when the maintenance was over early', wanted([], [silence], T0 + HOUR / 2), { begin: [], end: ['silence-1'] }],
    ['leaves one that ends by itself', wanted([], [silence], T0 + HOUR), none],
    ['leaves one that somebody ended', wanted([], [{ ...silence, ended: { by: 'sato', at: T0, after: 0 } }]), none],
    ['does not begin again what somebody ended', wanted([window], [{ ...silence, ended: { by: 'sato', at: T0, after: 0 } }]), none],
    ['leaves the silences of people', wanted([], [{ ...silence, key: 'sato/1' }]), none],
    ['has nothing to hold back without a rule of blindness', wanted([window], [], T0, aPlaybook()), none],
  ])('%s', (_, given, expected) => {
    expect(given).toEqual(expected);
  });
});
