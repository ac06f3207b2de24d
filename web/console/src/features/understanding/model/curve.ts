// Reading the threshold curve: which of its points a threshold stands at, and what a step of the slider is.
import type { CurvePoint } from '@qingniao/shared/api';

/** Points that differ in what they do, the strictest first: several thresholds often do the same. */
export function steps(curve: readonly CurvePoint[]): CurvePoint[] {
  const sorted = [...curve].sort((a, b) => b.threshold - a.threshold);
  return sorted.filter((point, index) => {
    const before = sorted[index - 1];
    return before === undefined || before.answered !== point.answered || before.wrong !== point.wrong;
  });
}

/** The index of the step nearest to a threshold; 0 for an empty curve. */
export function stepOf(all: readonly CurvePoint[], threshold: number): number {
  let best = 0;
  for (const [index, point] of all.entries()) {
    if (Math.abs(point.threshold - threshold) < Math.abs((all[best]?.threshold ?? Infinity) - threshold)) best = index;
  }
  return best;
}
