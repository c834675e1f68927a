import type { Words } from './words.ts';

const REPORT_KIND = { needHelp: 'Needs help', flooding: 'Flooding', safe: 'Is safe' } as const;
const REPORT_STATE = { new: 'Nobody acts yet', seen: 'Somebody acts', closed: 'Closed' } as const;
/** By the names of the national data set. */
const HAZARD: Readonly<Record<string, string>> = {
  洪水: 'flood',
  '崖崩れ、土石流及び地滑り': 'landslide',
  高潮: 'storm surge',
  地震: 'earthquake',
  津波: 'tsunami',
  大規模な火事: 'large fire',
  内水氾濫: 'inland flooding',
  火山現象: 'volcano',
};

/** The words about shelters and residents' reports in English. */
export const PEOPLE_WORDS: Pick<Words, keyof typeof import('./people-ja.ts').PEOPLE_WORDS> = {
  shelters: 'Shelters',
  sheltersLead: (open, all, full) => `${open} of ${all} are open${full > 0 ? `, ${full} are full` : ''}.`,
  noShelters: 'There are no shelters yet. Write them into shelters.csv of the playbook.',
  shelterState: (state) => (state === 'open' ? 'Open' : state === 'closed' ? 'Closed' : 'Not opened'),
  shelterFull: 'Full',
  shelterHazards: (hazards) =>
    hazards.length === 0 ? 'Designated for no hazard' : `Usable in: ${hazards.map((one) => HAZARD[one] ?? one).join(', ')}`,
  shelterPeople: (count, capacity, percent) =>
    `${count} people${capacity === null ? '' : ` of ${capacity}`}${percent === null ? '' : ` (${percent}%)`}`,
  shelterUnknown: (capacity) => `People unknown${capacity === null ? '' : `, room for ${capacity}`}`,
  shelterSaid: (by, time, note) => `Said by ${by} at ${time}${note === '' ? '' : `: ${note}`}`,
  shelterSay: (name) => `Say whether ${name} is open`,
  shelterNote: 'What people should know (entrance, what to bring; optional)',
  openShelter: (name) => `Say that "${name}" is open`,
  closeShelter: (name) => `Say that "${name}" is closed`,
  shelterMeans: 'Who asks for shelters on LINE is told from now on. If it was wrong, say it anew.',
  toDesk: (name) => `The desk of ${name} (count who comes and goes)`,
  mayNotOpenShelter: (role) => `Operators, duty officers, deciders and administrators say so (you are ${role}).`,
  reports: 'Reports',
  reportsLead: 'What residents told on LINE. Those who need help come first.',
  noReports: 'No reports yet.',
  noReportsHere: 'A drill hears no residents. Their reports are on the page of real life.',
  mayNotReadReports: (role) =>
    `Reports tell where people are: only operators, duty officers, deciders and administrators see them (you are ${role}).`,
  reportKind: (kind) => REPORT_KIND[kind],
  reportState: (state) => REPORT_STATE[state],
  reportPlace: (lat, lon) => `${lat} N, ${lon} E (about 10 m)`,
  reportNoPlace: 'No place was told',
  reportSafe: (time) => `The same person said to be safe at ${time}`,
  reportBy: (by, time, note) => `Noted by ${by} at ${time}${note === '' ? '' : `: ${note}`}`,
  reportNote: 'Note (optional)',
  seeReport: (number) => `Note that somebody acts on report ${number}`,
  closeReport: (number) => `Close report ${number}`,
  reportAct: (number) => `Note an act on report ${number}`,
  reportTitle: (number) => `Report ${number}`,
  helpWanted: 'Somebody asks for help',
  helpWantedCount: (count) => `Reports on which nobody acts yet: ${count}`,
  toReports: 'See the reports',
  map: 'Map',
  mapSentence: (gauges, shelters, reports) =>
    `Where ${gauges} gauges, ${shelters} shelters and ${reports} reports with a place are. The list says the same.`,
  mapNothing: 'There is no place to show.',
  mapLegend: '△ gauge　⌂ shelter (filled: open)　● report by its number',
  mapNorth: 'N',
};
