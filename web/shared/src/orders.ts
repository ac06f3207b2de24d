// A customer's orders, looked up in another system while an agent looks on.

export interface OrderState {
  code: string;
  zh: string;
  en: string;
}

/** Paths are names joined by dots; an empty one is not there. */
export interface OrderSource {
  connector: string;
  operation: string;
  /** By input: `contact_id`, `external_id`, `email`, `phone`, `name`, `attribute:<name>` or `=<fixed text>`. */
  input: Record<string, string>;
  list: string;
  number: string;
  title: string;
  state: string;
  total: string;
  placed_at: string;
  /** An address with `{number}` in it. */
  link: string;
  states: OrderState[];
}

export interface OrderSourceView {
  source: OrderSource | null;
  version: number;
}

export interface OrderView {
  number: string;
  title: string;
  state: string;
  total: string;
  placed_at: string;
  url: string | null;
}

export interface OrdersView {
  configured: boolean;
  missing: string | null;
  asked_with: { what: string; value: string }[];
  asked_at: number | null;
  error: string | null;
  items: OrderView[];
}
