import { describe, expect, it } from 'vitest';
import { accentOn, contrast, parseHex, readableOn } from './contrast';

const COLORS = ['#1f6feb', '#ffffff', '#000000', '#ffeb3b', '#e91e63', '#4caf50', '#777777', '#7a7a7a', '#ff5a1f', '#00bcd4'];

describe('brand colours', () => {
  it('always get readable text', () => {
    for (const color of COLORS) {
      expect(contrast(parseHex(color)!, parseHex(readableOn(color))!), color).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('always become a readable accent on light and dark ground', () => {
    for (const color of COLORS) {
      for (const ground of ['#ffffff', '#f2f4f7', '#171b22', '#0e1116']) {
        expect(contrast(parseHex(accentOn(color, ground))!, parseHex(ground)!), `${color} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
  it('that are no colours fall back instead of failing', () => {
    expect(parseHex('red; background:url(x)')).toBeNull();
    expect(readableOn('nonsense')).toBe('#ffffff');
    expect(accentOn('nonsense', '#ffffff')).toMatch(/^#[0-9a-f]{6}$/);
  });
  it('of known pairs measure as WCAG says', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });
});
