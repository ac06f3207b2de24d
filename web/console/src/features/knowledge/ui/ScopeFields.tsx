import type { ArticleAudience } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Columns, Field, fieldError, FieldSet, Select, TextInput } from '../../../ui';
import type { ArticleDraft } from '../model/draft';
import { scopeMessages } from '../scope-messages';

const AUDIENCES: readonly ArticleAudience[] = ['everyone', 'signed_in', 'tiers', 'staff'];

export interface ScopeFieldsProps {
  draft: ArticleDraft;
  onChange: (patch: Partial<ArticleDraft>) => void;
  readOnly: boolean;
  error: unknown;
}

/** Who may read the article, on which days, and which products it is about. */
export function ScopeFields({ draft, onChange, readOnly, error }: ScopeFieldsProps) {
  const t = useT(scopeMessages);
  return (
    <FieldSet legend={t('legend')} hint={t('hint')}>
      <Columns>
        <Field label={t('audience')} hint={draft.audience === 'staff' && t('staffHint')}>
          {(control) => (
            <Select<ArticleAudience>
              {...control}
              disabled={readOnly}
              value={draft.audience}
              onChange={(audience) => onChange({ audience })}
              options={AUDIENCES.map((value) => ({ value, label: t(value) }))}
            />
          )}
        </Field>
        {draft.audience === 'tiers' && (
          <Field label={t('tierNames')} hint={!readOnly && t('tierNamesHint')} error={fieldError(error, 'scope.tiers')}>
            {(control) => <TextInput {...control} readOnly={readOnly} value={draft.tiers} onChange={(event) => onChange({ tiers: event.target.value })} />}
          </Field>
        )}
      </Columns>
      <Columns>
        <Field label={t('from')} optional={!readOnly} hint={!readOnly && t('dayHint')} error={fieldError(error, 'scope.valid_from')}>
          {(control) => <TextInput {...control} type="date" readOnly={readOnly} value={draft.from} onChange={(event) => onChange({ from: event.target.value })} />}
        </Field>
        <Field label={t('until')} optional={!readOnly} error={fieldError(error, 'scope.valid_until')}>
          {(control) => <TextInput {...control} type="date" readOnly={readOnly} value={draft.until} onChange={(event) => onChange({ until: event.target.value })} />}
        </Field>
      </Columns>
      <Field label={t('products')} optional={!readOnly} hint={!readOnly && t('productsHint')} error={fieldError(error, 'scope.products')}>
        {(control) => <TextInput {...control} readOnly={readOnly} value={draft.products} onChange={(event) => onChange({ products: event.target.value })} />}
      </Field>
    </FieldSet>
  );
}
