import { useT } from '../../../i18n';
import { Button, IconButton, Section, Select, TextInput, useRemoval } from '../../../ui';
import { contactMessages } from '../messages';
import type { AttributeRow, AttributeType, ContactProblems } from '../model/draft';
import styles from './ContactDetail.module.css';

export interface AttributesProps {
  rows: readonly AttributeRow[];
  onChange: (rows: AttributeRow[]) => void;
  problems: ContactProblems | null;
}

export function Attributes({ rows, onChange, problems }: AttributesProps) {
  const t = useT(contactMessages);
  const removal = useRemoval();
  const edit = (index: number, patch: Partial<AttributeRow>) => onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <Section
      title={t('attributes')}
      description={t('attributesText')}
      actions={
        <Button size="sm" icon="plus" {...removal.add} onClick={() => onChange([...rows, { name: '', type: 'text', value: '' }])}>
          {t('addAttribute')}
        </Button>
      }
    >
      {rows.length === 0 && <p className={styles.quiet}>{t('noAttributes')}</p>}
      {rows.map((row, index) => (
        <div key={index} className={styles.attribute}>
          <TextInput
            aria-label={t('attributeName')}
            aria-invalid={(problems?.names && !row.name.trim()) || undefined}
            maxLength={60}
            value={row.name}
            onChange={(event) => edit(index, { name: event.target.value })}
          />
          <Select<AttributeType>
            label={t('attributeType')}
            value={row.type}
            onChange={(type) => edit(index, { type, value: type === 'boolean' ? 'true' : type === 'number' && !Number.isFinite(Number(row.value)) ? '' : row.value })}
            options={[
              { value: 'text', label: t('text') },
              { value: 'number', label: t('number') },
              { value: 'boolean', label: t('yesNo') },
            ]}
          />
          {row.type === 'boolean' ? (
            <Select<'true' | 'false'>
              label={t('attributeValue')}
              value={row.value === 'true' ? 'true' : 'false'}
              onChange={(value) => edit(index, { value })}
              options={[
                { value: 'true', label: t('yes') },
                { value: 'false', label: t('no') },
              ]}
            />
          ) : (
            <TextInput
              aria-label={t('attributeValue')}
              aria-invalid={problems?.numbers.includes(index) || undefined}
              inputMode={row.type === 'number' ? 'decimal' : 'text'}
              maxLength={500}
              value={row.value}
              onChange={(event) => edit(index, { value: event.target.value })}
            />
          )}
          <IconButton icon="trash" danger label={t('removeAttribute', { name: row.name })} {...removal.button} onClick={() => removal.remove(index, () => onChange(rows.filter((_, at) => at !== index)))} />
        </div>
      ))}
      {problems?.names && (
        <p className={styles.problem} role="alert">
          {t('attributeNameBad')}
        </p>
      )}
      {problems && problems.numbers.length > 0 && (
        <p className={styles.problem} role="alert">
          {t('attributeNumberBad')}
        </p>
      )}
    </Section>
  );
}
