// Pane widths in CSS pixels, remembered in this browser.

export type PaneName = 'list' | 'context';
export type Widths = Record<PaneName, number>;

export const PANES: Record<PaneName, { min: number; max: number; start: number }> = {
  list: { min: 280, max: 520, start: 364 },
  context: { min: 320, max: 560, start: 340 },
};

const STORAGE_KEY = 'qn.panes';

export function readWidths(): Widths {
  let kept: Partial<Widths> = {};
  try {
    kept = (JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') ?? {}) as Partial<Widths>;
  } catch {
    // Start anew.
  }
  const width = (name: PaneName): number => {
    const { min, max, start } = PANES[name];
    const value = kept[name];
    return typeof value === 'number' && value >= min && value <= max ? value : start;
  };
  return { list: width('list'), context: width('context') };
}

export function saveWidths(widths: Widths): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(widths));
  } catch {
    // Not remembered, nothing more.
  }
}
