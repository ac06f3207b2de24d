// Text on a colour of the company's choice: black or white, whichever is read better. The widget does the same.

function channel(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** `#rrggbb` → relative luminance, 0 to 1; what is no colour counts as dark. */
export function luminance(color: string): number {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (!parts) return 0;
  const [r, g, b] = parts.slice(1).map((hex) => channel(parseInt(hex, 16)));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

export function readableOn(color: string): '#ffffff' | '#14181d' {
  const light = luminance(color);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.058 ? '#ffffff' : '#14181d';
}
