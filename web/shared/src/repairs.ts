// What the bot says when a talk leaves its straight way.

export interface RepairView {
  name: string;
  /** The company's own words; empty: the built-in ones are said. */
  zh: string;
  en: string;
  built_in_zh: string;
  built_in_en: string;
  /** What may stand in braces. */
  places: string[];
}

export interface RepairsView {
  items: RepairView[];
  /** 0: a question is not asked again. */
  silence_minutes: number;
  /** Flows that begin instead, at `silence`, `clarify`, `cancelled`, `cannot_handle` and `hand_off`: their ids. */
  flows: Record<string, string>;
  version: number;
}
