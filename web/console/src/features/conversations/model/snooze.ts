// The moments one usually snoozes to, on the person's own clock.

export type SnoozePreset = 'hour' | 'three_hours' | 'tomorrow' | 'next_week';

const MORNING_HOUR = 9;

function morning(now: Date, days: number): number {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  day.setHours(MORNING_HOUR, 0, 0, 0);
  return day.getTime();
}

export function snoozeUntil(preset: SnoozePreset, nowMs: number): number {
  const now = new Date(nowMs);
  switch (preset) {
    case 'hour':
      return nowMs + 3_600_000;
    case 'three_hours':
      return nowMs + 3 * 3_600_000;
    case 'tomorrow':
      return morning(now, 1);
    case 'next_week': {
      const untilMonday = (8 - now.getDay()) % 7;
      return morning(now, untilMonday === 0 ? 7 : untilMonday);
    }
  }
}

/** The value of a `datetime-local` input, in local time. */
export function toInputValue(ms: number): string {
  const at = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function fromInputValue(text: string): number | null {
  const ms = new Date(text).getTime();
  return Number.isFinite(ms) ? ms : null;
}
