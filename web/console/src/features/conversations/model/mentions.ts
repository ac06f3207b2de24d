// Who a note names: every `@` that is followed by a colleague's name, the longest that fits.

interface Named {
  id: string;
  name: string;
}

export function mentionsIn(text: string, colleagues: readonly Named[]): string[] {
  const byLength = [...colleagues].filter(({ name }) => name !== '').sort((a, b) => b.name.length - a.name.length);
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const name = byLength.find((one) => text.startsWith(one.name, at + 1))?.name;
    for (const one of byLength) if (one.name === name) found.add(one.id);
  }
  return [...found];
}
