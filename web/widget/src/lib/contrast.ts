// Colour arithmetic (WCAG 2.2 relative luminance), so that whatever brand colour a company picks stays readable.
// Shared by the launcher and the app; pure.

export type Rgb = [number, number, number];

export const DEFAULT_COLOR = '#1f6feb';
const WHITE: Rgb = [255, 255, 255];

/** Exactly `#rrggbb`, or null. */
export function parseHex(hex: string): Rgb | null {
  return /^#[\da-f]{6}$/i.test(hex) ? ([1, 3, 5].map((at) => parseInt(hex.substr(at, 2), 16)) as Rgb) : null;
}

export function toHex(rgb: Rgb): string {
  return '#' + rgb.map((part) => ('0' + Math.round(part).toString(16)).slice(-2)).join('');
}

export function luminance(rgb: Rgb): number {
  return rgb.reduce((sum, part, i) => {
    const share = part / 255;
    return sum + [0.2126, 0.7152, 0.0722][i]! * (share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4));
  }, 0);
}

/** From 1 (same) to 21 (black on white). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White where it reaches 4.5 on the colour, else black, which then reaches more. */
export function readableOn(hex: string): string {
  return luminance(parseHex(hex) || parseHex(DEFAULT_COLOR)!) <= 0.183 ? '#ffffff' : '#000000';
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((part, i) => part + (b[i]! - part) * share) as Rgb;
}

/** The brand colour moved towards black or white until it reads as text on the surface. */
export function accentOn(hex: string, surface: string, wanted = 4.5): string {
  const color = parseHex(hex) || parseHex(DEFAULT_COLOR)!;
  const ground = parseHex(surface) || WHITE;
  const pole: Rgb = luminance(ground) > 0.4 ? [0, 0, 0] : WHITE;
  for (let share = 0; share <= 1; share += 0.04) {
    const candidate = mix(color, pole, share).map(Math.round) as Rgb;
    if (contrast(candidate, ground) >= wanted) return toHex(candidate);
  }
  return toHex(pole);
}
