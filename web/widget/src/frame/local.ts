// The frame's own storage (partitioned by site in modern browsers) and random ids. Never fails.

import type { Keyed } from '../lib/outbox';

export const storage: Keyed | null = (() => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
})();

export function remember(key: string, value: string | null): void {
  try {
    if (value) storage!.setItem(key, value);
    else storage!.removeItem(key);
  } catch {
    // Forbidden or full.
  }
}

export function recall(key: string): string {
  try {
    return storage!.getItem(key) || '';
  } catch {
    return '';
  }
}

/** crypto.randomUUID is missing on plain-http sites. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ('0' + byte.toString(16)).slice(-2)).join('');
}
