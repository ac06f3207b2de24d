import { useState } from 'react';
import type { ProductView } from '@qingniao/shared/api';
import { useResourceForm } from '../../api';
import { useT } from '../../i18n';
import { Button, Columns, Dialog, Field, fieldError, FieldSet, IconButton, SaveError, TextInput, toast } from '../../ui';
import { catalogueMessages } from './messages';
import { problems, toBody, toDraft, type AttributeRow, type ProductDraft } from './model/product';
import { useCategoryTitle, useProductCategories } from './categories';
import { Variants } from './Variants';
import styles from './Catalogue.module.css';

export function ProductDialog({ product, readOnly, onClose }: { product: ProductView | null; readOnly: boolean; onClose: () => void }) {
  const t = useT(catalogueMessages);
  const categories = useProductCategories();
  const titleOf = useCategoryTitle();
  const form = useResourceForm<ProductView, ProductDraft>({ name: 'products', object: product, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  const wrong = problems(draft);
  const own = (field: string) => {
    const problem = wrong[field];
    return checked && problem ? t(problem) : undefined;
  };
  async function submit() {
    setChecked(true);
    if (Object.keys(wrong).length > 0 || readOnly) return;
    if (await form.save()) {
      toast.success(t('saved'));
      onClose();
    }
  }
  const text = (field: 'sku' | 'name_zh' | 'name_en', max: number, label: string) => (
    <Field label={label} error={fieldError(form.error, field) ?? own(field)}>
      {(control) => <TextInput {...control} maxLength={max} readOnly={readOnly} value={draft[field]} onChange={(event) => set({ [field]: event.target.value })} />}
    </Field>
  );
  const called = titleOf(draft.category);
  const hasVariants = draft.variants.length > 0;
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={product ? (readOnly ? product.name_zh : t('edit')) : t('new')}
      {...(readOnly ? { description: t('readOnly') } : { onSubmit: () => void submit() })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          {!readOnly && (
            <Button type="submit" variant="primary" busy={form.busy}>
              {t(product ? 'save' : 'create')}
            </Button>
          )}
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      {text('name_zh', 200, t('nameZh'))}
      {text('name_en', 200, t('nameEn'))}
      <Columns>
        {text('sku', 64, t('sku'))}
        <Field label={t('category')} hint={called !== draft.category && called} error={fieldError(form.error, 'category')}>
          {(control) => (
            <>
              <TextInput {...control} list="product-categories" maxLength={60} readOnly={readOnly} value={draft.category} onChange={(event) => set({ category: event.target.value })} />
              <datalist id="product-categories">{categories.data?.map((one) => <option key={one.name} value={one.name} label={titleOf(one.name)} />)}</datalist>
            </>
          )}
        </Field>
      </Columns>
      <Columns>
        <Field label={t('priceYuan')} hint={hasVariants ? t('byVariants') : t('priceHint')} error={fieldError(form.error, 'price_cents') ?? own('price')}>
          {(control) => <TextInput {...control} inputMode="decimal" readOnly={readOnly} disabled={hasVariants} value={draft.price} onChange={(event) => set({ price: event.target.value })} />}
        </Field>
        <Field label={t('stock')} hint={hasVariants && t('byVariants')} error={fieldError(form.error, 'stock') ?? own('stock')}>
          {(control) => <TextInput {...control} inputMode="numeric" readOnly={readOnly} disabled={hasVariants} value={draft.stock} onChange={(event) => set({ stock: event.target.value })} />}
        </Field>
      </Columns>
      <Variants draft={draft} onChange={set} readOnly={readOnly} problem={(field) => fieldError(form.error, field.replace('.price', '.price_cents')) ?? own(field)} />
      <Attributes rows={draft.attributes} onChange={(attributes) => set({ attributes })} readOnly={readOnly} error={fieldError(form.error, 'attributes')} />
      <Field label={t('accessories')} hint={!readOnly && t('accessoriesHint')} error={fieldError(form.error, 'accessories')}>
        {(control) => <TextInput {...control} readOnly={readOnly} value={draft.accessories} onChange={(event) => set({ accessories: event.target.value })} />}
      </Field>
    </Dialog>
  );
}

interface AttributesProps {
  rows: readonly AttributeRow[];
  onChange: (rows: AttributeRow[]) => void;
  readOnly: boolean;
  error: string | undefined;
}

function Attributes({ rows, onChange, readOnly, error }: AttributesProps) {
  const t = useT(catalogueMessages);
  const put = (at: number, patch: Partial<AttributeRow>) => onChange(rows.map((row, i) => (i === at ? { ...row, ...patch } : row)));
  return (
    <FieldSet legend={t('attributes')} hint={!readOnly && t('attributesHint')}>
      {rows.map((row, at) => (
        <div key={at} className={styles.attribute}>
          <TextInput aria-label={t('attribute')} placeholder={t('attribute')} maxLength={40} readOnly={readOnly} value={row.key} onChange={(event) => put(at, { key: event.target.value })} />
          <TextInput aria-label={row.key || t('value')} placeholder={t('value')} maxLength={500} readOnly={readOnly} value={row.value} onChange={(event) => put(at, { value: event.target.value })} />
          {!readOnly && <IconButton icon="trash" plain label={t('remove')} onClick={() => onChange(rows.filter((_, i) => i !== at))} />}
        </div>
      ))}
      {error && (
        <p className={styles.wrong} role="alert">
          {error}
        </p>
      )}
      {!readOnly && (
        <div>
          <Button size="sm" icon="plus" onClick={() => onChange([...rows, { key: '', value: '' }])}>
            {t('addAttribute')}
          </Button>
        </div>
      )}
    </FieldSet>
  );
}
