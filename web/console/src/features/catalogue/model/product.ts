// A product as the form holds it: amounts as typed, attributes and variants as rows. Pure.
import type { ProductVariant, ProductView } from '@qingniao/shared/api';

export const OPTION_KINDS = ['color', 'size', 'storage', 'spec'] as const;

export interface AttributeRow {
  key: string;
  value: string;
}

export interface VariantRow {
  sku: string;
  /** By option; also `color_en` and names of the company's own. */
  options: Record<string, string>;
  price: string;
  stock: string;
}

export interface ProductDraft {
  sku: string;
  name_zh: string;
  name_en: string;
  category: string;
  /** Yuan. */
  price: string;
  stock: string;
  accessories: string;
  attributes: AttributeRow[];
  /** The options that the variants differ in. */
  kinds: string[];
  variants: VariantRow[];
}

export function yuan(cents: number): string {
  return cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2);
}

/** Null for what is no amount. */
export function cents(text: string): number | null {
  const clean = text.trim().replace(/^[¥￥]/, '').replaceAll(',', '');
  return /^\d+(\.\d{1,2})?$/.test(clean) ? Math.round(Number(clean) * 100) : null;
}

export function count(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}

export function kindsOf(variants: readonly ProductVariant[]): string[] {
  return [...new Set(variants.flatMap((variant) => Object.keys(variant.options)))].filter((key) => !key.endsWith('_en'));
}

export function toDraft(product: ProductView | null): ProductDraft {
  const variants = product?.variants ?? [];
  return {
    sku: product?.sku ?? '',
    name_zh: product?.name_zh ?? '',
    name_en: product?.name_en ?? '',
    category: product?.category ?? '',
    price: product ? yuan(product.price_cents) : '',
    stock: product ? String(product.stock) : '0',
    accessories: product?.accessories.join(', ') ?? '',
    attributes: Object.entries(product?.attributes ?? {}).map(([key, value]) => ({ key, value: String(value) })),
    kinds: kindsOf(variants),
    variants: variants.map((variant) => ({ sku: variant.sku, options: { ...variant.options }, price: yuan(variant.price_cents), stock: String(variant.stock) })),
  };
}

/** Numbers, yes and no as what they are; text that was text stays text. */
function typed(value: string, before: unknown): unknown {
  const text = value.trim();
  if (typeof before === 'string' && before === text) return before;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function toBody(draft: ProductDraft, base: ProductView | null) {
  const rows = draft.attributes.filter((row) => row.key.trim() && row.value.trim());
  const variants = draft.variants.map((row): ProductVariant => {
    const kept = Object.entries(row.options).filter(([key, value]) => value.trim() && draft.kinds.includes(key.replace(/_en$/, '')));
    return { sku: row.sku.trim(), options: Object.fromEntries(kept.map(([key, value]) => [key, value.trim()])), price_cents: cents(row.price) ?? 0, stock: count(row.stock) ?? 0 };
  });
  return {
    sku: draft.sku.trim(),
    name_zh: draft.name_zh.trim(),
    name_en: draft.name_en.trim() || draft.name_zh.trim(),
    category: draft.category.trim(),
    price_cents: cents(draft.price) ?? 0,
    stock: count(draft.stock) ?? 0,
    accessories: draft.accessories.split(/[,，、\s]+/).filter(Boolean),
    attributes: Object.fromEntries(rows.map((row) => [row.key.trim(), typed(row.value, base?.attributes[row.key])])),
    variants,
  };
}

/** What the form itself can tell to be wrong: by field, or `variants[0].price`. */
export function problems(draft: ProductDraft): Record<string, 'needed' | 'badPrice' | 'badStock'> {
  const wrong: Record<string, 'needed' | 'badPrice' | 'badStock'> = {};
  if (!draft.sku.trim()) wrong.sku = 'needed';
  if (!draft.name_zh.trim()) wrong.name_zh = 'needed';
  if (draft.variants.length === 0 && cents(draft.price) === null) wrong.price = 'badPrice';
  if (draft.variants.length === 0 && count(draft.stock) === null) wrong.stock = 'badStock';
  draft.variants.forEach((row, at) => {
    if (!row.sku.trim()) wrong[`variants[${at}].sku`] = 'needed';
    if (!draft.kinds.some((kind) => row.options[kind]?.trim())) wrong[`variants[${at}].options`] = 'needed';
    if (cents(row.price) === null) wrong[`variants[${at}].price`] = 'badPrice';
    if (count(row.stock) === null) wrong[`variants[${at}].stock`] = 'badStock';
  });
  return wrong;
}
