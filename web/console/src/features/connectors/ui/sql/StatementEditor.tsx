// One statement: what it is called, its SQL, what flows give it.
import { useState } from 'react';
import type { SqlStatement } from '@qingniao/shared/connectors';
import { useFormat, useT } from '../../../../i18n';
import { Button, Checkbox, Field, Segmented, TextArea, TextInput } from '../../../../ui';
import { systemMessages } from '../../messages/systems';
import { schemaOf, unknownNames, unusedNames, withInputs } from '../../model/statement';
import { Inputs } from '../robot/Inputs';
import styles from './Sql.module.css';

export interface StatementEditorProps {
  statement: SqlStatement;
  /** Saving was tried: what is missing is told. */
  tried: boolean;
  mayWrite: boolean;
  isTaken: (name: string) => boolean;
  onChange: (statement: SqlStatement) => void;
}

export function StatementEditor({ statement, tried, mayWrite, isTaken, onChange }: StatementEditorProps) {
  const t = useT(systemMessages);
  const { formatList } = useFormat();
  // The rows of the form keep what has no name yet; inputs that are added from the statement begin them anew.
  const [round, setRound] = useState(0);
  const set = (next: Partial<SqlStatement>) => onChange({ ...statement, ...next });
  const isNamed = /^[A-Za-z0-9_-]{1,60}$/.test(statement.name) && !isTaken(statement.name);
  const unknown = unknownNames(statement);
  const unused = unusedNames(statement);
  return (
    <div className={styles.all}>
      <div className={styles.three}>
        <Field label={t('name')} hint={t('nameHint')} error={isNamed ? undefined : t('nameBad')}>
          {(control) => <TextInput {...control} spellCheck={false} maxLength={60} value={statement.name} onChange={(event) => set({ name: event.target.value.trim() })} />}
        </Field>
        <Field label={t('titleZh')}>{(control) => <TextInput {...control} maxLength={100} value={statement.title.zh} onChange={(event) => set({ title: { ...statement.title, zh: event.target.value } })} />}</Field>
        <Field label={t('titleEn')}>{(control) => <TextInput {...control} maxLength={100} value={statement.title.en} onChange={(event) => set({ title: { ...statement.title, en: event.target.value } })} />}</Field>
      </div>
      <Field label={t('sql')} hint={t('sqlFieldHint')} error={tried && statement.sql.trim() === '' ? t('sqlFieldHint') : undefined}>
        {(control) => <TextArea {...control} rows={8} className={styles.code} spellCheck={false} maxLength={20_000} placeholder="SELECT no, state FROM orders WHERE no = :no" value={statement.sql} onChange={(event) => set({ sql: event.target.value })} />}
      </Field>
      {unknown.length > 0 && (
        <p className={styles.warn} role="status">
          {t('unknownNames', { names: formatList(unknown) })}
          <Button
            size="sm"
            icon="plus"
            onClick={() => {
              onChange(withInputs(statement));
              setRound(round + 1);
            }}
          >
            {t('addThem')}
          </Button>
        </p>
      )}
      {unused.length > 0 && <p className={styles.warn}>{t('unusedNames', { names: formatList(unused) })}</p>}
      <Field label={t('kind')} hint={t('kindHint')} error={statement.access === 'write' && !mayWrite ? t('writeOff') : undefined}>
        {() => (
          <Segmented<'read' | 'write'>
            label={t('kind')}
            value={statement.access}
            onChange={(access) => set({ access, repeatable: access === 'write' && statement.repeatable })}
            options={[
              { value: 'read', label: t('kind_read') },
              { value: 'write', label: t('kind_write') },
            ]}
          />
        )}
      </Field>
      {statement.access === 'write' && <Checkbox label={t('repeatable')} hint={t('repeatableHint')} checked={statement.repeatable} onChange={(repeatable) => set({ repeatable })} />}
      <Inputs key={round} schema={schemaOf(statement)} hint={t('inputsText')} onChange={(input) => set({ input: input as SqlStatement['input'] })} />
      <Field label={t('about')} optional>
        {(control) => <TextArea {...control} rows={2} maxLength={2000} value={statement.description ?? ''} onChange={(event) => set({ description: event.target.value })} />}
      </Field>
    </div>
  );
}
