// Which addresses a message may link to. Everything else is shown as text.

/** The address if it is one a visitor may be sent to, else null. Relative paths stay on our own origin. */
export function safeUrl(address: string): string | null {
  const trimmed = address.trim();
  // Control characters hide the scheme from a reader but not from a browser.
  if (/[\u0000-\u0020\u007f\u202a-\u202e\u2066-\u2069\\]/.test(trimmed)) return null;
  if (/^(https?:\/\/|mailto:|tel:)[^/]/i.test(trimmed)) return trimmed;
  if (/^\/(?!\/)/.test(trimmed)) return trimmed;
  return null;
}
