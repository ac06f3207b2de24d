/** 0.4 s: most trainings are shorter than a second. */
export function seconds(ms: number, formatNumber: (value: number) => string): string {
  return formatNumber(Math.max(0.1, Math.round(ms / 100) / 10));
}
