import { once } from 'node:events';
import { LinePlatform, type PlatformRequest } from '#outside/line-platform';
import { lineIdOf } from './crowd.ts';
import { instant } from './figures.ts';
import { MailSink } from './mail-sink.ts';
import type { OtherSideAsk, OtherSideLook, OtherSideSaid } from './other-side.ts';
import { Sightings } from './sightings.ts';

// The program of the other side: LINE's platform with its limits and keys, a mail relay, and the judge who counts what people see.

const say = (said: OtherSideSaid): void => void process.send?.(said);

const [{ crowd, token }] = (await once(process, 'message')) as [OtherSideAsk];
const sightings = new Sightings(crowd);
const line = { taken: 0, firstAt: null as number | null, lastAt: null as number | null, tooFast: 0, known: 0 };
const mails = { taken: 0, firstAt: null as number | null, lastAt: null as number | null, bytes: 0, sample: null as Buffer | null };

const platform = await LinePlatform.start({
  port: 0,
  token,
  secret: 'of no use here',
  now: instant,
  // The judge has seen them; a million ids a run need not be remembered twice.
  callsMax: 1,
  onCall,
});
for (let index = 0; index < crowd.line; index += 1) platform.addUser({ userId: lineIdOf(index), displayName: '' });
const sink = await MailSink.start((mail) => {
  took(mails);
  mails.bytes += mail.raw.length;
  mails.sample ??= Buffer.from(mail.raw);
  sightings.mail(mail);
});

process.on('disconnect', () => process.exit());
process.on('message', () => say({ kind: 'look', ...look() }));
say({ kind: 'ready', lineUrl: platform.url, smtpPort: sink.port });

function onCall(call: PlatformRequest): void {
  if (call.endpoint !== 'multicast') return;
  if (call.verdict === 'accepted') took(line);
  else if (call.verdict === 'duplicate') line.known += 1;
  else if (call.answer === 429) line.tooFast += 1;
  sightings.call(call);
}

function took(got: { taken: number; firstAt: number | null; lastAt: number | null }): void {
  got.taken += 1;
  got.lastAt = instant();
  got.firstAt ??= got.lastAt;
}

function look(): OtherSideLook {
  const { user, system } = process.cpuUsage();
  return {
    line: { ...line, seen: sightings.line },
    mails: { ...mails, seen: sightings.mails, sample: mails.sample?.toString('base64') ?? null },
    cpuSeconds: (user + system) / 1e6,
  };
}
