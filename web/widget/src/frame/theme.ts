// The company's colour as CSS variables, set through CSSOM (a strict CSP allows no style attributes in markup).

import { accentOn, DEFAULT_COLOR, parseHex, readableOn } from '../lib/contrast';

/** The grounds that accents must be readable on; the same values as --ground in frame.css. */
const GROUND = { light: '#f4f6f8', dark: '#1b212a' };

export function paint(color: string): void {
  const brand = parseHex(color) ? color : DEFAULT_COLOR;
  const ink = readableOn(brand);
  const style = document.documentElement.style;
  style.setProperty('--brand', brand);
  style.setProperty('--brand-ink', ink);
  // Away from the ink, so that the shade never costs contrast.
  style.setProperty('--brand-shade', ink === '#ffffff' ? 'rgba(0,0,0,.2)' : 'rgba(255,255,255,.28)');
  style.setProperty('--accent-light', accentOn(brand, GROUND.light));
  style.setProperty('--accent-dark', accentOn(brand, GROUND.dark));
}
