// What a person likes, kept in this browser: theme, send key, sounds, notifications, single-key shortcuts.
// The language is in i18n; what the server must know (name, capacity, presence) is on the user.
import { useSyncExternalStore } from 'react';

export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  /** The other key then makes a new line. */
  sendKey: 'enter' | 'mod_enter';
  /** `**bold**`, lists and links in what is written become just that. */
  markdown: boolean;
  sounds: boolean;
  notifications: boolean;
  /** Single letters as shortcuts outside text fields (WCAG 2.1.4: can be turned off). */
  singleKeys: boolean;
}

const DEFAULTS: Preferences = {
  theme: 'system',
  sendKey: 'enter',
  markdown: true,
  sounds: true,
  notifications: false,
  singleKeys: true,
};
const STORAGE_KEY = 'qn.preferences';
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Preferences>;
    return { ...DEFAULTS, ...stored };
  } catch {
    return DEFAULTS;
  }
}

let current = read();

function applyTheme() {
  const root = document.documentElement;
  if (current.theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', current.theme);
}
applyTheme();

// Another tab changed them.
window.addEventListener('storage', (event) => {
  if (event.key !== STORAGE_KEY) return;
  current = read();
  applyTheme();
  for (const listener of listeners) listener();
});

export function preferences(): Preferences {
  return current;
}

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]) {
  current = { ...current, [key]: value };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  applyTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}
