import { localTime } from './local-time.ts';

/** Hours of the week in which a rule speaks. Minutes of the day; `toMinute` not included. A span over midnight belongs to the day it begins on. */
export interface Schedule {
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Whether the schedule is on at an instant, by the clocks of the city. */
export function isOn({ weekdays, fromMinute, toMinute }: Schedule, at: number, timeZone: string): boolean {
  const { weekday, minuteOfDay } = localTime(at, timeZone);
  if (fromMinute < toMinute) return weekdays.includes(weekday) && minuteOfDay >= fromMinute && minuteOfDay < toMinute;
  if (minuteOfDay >= fromMinute) return weekdays.includes(weekday);
  return minuteOfDay < toMinute && weekdays.includes((weekday + 6) % 7);
}
