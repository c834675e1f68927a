/** The categories that have words of their own; others are called as the playbook calls them. */
export type WordedCategory = 'evacuation' | 'flood' | 'congestion' | 'drill';

/** Everything the account says in a talk, in one language. A missing text does not compile. Labels have at most `LABEL_UNITS_MAX` UTF-16 units. */
export interface TalkWords {
  /** The language in its own words. */
  readonly name: string;
  /** Between the members of a list. */
  readonly separator: string;
  readonly labels: {
    readonly levels: string;
    readonly shelters: string;
    readonly crowding: string;
    readonly windows: string;
    readonly safety: string;
    readonly settings: string;
    readonly language: string;
    readonly districts: string;
    readonly categories: string;
    readonly leave: string;
    readonly leaveYes: string;
    readonly keep: string;
    readonly sendPlace: string;
    /** Turn the pages of a list that has more than the buttons show. */
    readonly next: string;
    readonly previous: string;
    readonly done: string;
    readonly safe: string;
    readonly needHelp: string;
    readonly flooding: string;
    readonly noMore: string;
    readonly register: string;
  };
  readonly categories: Readonly<Record<WordedCategory, string>>;
  /** Hazards by the names of the national data set. */
  readonly hazards: Readonly<Record<string, string>>;
  readonly help: string;
  readonly age: {
    readonly now: string;
    readonly minutes: (n: number) => string;
    readonly hours: (n: number) => string;
    readonly days: (n: number) => string;
  };
  readonly signUp: {
    readonly greeting: (city: string) => string;
    readonly welcomeBack: (city: string) => string;
    readonly chooseLanguage: string;
    readonly languageSet: string;
    readonly chooseDistricts: string;
    readonly chosen: (districts: string) => string;
    readonly noneChosen: string;
    readonly outside: (city: string) => string;
    readonly chooseCategories: string;
    readonly evacuationAlways: string;
    readonly done: (choices: { readonly districts: string; readonly categories: string }) => string;
    readonly settings: (choices: { readonly language: string; readonly districts: string; readonly categories: string }) => string;
    readonly notYet: string;
    readonly askLeave: string;
    readonly left: string;
    readonly leftButStaff: string;
  };
  readonly levels: {
    readonly head: (time: string) => string;
    readonly none: string;
    readonly unit: string;
    readonly left: (limit: string, metres: string) => string;
    readonly over: (limit: string, metres: string) => string;
    readonly rising: (perHour: string) => string;
    readonly falling: (perHour: string) => string;
    readonly steady: string;
    readonly at: (time: string, age: string) => string;
    readonly silent: (time: string) => string;
    readonly never: string;
    readonly doubtful: string;
    readonly foot: string;
  };
  readonly shelters: {
    readonly ask: string;
    readonly head: (hazard: string) => string;
    readonly headAny: string;
    readonly far: (distance: string) => string;
    readonly occupancy: (percent: number) => string;
    readonly full: string;
    readonly unknown: string;
    readonly notOpen: string;
    readonly noneOpen: string;
    readonly noneFor: (hazard: string) => string;
    readonly nearer: string;
    readonly danger: string;
  };
  readonly crowding: {
    readonly head: (time: string) => string;
    readonly none: string;
    readonly percent: (percent: number) => string;
    readonly people: (count: number) => string;
    readonly waiting: (people: number) => string;
    readonly waitMin: (minutes: number) => string;
    readonly calling: (number: number) => string;
    readonly unknown: string;
  };
  readonly windows: {
    readonly choose: string;
    readonly none: string;
    readonly askNumber: (window: string) => string;
    readonly waiting: (ticket: { readonly window: string; readonly number: number; readonly ahead: number }) => string;
    readonly near: (ticket: { readonly window: string; readonly number: number }) => string;
    readonly calling: (number: number) => string;
    readonly notNumber: string;
    readonly tooMany: string;
    readonly closed: string;
  };
  readonly safety: {
    readonly ask: string;
    readonly safe: string;
    readonly needHelp: string;
    readonly flooding: string;
    readonly kept: string;
    readonly askPlace: string;
    readonly askWords: string;
    /** What becomes of the place. */
    readonly purpose: string;
    readonly tooMany: string;
    readonly thanks: string;
  };
}
