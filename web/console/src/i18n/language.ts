// The console's language: chosen by hand (kept in this browser), else the signed-in person's, else the browser's.
import { useMemo, useSyncExternalStore } from 'react';
import type { Language } from '@qingniao/shared/api';
import { translator, type Messages, type Translate } from '@qingniao/shared/i18n';

const STORAGE_KEY = 'qn.language';
const listeners = new Set<() => void>();

function stored(): Language | null {
  const value = localStorage.getItem(STORAGE_KEY);
  return value === 'zh-CN' || value === 'en' ? value : null;
}

let current: Language = stored() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');
document.documentElement.lang = current;

function apply(language: Language) {
  current = language;
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export function language(): Language {
  return current;
}

/** Remembered in this browser. */
export function setLanguage(next: Language) {
  localStorage.setItem(STORAGE_KEY, next);
  apply(next);
}

/** Takes the person's own language unless one was chosen in this browser. */
export function suggestLanguage(next: Language) {
  if (stored() === null && next !== current) apply(next);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

/** `const t = useT(messages)`; renders again when the language changes. */
export function useT<Z extends Record<string, string>>(messages: Messages<Z>): Translate<Z> {
  const lang = useLanguage();
  return useMemo(() => translator(messages, lang), [messages, lang]);
}

/** For code outside components (toasts, notifications, the document title). */
export function say<Z extends Record<string, string>>(messages: Messages<Z>): Translate<Z> {
  return translator(messages, current);
}
