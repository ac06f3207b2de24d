// The moments one usually snoozes to, on the clock that the console shows times by (the tenant's), wherever the browser is.

export type SnoozePreset = 'hour' | 'three_hours' | 'tomorrow' | 'next_week';

const MORNING_HOUR = 9;
const DAY_MS = 86_400_000;

/** The same wall clock as a UTC time, to count days and hours with. */
function wallOf(ms: number, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

/** When the zone's clock shows this. Where clocks change, the second guess takes the offset that holds then. */
function fromWall(wall: number, zone: string | undefined): number {
  let ms = wall;
  for (let guess = 0; guess < 2; guess++) ms += wall - wallOf(ms, zone);
  return ms;
}

function morning(wallNow: number, days: number, zone: string | undefined): number {
  const midnight = wallNow - (((wallNow % DAY_MS) + DAY_MS) % DAY_MS);
  return fromWall(midnight + days * DAY_MS + MORNING_HOUR * 3_600_000, zone);
}

export function snoozeUntil(preset: SnoozePreset, nowMs: number, zone?: string): number {
  const wall = wallOf(nowMs, zone);
  switch (preset) {
    case 'hour':
      return nowMs + 3_600_000;
    case 'three_hours':
      return nowMs + 3 * 3_600_000;
    case 'tomorrow':
      return morning(wall, 1, zone);
    case 'next_week': {
      const untilMonday = (8 - new Date(wall).getUTCDay()) % 7;
      return morning(wall, untilMonday === 0 ? 7 : untilMonday, zone);
    }
  }
}

/** The value of a `datetime-local` input, on the zone's clock. */
export function toInputValue(ms: number, zone?: string): string {
  return new Date(wallOf(ms, zone)).toISOString().slice(0, 16);
}

export function fromInputValue(text: string, zone?: string): number | null {
  const wall = Date.parse(`${text}Z`);
  return Number.isFinite(wall) ? fromWall(wall, zone) : null;
}
