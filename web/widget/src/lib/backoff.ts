// Waiting times between tries: doubling from `first` to `most`, each drawn from the upper half so that
// a thousand visitors cut off together do not come back together.

export function backoff(tries: number, first = 500, most = 30_000, random: () => number = Math.random): number {
  const ceiling = Math.min(most, first * Math.pow(2, Math.max(0, tries)));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
