// The fields of a channel's settings, made from its schema.
import { useT } from '../../../i18n';
import { Columns, Field, fieldError, PasswordInput, Select, Switch, TextInput } from '../../../ui';
import { settingsMessages } from '../../settings/messages';
import { inboxMessages } from '../messages';
import type { SchemaField, Settings } from '../model/schema';

export interface SchemaFormProps {
  fields: readonly SchemaField[];
  settings: Settings;
  /** Secrets that the server has. */
  kept: readonly string[];
  /** Required fields that are empty; none before saving was tried. */
  lacking: readonly string[];
  error: unknown;
  onChange: (settings: Settings) => void;
}

export function SchemaForm({ fields, settings, kept, lacking, error, onChange }: SchemaFormProps) {
  const t = useT(inboxMessages);
  const common = useT(settingsMessages);
  const put = (name: string, value: unknown) => onChange({ ...settings, [name]: value });
  return (
    <Columns>
      {fields.map((field) => {
        const value = settings[field.name];
        if (field.kind === 'switch') {
          const checked = typeof value === 'boolean' ? value : field.value === true;
          return <Switch key={field.name} label={field.title} hint={field.hint} checked={checked} onChange={(on) => put(field.name, on)} />;
        }
        const text = value === undefined || value === null ? '' : String(value);
        const wrong = fieldError(error, `channel_settings.${field.name}`) ?? (lacking.includes(field.name) ? common('needed') : undefined);
        return (
          <Field key={field.name} label={field.title} hint={field.hint} error={wrong} optional={!field.required}>
            {(control) => {
              if (field.kind === 'choice') {
                const options = field.choices.map((choice) => ({ value: choice, label: choice }));
                return <Select {...control} value={text || field.placeholder} onChange={(choice) => put(field.name, choice)} options={options} />;
              }
              if (field.kind === 'secret') {
                const placeholder = t(kept.includes(field.name) ? 'secretKept' : 'secretEmpty');
                return (
                  <PasswordInput
                    {...control}
                    autoComplete="off"
                    placeholder={placeholder}
                    maxLength={field.max}
                    value={text}
                    onChange={(event) => put(field.name, event.target.value)}
                  />
                );
              }
              if (field.kind === 'number') {
                return <TextInput {...control} type="number" placeholder={field.placeholder} value={text} onChange={(event) => put(field.name, numberOf(event.target.value))} />;
              }
              return (
                <TextInput
                  {...control}
                  placeholder={field.placeholder}
                  maxLength={field.max}
                  value={text}
                  onChange={(event) => put(field.name, event.target.value)}
                />
              );
            }}
          </Field>
        );
      })}
    </Columns>
  );
}

function numberOf(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? '' : Number(text);
}
