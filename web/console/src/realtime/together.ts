// Many calls with the same name within a while become one at its end.

export function together(act: (name: string) => void, ms: number): (name: string) => void {
  const waiting = new Set<string>();
  return (name) => {
    if (waiting.has(name)) return;
    waiting.add(name);
    setTimeout(() => {
      waiting.delete(name);
      act(name);
    }, ms);
  };
}
