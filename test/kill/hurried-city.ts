import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Playbook, Subscriber } from '#core';
import { lineId } from '../support/station.ts';

/** Five chunks of LINE for the middle of the town: three in Japanese, one in each other language. */
const RESIDENTS = { ja: 1_100, 'ja-easy': 200, en: 300 } as const;
/** More than there are connections to the relay. */
const MAILBOXES = 30;
/** Writes the sample city in a hurry into a folder, and gives its path: floods fall within seconds, and its gauges believe it. */
export function hurriedPlaybook(folder: string): string {
  cpSync('infra/playbooks/mihon', folder, { recursive: true });
  const rewrite = (name: string, edit: (text: string) => string) => {
    const file = join(folder, name);
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
  };
  rewrite('playbook.yaml', (text) => text.replaceAll(/clearHold: \w+/g, 'clearHold: 1s'));
  rewrite('gauges.csv', (text) => {
    const [head = '', ...rows] = text.trimEnd().split('\n');
    const at = (name: string) => head.split(',').indexOf(name);
    const wide = new Map([
      [at('step10min'), '9'],
      [at('stepHour'), '9'],
    ]);
    const edited = rows.map((row) =>
      row.includes(',river,')
        ? row
            .split(',')
            .map((cell, i) => wide.get(i) ?? cell)
            .join(',')
        : row,
    );
    return `${[head, ...edited].join('\n')}\n`;
  });
  return folder;
}

/** People of every district, language and channel. */
export function subscribersOf({ districts }: Playbook): readonly Subscriber[] {
  const flood = { categories: ['flood'] };
  const central = Object.entries(RESIDENTS).flatMap(([language, count]) =>
    Array.from({ length: count }, (_, i) => ({
      channel: 'line' as const,
      address: lineId(`${language} ${i}`),
      language: language as keyof typeof RESIDENTS,
      districts: ['honmachi'],
      ...flood,
    })),
  );
  const elsewhere = [...districts.keys()].map((code) => ({
    channel: 'line' as const,
    address: lineId(code),
    language: 'ja' as const,
    districts: [code],
    ...flood,
  }));
  const mailboxes = Array.from({ length: MAILBOXES }, (_, i) => ({
    channel: 'disaster-mail' as const,
    address: `resident-${i}@${['docomo', 'mail', 'example'][i % 3]}.example.jp`,
    language: i % 4 === 0 ? ('en' as const) : ('ja' as const),
    districts: [i % 2 === 0 ? 'honmachi' : 'matsuba'],
    ...flood,
  }));
  const duty = { language: 'ja' as const, districts: [], categories: ['staff:duty'] };
  // The officer is a resident too: the first route has the word, and nobody hears twice.
  const officer = {
    ...duty,
    channel: 'line' as const,
    address: lineId('duty'),
    districts: ['honmachi'],
    categories: ['staff:duty', 'flood'],
  };
  return [...central, ...elsewhere, ...mailboxes, officer, { ...duty, channel: 'email', address: 'duty@city.example.jp' }];
}
