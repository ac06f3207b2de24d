import type { MailSettings } from '@qingniao/shared/connectors';
import { useT } from '../../../i18n';
import { Field, Switch, TextInput } from '../../../ui';
import { systemMessages } from '../messages/systems';
import styles from './Connectors.module.css';

export const isMailAddress = (text: string): boolean => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text.trim());

export interface MailFieldsProps {
  value: MailSettings;
  address: string;
  error: string | undefined;
  onChange: (value: MailSettings) => void;
}

/** Whose name letters carry. */
export function MailFields({ value, address, error, onChange }: MailFieldsProps) {
  const t = useT(systemMessages);
  const set = (next: Partial<MailSettings>) => onChange({ ...value, ...next });
  return (
    <>
      <div className={styles.pair}>
        <Field label={t('from')} error={error}>
          {(control) => <TextInput {...control} type="email" spellCheck={false} maxLength={254} value={value.from} onChange={(event) => set({ from: event.target.value })} />}
        </Field>
        <Field label={t('fromName')} optional>
          {(control) => <TextInput {...control} maxLength={100} value={value.from_name} onChange={(event) => set({ from_name: event.target.value })} />}
        </Field>
      </div>
      {address.trim().startsWith('smtp://') && <Switch label={t('plain')} hint={t('plainHint')} checked={value.plain} onChange={(plain) => set({ plain })} />}
    </>
  );
}
