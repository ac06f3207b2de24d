// An inbox as the form holds it: numbers and lists as text while they are typed, checked before they are sent.
import type { BusinessHours, ChannelKind, InboxView, Language, WidgetSettings } from '@qingniao/shared/api';
import { cleaned, type Settings } from './schema';
import { hoursAreValid, sevenDays, sortRanges } from './hours';

const HOUR_MS = 3_600_000;
const REOPEN_HOURS_MAX = 8760;

export interface InboxDraft {
  name: string;
  team_id: string;
  bot_enabled: boolean;
  language: Language;
  reopen_hours: string;
  hours: BusinessHours;
  widget: Omit<WidgetSettings, 'suggestions_zh' | 'suggestions_en' | 'allowed_domains'>;
  suggestions_zh: string;
  suggestions_en: string;
  allowed_domains: string;
  callback_url: string;
  /** Of channels whose form is made from their schema; secrets only while they are typed. */
  platform: Settings;
}

export function toDraft(inbox: InboxView | null): InboxDraft {
  if (!inbox) throw new Error('an inbox is made in its own dialog');
  const { suggestions_zh, suggestions_en, allowed_domains, ...widget } = inbox.widget;
  const callback = inbox.channel_settings.callback_url;
  return {
    name: inbox.name,
    team_id: inbox.team_id ?? '',
    bot_enabled: inbox.bot_enabled,
    language: inbox.language,
    reopen_hours: String(Math.round((inbox.reopen_window_ms / HOUR_MS) * 100) / 100),
    hours: sevenDays(inbox.hours),
    widget,
    suggestions_zh: suggestions_zh.join('\n'),
    suggestions_en: suggestions_en.join('\n'),
    allowed_domains: allowed_domains.join('\n'),
    callback_url: typeof callback === 'string' ? callback : '',
    platform: isPlatform(inbox) ? inbox.channel_settings : {},
  };
}

/** Customers come by our own widget or app contract, which start with a visitor's consent. */
export function hasVisitors(channel: ChannelKind): boolean {
  return channel === 'web' || channel === 'mobile';
}

/** A rating is asked for by the bot's message: neither the widget nor an app's own screen does it. */
export function asksByMessage(channel: ChannelKind): boolean {
  return !hasVisitors(channel);
}

/** Neither the web chat nor the API channel, which have tabs of their own. */
export function isPlatform(inbox: InboxView): boolean {
  return inbox.channel !== 'web' && inbox.channel !== 'api';
}

export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Settings of the other channel are left as they are. */
export function toBody(draft: InboxDraft, base: InboxView | null) {
  const common = {
    name: draft.name.trim(),
    team_id: draft.team_id || null,
    bot_enabled: draft.bot_enabled,
    language: draft.language,
    reopen_window_ms: Math.round(Number(draft.reopen_hours) * HOUR_MS),
    hours: { ...draft.hours, days: draft.hours.days.map((day) => ({ ranges: sortRanges(day.ranges) })) },
  };
  // Of the widget's settings, those that hold without a widget.
  const widgetless = { csat_by_message: draft.widget.csat_by_message, device_links: draft.widget.device_links };
  if (base && isPlatform(base)) return { ...common, widget: widgetless, channel_settings: cleaned(draft.platform) };
  if (base?.channel === 'api') {
    const { callback_url: _dropped, ...rest } = base.channel_settings;
    const callback = draft.callback_url.trim();
    return { ...common, widget: widgetless, channel_settings: callback ? { ...rest, callback_url: callback } : rest };
  }
  const widget: WidgetSettings = {
    ...draft.widget,
    suggestions_zh: lines(draft.suggestions_zh),
    suggestions_en: lines(draft.suggestions_en),
    allowed_domains: lines(draft.allowed_domains),
  };
  return { ...common, widget };
}

export type Tab = 'general' | 'hours' | 'look' | 'install' | 'connect' | 'platform';

export interface DraftProblems {
  name: boolean;
  reopen: boolean;
  hours: boolean;
  color: boolean;
  aiMarkZh: boolean;
  aiMarkEn: boolean;
  domain: string | null;
  callback: boolean;
}

/** A site as a CSP source: scheme, host, perhaps a wildcard and a port; no path. */
export function isSite(text: string): boolean {
  return /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i.test(text);
}

export function problemsOf(draft: InboxDraft): DraftProblems {
  const hours = Number(draft.reopen_hours);
  const callback = draft.callback_url.trim();
  return {
    name: !draft.name.trim(),
    reopen: draft.reopen_hours.trim() === '' || !(hours >= 0 && hours <= REOPEN_HOURS_MAX),
    hours: !hoursAreValid(draft.hours),
    color: !/^#[0-9a-f]{6}$/i.test(draft.widget.color),
    aiMarkZh: !draft.widget.ai_mark_zh.trim(),
    aiMarkEn: !draft.widget.ai_mark_en.trim(),
    domain: lines(draft.allowed_domains).find((site) => !isSite(site)) ?? null,
    callback: callback !== '' && !/^https?:\/\/[^\s/]+/i.test(callback),
  };
}

/** The tab that holds the first problem; null when there is none. */
export function problemTab(problems: DraftProblems): Tab | null {
  if (problems.name || problems.reopen) return 'general';
  if (problems.hours) return 'hours';
  if (problems.color || problems.aiMarkZh || problems.aiMarkEn) return 'look';
  if (problems.domain !== null) return 'install';
  return problems.callback ? 'connect' : null;
}
