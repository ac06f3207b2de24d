// Business hours as people edit them: days of shifts, each `[from, to)` in minutes since midnight.
import type { BusinessHours, HourRange } from '@qingniao/shared/api';

export const DAY_MINUTES = 1440;
export const WORKDAYS = [0, 1, 2, 3, 4];
export const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
export type DayProblem = 'order' | 'overlap';

/** `540` → `09:00`; the end of the day is written 00:00, as a time input does. */
export function toClock(minutes: number): string {
  const within = minutes % DAY_MINUTES;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}

/** `09:00` → `540`. As an end, 00:00 is midnight after. Empty or broken text gives null. */
export function fromClock(text: string, isEnd: boolean): number | null {
  const parts = /^(\d{1,2}):(\d{2})/.exec(text);
  if (!parts) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  if (minutes >= DAY_MINUTES) return null;
  return isEnd && minutes === 0 ? DAY_MINUTES : minutes;
}

export function dayProblem(ranges: readonly HourRange[]): DayProblem | null {
  if (ranges.some(([from, to]) => to <= from)) return 'order';
  const sorted = sortRanges(ranges);
  return sorted.some((range, index) => index > 0 && range[0] < (sorted[index - 1]?.[1] ?? 0)) ? 'overlap' : null;
}

export function hoursAreValid(hours: BusinessHours): boolean {
  return hours.always_open || hours.days.every((day) => dayProblem(day.ranges) === null);
}

export function sortRanges(ranges: readonly HourRange[]): HourRange[] {
  return [...ranges].sort((a, b) => a[0] - b[0]);
}

/** After the last shift and a break of an hour; the first one is office hours. */
export function nextRange(ranges: readonly HourRange[]): HourRange | null {
  const last = sortRanges(ranges).at(-1);
  if (!last) return [540, 1080];
  const from = last[1] + 60;
  return from + 60 > DAY_MINUTES ? null : [from, Math.min(from + 240, DAY_MINUTES)];
}

export function everyDay(ranges: HourRange[], days: readonly number[]): BusinessHours['days'] {
  return Array.from({ length: 7 }, (_, day) => ({ ranges: days.includes(day) ? ranges.map(([a, b]): HourRange => [a, b]) : [] }));
}

/** The server always gives seven days; an older or hand-made object may not. */
export function sevenDays(hours: BusinessHours): BusinessHours {
  return { ...hours, days: Array.from({ length: 7 }, (_, day) => ({ ranges: sortRanges(hours.days[day]?.ranges ?? []) })) };
}
