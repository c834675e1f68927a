import type { Words } from './words.ts';

const KIND: Readonly<Record<string, string>> = {
  begun: 'began',
  came: 'came',
  left: 'left',
  undone: 'undone',
  corrected: 'corrected',
  closed: 'closed',
};
const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
const homes = (count: number): string => (count === 1 ? '1 household' : `${count} households`);

/** The words about checking in at shelters in English. */
export const CHECK_IN_WORDS: Pick<Words, keyof typeof import('./check-in-ja.ts').CHECK_IN_WORDS> = {
  checkIn: 'Shelter check-in',
  checkInAt: (shelter) => `Check-in at ${shelter}`,
  checkInOpen: 'Open',
  checkInNotOpen: 'Nobody said that this shelter is open. Count whoever comes; headquarters see it too.',
  checkInTotal: (households, persons) => `${homes(households)}, ${people(persons)}`,
  checkInRoom: (capacity, percent) => `${percent}% of room for ${capacity}`,
  checkInAsOf: (time) => `as of ${time}`,
  checkInCut: 'The line is cut. Go on; everything is sent when it is back. The count is the last one that arrived.',
  checkInWaiting: (acts) => `${acts} not accepted yet (sent again by itself)`,
  checkInWaitingPersons: (persons) => `${persons < 0 ? '−' : '+'}${Math.abs(persons)} people once all are accepted`,
  checkInRefused: 'Not accepted',
  checkInDismiss: 'Seen',
  checkInCame: 'A household comes',
  checkInCameLead: 'Press how many they are: it counts at once.',
  checkInPersons: (persons) => String(persons),
  checkInPress: (persons) => `Count 1 household of ${people(persons)}`,
  checkInMore: '13 or more, groups',
  checkInHouseholds: 'Households',
  checkInPeople: 'People',
  checkInCount: 'Count',
  checkInLeft: 'A household leaves',
  checkInFind: 'Find by number',
  checkInNobodyIn: 'No household with this number is in.',
  checkInNoParties: 'No household has checked in.',
  checkInLeave: (ticket, persons) => `No. ${ticket}, ${people(persons)}: leave`,
  checkInMoreParties: (rest) => `${rest} more households. Find them by number.`,
  checkInUnnamed: 'Somebody leaves without a number',
  checkInUnnamedLeave: 'Count as left',
  checkInCorrect: 'Correct the count',
  checkInCorrectLead: 'Enter what you counted on a round. The count goes on from there.',
  checkInReason: 'Reason (kept in the audit)',
  checkInCorrectIt: (households, persons) => `Correct to ${homes(households)}, ${people(persons)}`,
  checkInLines: 'What was counted',
  checkInNoLines: 'Nothing was counted yet.',
  checkInKind: (kind) => KIND[kind] ?? kind,
  checkInTicket: (ticket) => `No. ${ticket}`,
  checkInByDoor: 'QR code at the door',
  checkInMoved: (households, persons) =>
    `${persons < 0 || households < 0 ? '−' : '+'}${homes(Math.abs(households))}, ${people(Math.abs(persons))}`,
  checkInUndo: 'Undo',
  checkInUndone: 'undone',
  checkInDoor: 'QR code at the door',
  checkInDoorLead: (sheet) =>
    `Sheet ${sheet} is the one that counts. Make a new one when its photograph goes around or it was lost; earlier ones count nobody then.`,
  checkInPrint: 'Open the sheet to print it',
  checkInRenew: (sheet) => `End sheet ${sheet} and make sheet ${sheet + 1}`,
  checkInMayNot: (role) => `The role “${role}” cannot check people in.`,
  checkInToList: 'Open check-in',
};
