import { parseArgs } from 'node:util';
import { type BareMailerFigures, mailBare } from './bare-mailer-process.ts';
import { CITY, fanOut, type FanoutFigures, MAIL_CONNECTIONS } from './fanout-run.ts';
import { instant, machine, median, thousands, tidy } from './figures.ts';
import { districtsOf, FilledDirectory } from './filled-directory.ts';
import { complain, positive, print, printRows, type Row, status, UsageError } from './terminal.ts';
import type { Work } from './work.ts';

/** Figures to reach (product §16). */
const REACH = { line: 0.95, nodemailer: 0.8 } as const;
/** Requests a second that LINE allows for multicasts (D§3.3). */
const LINE_PER_SECOND = 200;
/** With --quick, for whoever works on it. */
const QUICK = { line: 50_000, mails: 5_000 } as const;
const FULL = { line: 1_000_000, mails: 100_000 } as const;
/** While the audience is being frozen, in the middle of LINE, and when only mail is left. */
const KILLS_AT = [0.15, 0.5, 0.95] as const;
const PARTS = ['line', 'mail', 'kills'] as const;
type Part = (typeof PARTS)[number];

export const fanout: Work = {
  summary: 'one order to a million people on LINE and 100,000 mailboxes, next to nodemailer, and resumed after kill -9',
  help: `Usage: npm run bench -- fanout [--people <n>] [--mails <n>] [--rounds <n>] [--only ${PARTS.join('|')}] [--quick] [--profile <folder>] [--json]

Fills a directory with --people (${thousands(FULL.line)}) on LINE and --mails (${thousands(FULL.mails)}) mailboxes in the sample city, starts the service on a
copy of it, and lets two deciders give an order of level 4 to every district over the API. LINE's platform (${LINE_PER_SECOND} multicasts a
second of 500 people) and a mail server run in a process of their own, which counts what people see. Three parts:
  line   LINE alone: requests a second from the first to the last, as a share of LINE's limit
  mail   mail alone: mails a second, as a share of what nodemailer reaches with the same bytes and connections and nothing else
         to do; they take turns, --rounds times (1), and the medians are told
  kills  both at once, with kill -9 after ${KILLS_AT.map((share) => `${share * 100} %`).join(', ')} of the people: everybody once on LINE, no mail lost, and at most
         one repeat per kill and connection
Ends with status 1 when somebody was told twice, or not at all. --quick does it with ${thousands(QUICK.line)} and ${thousands(QUICK.mails)}.

Example:
  npm run bench -- fanout --people 200000 --mails 20000`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        people: { type: 'string' },
        mails: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (values.only !== undefined && !PARTS.some((part) => part === values.only)) throw new UsageError(`--only takes ${PARTS.join(', ')}.`);
    const usual = values.quick ? QUICK : FULL;
    const crowd = {
      line: Math.ceil(positive('people', values.people, usual.line)),
      mails: Math.ceil(positive('mails', values.mails, usual.mails)),
    };
    const wanted = (part: Part): boolean => values.only === undefined || values.only === part;
    const rounds = Math.ceil(positive('rounds', values.rounds, 1));
    const from = machine();
    const filledFrom = instant();
    const directory = await FilledDirectory.make(crowd, districtsOf(CITY), (filled) => status(`${thousands(filled)} people subscribe`));
    const fillSeconds = (instant() - filledFrom) / 1000;
    const run = (what: string, of: { readonly line: number; readonly mails: number }, killsAt: readonly number[] = []) =>
      fanOut({
        directory,
        crowd: of,
        killsAt,
        profile: values.profile,
        onProgress: (reached, all) => status(`${what}: ${thousands(reached)} of ${thousands(all)}`),
      });
    const told: Told = { crowd, fillSeconds, line: null, mail: [], peer: [], kills: null };
    try {
      if (wanted('line')) told.line = await run('LINE', { ...crowd, mails: 0 });
      for (let round = 1; wanted('mail') && round <= rounds; round += 1) {
        const mail = await run('mail', { ...crowd, line: 0 });
        status('nodemailer with nothing else to do');
        told.mail.push(mail);
        told.peer.push(await mailBare(mail.mails.sample!, crowd.mails));
      }
      if (wanted('kills')) told.kills = await run('both, with kills', crowd, KILLS_AT);
    } finally {
      directory.remove();
      status('');
    }
    if (values.json) print(JSON.stringify(documentOf(told, from)));
    else tell(told, from);
    const violations = [told.line, ...told.mail, told.kills].flatMap((one) => one?.violations ?? []);
    for (const violation of violations) complain(`bench fanout: ${violation}`);
    return violations.length === 0 ? 0 : 1;
  },
};

