/** Old ids of steps to new ones, one a line; null where a line is not so. */
export function renames(text: string): Record<string, string> | null {
  const pairs: [string, string][] = [];
  for (const line of text.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const [from = '', to = '', ...more] = line.split(/[=＝→]/).map((one) => one.trim());
    if (!from || !to || more.length > 0) return null;
    pairs.push([from, to]);
  }
  return Object.fromEntries(pairs);
}
