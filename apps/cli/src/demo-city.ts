import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { categoriesOf, HEARTBEAT_CATEGORY, LANGUAGES, type Playbook, type Role, SECOND_FACTOR_ROLES, type Subscriber } from '#core';
import type { LineUser } from '#outside/line-platform';
import { addUser } from './user.ts';
import { addDeviceKeys } from './device.ts';
import { type OpenPeople, openPeople } from './data-option.ts';
import { enrol } from './second-factor.ts';

/** Residents of the sample city on LINE and by mail: enough that a message is several multicasts of 500, few enough to start at once. */
const LINE_RESIDENTS = 2_000;
const MAIL_RESIDENTS = 300;
/** People by name, so that their phones and mailboxes can be found on the pages of the demo. */
const NAMED = [
  { name: 'みどりさん', language: 'ja' },
  { name: 'はるとくん', language: 'ja-easy' },
  { name: 'Ms. Smith', language: 'en' },
  { name: 'Linh さん', language: 'vi' },
  { name: '王さん', language: 'zh-Hans' },
  { name: '陳さん', language: 'zh-Hant' },
  { name: '김さん', language: 'ko' },
  { name: 'Silva さん', language: 'pt' },
] as const;
const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'duty', role: 'duty' },
  // Two, for an order takes two different persons.
  { name: 'mayor', role: 'decider' },
  { name: 'deputy', role: 'decider' },
  { name: 'viewer', role: 'viewer' },
];

/** Credentials of the demo, made at the first start and kept in its data folder: this city exists on this machine only. */
export interface DemoCredentials {
  readonly keys: Readonly<Record<string, string>>;
  readonly passwords: Readonly<Record<string, string>>;
  /** Secrets of the second factors, so that a page beside the demo can show the codes. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly lineToken: string;
  readonly lineSecret: string;
}

/** Gives the city its devices, staff and residents; a second start finds them. */
export async function populate(data: string, playbook: Playbook): Promise<DemoCredentials> {
  const file = join(data, 'demo-credentials.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<DemoCredentials>) : {};
  if (isWhole(known)) return known;
  const people = await openPeople(data, { make: true });
  try {
    // A city of an earlier version has everything but the codes.
    if (isWhole({ ...known, secrets: {} })) return keep(file, { ...(known as DemoCredentials), secrets: await secretsFor(people) });
    const devices = [...new Set([...playbook.gauges.values()].map(({ device }) => device))];
    const keys = await addDeviceKeys(people.accounts, devices);
    const passwords: Record<string, string> = {};
    const secrets: Record<string, string> = {};
    for (const { name, role } of STAFF) {
      const { password, secret } = await addUser(people, name, role);
      passwords[name] = password;
      if (secret !== null) secrets[name] = secret;
    }
    await people.directory.subscribe(subscribers(playbook));
    return keep(file, {
      keys,
      passwords,
      secrets,
      lineToken: randomBytes(24).toString('base64url'),
      lineSecret: randomBytes(16).toString('hex'),
    });
  } finally {
    await people.close();
  }
}

const isWhole = (known: Partial<DemoCredentials>): known is DemoCredentials =>
  Boolean(known.keys && known.passwords && known.secrets && known.lineToken && known.lineSecret);

function keep(file: string, credentials: DemoCredentials): DemoCredentials {
  writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
  return credentials;
}

async function secretsFor(people: OpenPeople): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const { name, role } of STAFF) {
    const secret = SECOND_FACTOR_ROLES.has(role) ? await enrol(people, name) : null;
    if (secret !== null) secrets[name] = secret;
  }
  return secrets;
}

/** Who takes part in drills, besides those with a name. */
const DRILLS_EVERY = 10;

/** The phones of everybody who is on LINE. */
export const linePhones = (): readonly LineUser[] => [
  ...NAMED.map(({ name, language }) => ({ userId: lineId(name), displayName: name, language: language === 'ja-easy' ? 'ja' : language })),
  { userId: lineId('duty'), displayName: '当番 (職員)', language: 'ja' },
  { userId: lineId('leader'), displayName: '班長 (職員)', language: 'ja' },
  { userId: lineId('heartbeat'), displayName: '通し確認 (試験用)', language: 'ja' },
  ...Array.from({ length: LINE_RESIDENTS }, (_, i) => ({ userId: lineId(`resident ${i}`), displayName: `住民 ${i + 1}`, language: 'ja' })),
];

function subscribers({ districts }: Playbook): readonly Subscriber[] {
  const codes = [...districts.keys()];
  const district = (i: number): readonly string[] => [codes[i % codes.length]!];
  const categories = ['flood', 'congestion'];
  const withDrills = categoriesOf(['evacuation', ...categories, 'drill']);
  const ofDuty = ['staff:duty', 'exercise/staff:duty'];
  // Whom the playbook calls when nobody of the duty answers.
  const ofLeaders = ['staff:leaders', 'exercise/staff:leaders'];
  return [
    ...NAMED.flatMap(({ name, language }, i): Subscriber[] => [
      { channel: 'line', address: lineId(name), language, districts: codes, categories: withDrills },
      { channel: 'disaster-mail', address: `named${i + 1}@mail.example.jp`, language, districts: codes, categories: withDrills },
    ]),
    { channel: 'line', address: lineId('duty'), language: 'ja', districts: [], categories: ofDuty },
    { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ofDuty },
    { channel: 'line', address: lineId('leader'), language: 'ja', districts: [], categories: ofLeaders },
    { channel: 'email', address: 'leader@city.example.jp', language: 'ja', districts: [], categories: ofLeaders },
    ...TEST_USERS.map(([channel, address]): Subscriber => ({
      channel,
      address,
      language: 'ja',
      districts: [],
      categories: [HEARTBEAT_CATEGORY],
    })),
    ...Array.from({ length: LINE_RESIDENTS }, (_, i): Subscriber => ({
      channel: 'line',
      address: lineId(`resident ${i}`),
      language: languageOf(i),
      districts: district(i),
      categories: i % DRILLS_EVERY === 0 ? withDrills : categories,
    })),
    ...Array.from({ length: MAIL_RESIDENTS }, (_, i): Subscriber => ({
      channel: 'disaster-mail',
      address: `resident${i + 1}@mail${i % 3}.example.jp`,
      language: languageOf(i),
      districts: district(i),
      categories,
    })),
  ];
}

/** One in ten chose a language on purpose, and every language is chosen by somebody. */
const languageOf = (i: number): Subscriber['language'] => (i % 10 === 5 ? LANGUAGES[((i - 5) / 10) % LANGUAGES.length]! : 'ja');
const lineId = (name: string): string => `U${createHash('sha256').update(`sonae demo ${name}`).digest('hex').slice(0, 32)}`;

/** A phone and mailboxes of the office, to which the way from a gauge is proven. */
const TEST_USERS = [
  ['line', lineId('heartbeat')],
  ['disaster-mail', 'heartbeat@city.example.jp'],
  ['email', 'heartbeat-staff@city.example.jp'],
] as const;

/** Whether somebody is a real person of the city, whom an alert tells something. */
export const isPerson = (address: string): boolean => TEST_USERS.every(([, known]) => known !== address);
