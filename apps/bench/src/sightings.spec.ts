import { lineIdOf, lineIndexOf, mailAddressOf, mailIndexOf, people } from './crowd.ts';
import { Sightings, violationsOf } from './sightings.ts';

const CROWD = { line: 6, mails: 4 };
const ids = (...indexes: readonly number[]) => indexes.map(lineIdOf);
const call = (retryKey: string, to: readonly string[], verdict: 'accepted' | 'duplicate' | 'refused' = 'accepted') => ({
  retryKey,
  to,
  verdict,
});
const mail = (index: number, messageId = `<${index}@c>`) => ({ to: mailAddressOf(index), messageId });

/** Everybody told once. */
function told(): Sightings {
  const sightings = new Sightings(CROWD);
  sightings.call(call('a', ids(0, 1, 2)));
  sightings.call(call('b', ids(3, 4, 5)));
  for (const index of [0, 1, 2, 3]) sightings.mail(mail(index));
  return sightings;
}

const wrongOnLine = (sightings: Sightings, kills = 0) => violationsOf('LINE', sightings.line, { kills, connections: 0 });
const wrongInMail = (sightings: Sightings, kills = 0) => violationsOf('mail', sightings.mails, { kills, connections: 2 });

describe('the judge of a fan-out', () => {
  it('finds nothing where everybody was told once, whatever was refused or asked again', () => {
    const sightings = told();
    sightings.call(call('b', ids(3, 4, 5), 'duplicate'));
    sightings.call(call('c', ids(0), 'refused'));
    expect([...wrongOnLine(sightings), ...wrongInMail(sightings)]).toEqual([]);
  });

  it('sees who was left out', () => {
    const sightings = new Sightings(CROWD);
    sightings.call(call('a', ids(0, 1, 2)));
    sightings.call(call('b', ids(3, 4, 5), 'refused'));
    sightings.mail(mail(0));
    expect(wrongOnLine(sightings)).toEqual(['LINE: 3 of 6 people were not told']);
    expect(wrongInMail(sightings)).toEqual(['mail: 3 of 4 people were not told']);
  });

  it('sees a phone that rang twice: in two chunks, by a second key, or named twice in one', () => {
    for (const again of [call('c', ids(3, 1)), call('d', ids(0, 1, 2)), call('e', ids(5, 5))]) {
      const sightings = told();
      sightings.call(again);
      expect(wrongOnLine(sightings)[0]).toMatch(/^LINE: [123] people were told twice$/);
    }
  });

  it('sees two words in one mailbox, however many kills there were', () => {
    const sightings = told();
    sightings.mail(mail(1, '<another@c>'));
    expect(wrongInMail(sightings, 9)).toEqual(['mail: 1 people were told twice']);
  });

  it('allows one repeat of a mail per kill and connection, and no more', () => {
    const sightings = told();
    for (const index of [0, 1]) sightings.mail(mail(index));
    expect(wrongInMail(sightings, 0)).toEqual(['mail: 2 repeats, and 0 kills allow 0']);
    expect(wrongInMail(sightings, 1)).toEqual([]);
    sightings.mail(mail(2));
    expect(wrongInMail(sightings, 1)).toEqual(['mail: 3 repeats, and 1 kills allow 2']);
  });

  it('sees strangers, and a key that came back with other people', () => {
    const sightings = told();
    sightings.call(call('c', ['Uffffffffffffffffffffffffffffffff', lineIdOf(6)]));
    sightings.call(call('a', ids(0, 1), 'duplicate'));
    sightings.mail({ to: 'somebody@example.jp', messageId: '<x>' });
    sightings.mail(mail(4));
    expect(wrongOnLine(sightings)).toEqual([
      'LINE: 2 times somebody was told whom nobody asked for',
      'LINE: 1 retry keys came back with other people',
    ]);
    expect(wrongInMail(sightings)).toEqual(['mail: 2 times somebody was told whom nobody asked for']);
  });
});

describe('the crowd of a fan-out', () => {
  it('is found again by the ids and addresses that it subscribed with, each once', () => {
    const crowd = [...people({ line: 50, mails: 1_000 }, ['east', 'west'])];
    const on = (channel: string) => crowd.filter((one) => one.channel === channel).map(({ address }) => address);
    expect(on('line').map(lineIndexOf)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(on('disaster-mail').map(mailIndexOf)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(mailIndexOf('r3@elsewhere.example.jp')).toBe(-1);
  });

  it('lives in every district and reads every language', () => {
    const crowd = [...people({ line: 100, mails: 0 }, ['east', 'west'])];
    expect(new Set(crowd.flatMap(({ districts }) => districts))).toEqual(new Set(['east', 'west']));
    expect(new Set(crowd.map(({ language }) => language)).size).toBe(8);
  });
});