interface Told {
  readonly crowd: { readonly line: number; readonly mails: number };
  readonly fillSeconds: number;
  line: FanoutFigures | null;
  readonly mail: FanoutFigures[];
  readonly peer: BareMailerFigures[];
  kills: FanoutFigures | null;
}

const lineShare = ({ line }: FanoutFigures): number => tidy(line.perSecond / LINE_PER_SECOND, 3);

function mailRates({ mail, peer }: Told): { readonly own: number; readonly peer: number; readonly ratio: number } | null {
  if (mail.length === 0) return null;
  const [own, other] = [median(mail.map(({ mails }) => mails.perSecond)), median(peer.map(({ perSecond }) => perSecond))];
  return { own: Math.round(own), peer: Math.round(other), ratio: tidy(own / other) };
}

const figuresOf = ({ freezeSeconds, firstSeconds, seconds, rssBeforeMb, rssMaxMb, cpuSeconds, otherCpuSeconds }: FanoutFigures) => ({
  freezeSeconds: tidy(freezeSeconds),
  firstSeconds: tidy(firstSeconds),
  seconds: tidy(seconds),
  rssBeforeMb: Math.round(rssBeforeMb),
  rssMaxMb: Math.round(rssMaxMb),
  cpuSeconds: tidy(cpuSeconds, 1),
  otherCpuSeconds: tidy(otherCpuSeconds, 1),
});

function documentOf(told: Told, from: string) {
  const { line, mail, peer, kills, crowd } = told;
  const rates = mailRates(told);
  const all = [line, ...mail, kills].filter((one) => one !== null);
  return {
    work: 'fanout',
    perSecond: line ? tidy(line.line.perSecond, 1) : null,
    p50Ms: null,
    p99Ms: null,
    rssMb: Math.round(Math.max(...all.map(({ rssMaxMb }) => rssMaxMb))),
    seconds: tidy(all.reduce((sum, { seconds }) => sum + seconds, 0)),
    ratio: { lineLimit: line && lineShare(line), nodemailer: rates?.ratio ?? null },
    machine: from,
    crowd,
    line: line && { ...figuresOf(line), ...line.line },
    mail: rates && {
      ...rates,
      bytesEach: Math.round(mail[0]!.mails.bytes / mail[0]!.mails.taken),
      rounds: mail.map((one) => ({ ...figuresOf(one), perSecond: Math.round(one.mails.perSecond) })),
      peers: peer.map(({ perSecond, cpuSeconds }) => ({ perSecond: Math.round(perSecond), cpuSeconds: tidy(cpuSeconds, 1) })),
    },
    kills: kills && {
      ...figuresOf(kills),
      kills: kills.kills,
      resumeSeconds: kills.resumeSeconds.map((seconds) => tidy(seconds)),
      line: kills.line,
      mails: { taken: kills.mails.taken, reached: kills.mails.reached, twice: kills.mails.twice, repeats: kills.mails.repeats },
    },
    violations: all.flatMap(({ violations }) => violations),
  };
}

const shown = (work: string, measured: string): Row => ({ work, measured, reach: '', reached: null });

