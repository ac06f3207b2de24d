// When a report goes by mail, in words and as a clock.
import type { ReportLetter } from '@qingniao/shared/api';
import type { Translate } from '@qingniao/shared/i18n';
import type { mailMessages } from './mail-messages';

export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;

/** 540 → 09:00 */
export function clock(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** 09:00 → 540; null for what is no time. */
export function minuteOf(text: string): number | null {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

export function when(letter: ReportLetter, t: Translate<typeof mailMessages.zh>): string {
  const time = clock(letter.minute);
  if (letter.range === 'day') return t('when_day', { time });
  const weekday = WEEKDAYS.find((day) => day === String(letter.day)) ?? '1';
  if (letter.range === 'week') return t('when_week', { day: t(`weekday_${weekday}`), time });
  return t('when_month', { day: letter.day, time });
}
