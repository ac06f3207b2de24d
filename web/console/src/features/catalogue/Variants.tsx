import { useT } from '../../i18n';
import { Button, cx, Field, FieldSet, IconButton, MultiSelect, TextInput, useRemoval } from '../../ui';
import { catalogueMessages } from './messages';
import { OPTION_KINDS, type ProductDraft, type VariantRow } from './model/product';
import styles from './Catalogue.module.css';

export interface VariantsProps {
  draft: ProductDraft;
  onChange: (patch: Partial<ProductDraft>) => void;
  readOnly: boolean;
  /** What is wrong with `variants[0].sku` and the like. */
  problem: (field: string) => string | undefined;
}

/** What the product comes in: one card for each form, with its SKU, price and stock. */
export function Variants({ draft, onChange, readOnly, problem }: VariantsProps) {
  const t = useT(catalogueMessages);
  const { kinds, variants } = draft;
  const known = [...new Set<string>([...OPTION_KINDS, ...kinds])];
  const name = (kind: string) => ((OPTION_KINDS as readonly string[]).includes(kind) ? t(`option_${kind as (typeof OPTION_KINDS)[number]}`) : kind);
  const columns = kinds.flatMap((kind) => (kind === 'color' ? ['color', 'color_en'] : [kind]));
  const removal = useRemoval();
  const put = (at: number, patch: Partial<VariantRow>) => onChange({ variants: variants.map((row, i) => (i === at ? { ...row, ...patch } : row)) });
  const add = () => {
    const last = variants.at(-1);
    const fresh: VariantRow = { sku: '', options: { ...last?.options }, price: last?.price ?? draft.price, stock: '0' };
    onChange({ variants: [...variants, fresh], kinds: kinds.length > 0 ? kinds : ['color'] });
  };
  return (
    <FieldSet legend={t('variants')} hint={t('variantsHint')}>
      {variants.length > 0 && !readOnly && (
        <Field label={t('kinds')}>
          {(control) => <MultiSelect {...control} value={kinds} onChange={(next) => onChange({ kinds: next })} options={known.map((kind) => ({ value: kind, label: name(kind) }))} placeholder={t('kindsNone')} />}
        </Field>
      )}
      {variants.map((row, at) => {
        const wrong = ['sku', 'options', 'price', 'stock'].map((field) => problem(`variants[${at}].${field}`)).filter(Boolean);
        return (
          <div key={at} className={cx(styles.variant, wrong.length > 0 && styles.bad)} role="group" aria-label={columns.map((key) => row.options[key]).filter(Boolean).join(' ') || t('variants')}>
            <div className={styles.cells}>
              {columns.map((key) => (
                <Cell key={key} label={key === 'color_en' ? t('option_color_en') : name(key)} value={row.options[key] ?? ''} readOnly={readOnly} onChange={(value) => put(at, { options: { ...row.options, [key]: value } })} />
              ))}
              <Cell label={t('sku')} value={row.sku} readOnly={readOnly} onChange={(sku) => put(at, { sku })} />
              <Cell label={t('priceYuan')} value={row.price} readOnly={readOnly} onChange={(price) => put(at, { price })} />
              <Cell label={t('stock')} value={row.stock} readOnly={readOnly} onChange={(stock) => put(at, { stock })} />
            </div>
            {!readOnly && <IconButton icon="trash" plain label={t('remove')} {...removal.button} onClick={() => removal.remove(at, () => onChange({ variants: variants.filter((_, i) => i !== at) }))} />}
            {wrong.length > 0 && (
              <p className={styles.wrong} role="alert">
                {wrong.join(' ')}
              </p>
            )}
          </div>
        );
      })}
      {!readOnly && (
        <div>
          <Button size="sm" icon="plus" {...removal.add} onClick={add}>
            {t('addVariant')}
          </Button>
        </div>
      )}
    </FieldSet>
  );
}

function Cell({ label, value, readOnly, onChange }: { label: string; value: string; readOnly: boolean; onChange: (value: string) => void }) {
  return (
    <label className={styles.cell}>
      <span>{label}</span>
      <TextInput maxLength={100} readOnly={readOnly} value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
