// Times, numbers and sizes in the reader's language and the tenant's time zone. Times are epoch milliseconds.
import { language, useLanguage } from './language';

let timeZone: string | undefined;
const cache = new Map<string, Intl.DateTimeFormat>();

/** Set once after sign-in from the tenant; an unknown zone falls back to the browser's. */
export function setTimeZone(zone: string) {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    timeZone = zone;
  } catch {
    timeZone = undefined;
  }
  cache.clear();
}

/** The zone times are shown in; undefined is the browser's. */
export function shownTimeZone(): string | undefined {
  return timeZone;
}

function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()}|${name}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language(), { timeZone, ...options });
    cache.set(key, found);
  }
  return found;
}

/** 14:05 */
export function formatTime(at: number): string {
  return formatter('time', { hour: '2-digit', minute: '2-digit', hour12: false }).format(at);
}

/** 2026年3月5日 / Mar 5, 2026 */
export function formatDate(at: number): string {
  return formatter('date', { year: 'numeric', month: 'short', day: 'numeric' }).format(at);
}

/** 2026/03/05 14:05:09 */
export function formatDateTime(at: number): string {
  return formatter('datetime', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(at);
}

/** Two times with the same key are on the same day in the tenant's zone. */
export function dayKey(at: number): string {
  return formatter('daykey', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** 今天 / 昨天 / 星期三 / 3月5日, for separators. */
export function formatDay(at: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  if (dayKey(at) === dayKey(now)) return relative.format(0, 'day');
  if (dayKey(at) === dayKey(now - 86_400_000)) return relative.format(-1, 'day');
  if (now - at < 6 * 86_400_000) return formatter('weekday', { weekday: 'long' }).format(at);
  return formatDate(at);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** 3 分钟前 / 3 min. ago; under a minute: 刚刚 / now. */
export function formatRelative(at: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
  const gap = at - now;
  for (const [unit, ms] of STEPS) {
    if (Math.abs(gap) >= ms) return relative.format(Math.trunc(gap / ms), unit);
  }
  return language() === 'en' ? 'just now' : '刚刚';
}

/** 1 小时 5 分 / 1h 5m; what a wait is told in. */
export function formatDuration(ms: number): string {
  const zh = language() !== 'en';
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return zh ? `${seconds} 秒` : `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return zh ? `${minutes} 分 ${seconds % 60} 秒` : `${minutes}m ${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return zh ? `${hours} 小时 ${minutes % 60} 分` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return zh ? `${days} 天 ${hours % 24} 小时` : `${days}d ${hours % 24}h`;
}

/** 甲、乙和丙 / A, B and C. */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction', style: 'narrow' }).format(items);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** `share` is 0 to 1. */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The formatters above, as a hook so that a change of language renders again. */
export function useFormat() {
  useLanguage();
  return { formatTime, formatDate, formatDateTime, formatDay, formatRelative, formatDuration, formatNumber, formatPercent, formatBytes, formatList };
}
