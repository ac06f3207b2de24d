// What is decided on, to be changed before it is decided: a control for each part, of the kind the flow says or the value is.
import type { ApprovalField } from '@qingniao/shared/approval';
import type { JsonObject } from '../flows/model/document';
import { useLanguage, useT } from '../../i18n';
import { Field, Select, TextInput } from '../../ui';
import { approvalMessages } from '../flows/messages/approvals';
import { draftOf, partsOf } from './model';
import styles from './Approvals.module.css';

export interface PayloadFormProps {
  payload: JsonObject;
  fields: readonly ApprovalField[];
  /** As typed, by name. */
  draft: Record<string, string>;
  onChange: (draft: Record<string, string>) => void;
}

export function PayloadForm({ payload, fields, draft, onChange }: PayloadFormProps) {
  const t = useT(approvalMessages);
  const english = useLanguage() === 'en';
  return (
    <div className={styles.form}>
      {partsOf(payload, fields, english).map((part) => {
        if (part.kind === 'fixed') {
          return (
            <Field key={part.name} label={part.label} hint={t('fixed')}>
              {(control) => <TextInput {...control} readOnly value={draftOf(part.value)} />}
            </Field>
          );
        }
        const text = draft[part.name] ?? draftOf(part.value);
        const wrong = part.kind === 'number' && (text.trim() === '' || Number.isNaN(Number(text)));
        return (
          <Field key={part.name} label={part.label} error={wrong ? t('badNumber') : undefined}>
            {(control) =>
              part.kind === 'boolean' ? (
                <Select
                  {...control}
                  value={text}
                  onChange={(value) => onChange({ ...draft, [part.name]: value })}
                  options={[
                    { value: 'true', label: t('yes') },
                    { value: 'false', label: t('no') },
                  ]}
                />
              ) : (
                <TextInput {...control} inputMode={part.kind === 'number' ? 'decimal' : 'text'} value={text} onChange={(event) => onChange({ ...draft, [part.name]: event.target.value })} />
              )
            }
          </Field>
        );
      })}
    </div>
  );
}