function tell(told: Told, from: string): void {
  const { crowd, fillSeconds, line, mail, peer, kills } = told;
  const rates = mailRates(told);
  print(from);
  printRows([
    shown('people on LINE, mailboxes', `${thousands(crowd.line)}, ${thousands(crowd.mails)}`),
    shown('… subscribed in', `${tidy(fillSeconds)} s`),
    ...(line ? lineRows(line) : []),
    ...(rates ? mailRows(rates, mail, peer) : []),
    ...(kills ? killRows(kills) : []),
  ]);
}

function lineRows(figures: FanoutFigures): readonly Row[] {
  const share = lineShare(figures);
  const { line } = figures;
  return [
    {
      work: `LINE: share of ${LINE_PER_SECOND} requests a second`,
      measured: String(share),
      reach: `>= ${REACH.line}`,
      reached: share >= REACH.line,
    },
    shown('… requests, from the first to the last', `${thousands(line.taken)} in ${tidy(line.seconds)} s`),
    once('… people reached, of them twice', figures.violations, `${thousands(line.reached)}, ${line.twice}`),
    shown('… refused as too fast', String(line.tooFast)),
    ...common(figures),
  ];
}

function mailRows(
  { own, peer: bare, ratio }: { readonly own: number; readonly peer: number; readonly ratio: number },
  mail: readonly FanoutFigures[],
  peer: readonly BareMailerFigures[],
): readonly Row[] {
  const first = mail[0]!;
  return [
    {
      work: `mail: times nodemailer alone (${thousands(bare)}/s)`,
      measured: String(ratio),
      reach: `>= ${REACH.nodemailer}`,
      reached: ratio >= REACH.nodemailer,
    },
    shown('… mails a second', `${thousands(own)}/s`),
    shown('… bytes each, without DKIM', String(Math.round(first.mails.bytes / first.mails.taken))),
    once(
      '… mailboxes reached, of them twice',
      mail.flatMap(({ violations }) => violations),
      `${thousands(first.mails.reached)}, ${first.mails.twice}`,
    ),
    shown('… processor time of nodemailer alone', `${tidy(median(peer.map(({ cpuSeconds }) => cpuSeconds)), 1)} s`),
    ...common(first),
  ];
}

function killRows(figures: FanoutFigures): readonly Row[] {
  const { line, mails, kills, resumeSeconds } = figures;
  return [
    shown('both at once, killed', `${kills} times`),
    once('… people reached on LINE, of them twice', figures.violations, `${thousands(line.reached)}, ${line.twice}`),
    shown('… asked again under a known key', String(line.known)),
    once('… mailboxes reached, of them twice', figures.violations, `${thousands(mails.reached)}, ${mails.twice}`),
    {
      work: '… mails repeated',
      measured: String(mails.repeats),
      reach: `<= ${kills * MAIL_CONNECTIONS}`,
      reached: mails.repeats <= kills * MAIL_CONNECTIONS,
    },
    shown('… from each kill to the next request', resumeSeconds.map((seconds) => `${tidy(seconds, 1)} s`).join(', ')),
    ...common(figures),
  ];
}

const once = (work: string, violations: readonly string[], measured: string): Row => ({
  work,
  measured,
  reach: 'everybody once',
  reached: violations.length === 0,
});

function common(figures: FanoutFigures): readonly Row[] {
  const { freezeSeconds, firstSeconds, seconds, rssBeforeMb, rssMaxMb, cpuSeconds } = figures;
  return [
    shown('… order to first request, frozen, told', [firstSeconds, freezeSeconds, seconds].map((one) => `${tidy(one, 1)} s`).join(', ')),
    shown('… memory before, greatest', `${Math.round(rssBeforeMb)} MB, ${Math.round(rssMaxMb)} MB`),
    shown('… processor time', `${tidy(cpuSeconds, 1)} s`),
  ];
}
