// How a system is reached: its address, the proof of identity, fixed headers, the sign of success, the hosts of a robot.
import { useState } from 'react';
import type { ConnectorAuth, ConnectorDetail, MailSettings } from '@qingniao/shared/connectors';
import { useLeaveGuard } from '../../../app/router';
import { useT } from '../../../i18n';
import { Button, Field, IconButton, SaveBar, SaveError, Section, Switch, TextArea, TextInput, fieldError, toast, uiMessages, useRemoval } from '../../../ui';
import { useChangeConnector } from '../api';
import { connectorMessages } from '../messages/connectors';
import { systemMessages } from '../messages/systems';
import { hostOf, isAddress } from '../model/address';
import { SIGN_IN, tidyAuth } from '../model/auth';
import { linesOf } from '../model/lines';
import { printSuccess, readSuccess, type SuccessForm } from '../model/success';
import { AuthSection } from './AuthSection';
import { MailFields, isMailAddress } from './MailFields';
import { AccessFields, type DatabaseAccess } from './sql/AccessFields';
import { useAddressWords } from './addressWords';
import styles from './Connectors.module.css';

interface Draft {
  title: string;
  enabled: boolean;
  base_url: string;
  auth: ConnectorAuth | null;
  headers: [string, string][];
  success: SuccessForm | null;
  hosts: string;
  smtp: MailSettings | null;
  sql: DatabaseAccess | null;
}

const toDraft = (connector: ConnectorDetail): Draft => ({
  title: connector.title,
  enabled: connector.enabled,
  base_url: connector.base_url,
  auth: connector.auth,
  headers: Object.entries(connector.headers).map(([name, value]) => [name, String(value)]),
  success: printSuccess(connector.success),
  hosts: connector.hosts.join('\n'),
  smtp: connector.smtp,
  sql: connector.sql && { plain: connector.sql.plain, write: connector.sql.write },
});

function toBody(draft: Draft, connector: ConnectorDetail): Record<string, unknown> {
  const common = { title: draft.title.trim(), enabled: draft.enabled, base_url: draft.base_url.trim() };
  if (connector.kind === 'robot') return { ...common, robot: { hosts: linesOf(draft.hosts), operations: connector.routines ?? [] } };
  if (connector.kind === 'smtp') return { ...common, auth: tidyAuth(draft.auth), smtp: draft.smtp };
  if (connector.kind === 'sql') return { ...common, auth: tidyAuth(draft.auth), sql: draft.sql };
  const headers = Object.fromEntries(draft.headers.filter(([name]) => name.trim() !== ''));
  const proof = { auth: tidyAuth(draft.auth), headers };
  return connector.kind === 'mcp' ? { ...common, ...proof } : { ...common, ...proof, success: readSuccess(draft.success) };
}

export function ConnectorSettings({ connector }: { connector: ConnectorDetail }) {
  const t = useT(connectorMessages);
  const systems = useT(systemMessages);
  const ui = useT(uiMessages);
  const [draft, setDraft] = useState(() => toDraft(connector));
  const change = useChangeConnector(connector);
  const set = (next: Partial<Draft>) => setDraft({ ...draft, ...next });
  const dirty = JSON.stringify(draft) !== JSON.stringify(toDraft(connector));
  useLeaveGuard(dirty, ui('unsavedQuestion'));
  const { kind } = connector;
  const isRobot = kind === 'robot';
  const isWeb = kind === 'rest' || kind === 'mcp';
  const host = hostOf(draft.base_url);
  const words = useAddressWords(kind);
  const isRight = isAddress(draft.base_url, words.schemes);
  const wrongFrom = draft.smtp && !isMailAddress(draft.smtp.from) ? systems('fromBad') : undefined;
  return (
    <div className={styles.form}>
      <SaveError error={change.error} onReload={() => setDraft(toDraft(connector))} />
      <Section title={t('settings')}>
        <Field label={t('titleField')}>{(control) => <TextInput {...control} maxLength={100} value={draft.title} onChange={(event) => set({ title: event.target.value })} />}</Field>
        <Field label={words.label} hint={host ? t('onlyHost', { host }) : words.hint} error={isRight ? fieldError(change.error, 'base_url') : words.bad}>
          {(control) => <TextInput {...control} type="url" spellCheck={false} maxLength={2000} value={draft.base_url} onChange={(event) => set({ base_url: event.target.value })} />}
        </Field>
        {isRobot && (
          <Field label={t('hosts')} hint={t('hostsText')} optional>
            {(control) => <TextArea {...control} rows={3} spellCheck={false} value={draft.hosts} onChange={(event) => set({ hosts: event.target.value })} />}
          </Field>
        )}
        <Switch label={t('enabled')} hint={t('enabledHint')} checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
      </Section>
      {draft.smtp && (
        <Section title={systems('letters')}>
          <MailFields value={draft.smtp} address={draft.base_url} error={wrongFrom ?? fieldError(change.error, 'smtp.from')} onChange={(smtp) => set({ smtp })} />
        </Section>
      )}
      {draft.sql && (
        <Section title={systems('access')}>
          <AccessFields value={draft.sql} address={draft.base_url} onChange={(sql) => set({ sql })} />
        </Section>
      )}
      {!isRobot && !draft.base_url.startsWith('sqlite:') && <AuthSection kinds={isWeb ? undefined : SIGN_IN} auth={draft.auth} baseUrl={draft.base_url} error={fieldError(change.error, 'auth') ?? fieldError(change.error, 'auth.token_url')} onChange={(auth) => set({ auth })} />}
      {isWeb && <Headers rows={draft.headers} onChange={(headers) => set({ headers })} />}
      {connector.kind === 'rest' && <Success form={draft.success} onChange={(success) => set({ success })} />}
      <SaveBar
        dirty={dirty}
        busy={change.isPending}
        onDiscard={() => setDraft(toDraft(connector))}
        onSave={() => isRight && !wrongFrom && change.mutate(toBody(draft, connector), { onSuccess: () => toast.success(t('saved')) })}
      />
    </div>
  );
}

function Headers({ rows, onChange }: { rows: Draft['headers']; onChange: (rows: Draft['headers']) => void }) {
  const t = useT(connectorMessages);
  const removal = useRemoval();
  const set = (index: number, row: [string, string]) => onChange(rows.map((one, at) => (at === index ? row : one)));
  return (
    <Section title={t('headers')} description={t('headersText')}>
      {rows.map(([name, value], index) => (
        <div key={index} className={styles.header}>
          <TextInput aria-label={`${t('headerName')} ${index + 1}`} spellCheck={false} value={name} onChange={(event) => set(index, [event.target.value, value])} />
          <TextInput aria-label={`${t('headerValue')} ${index + 1}`} spellCheck={false} value={value} onChange={(event) => set(index, [name, event.target.value])} />
          <IconButton icon="trash" label={t('removeHeader', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => onChange(rows.filter((_, at) => at !== index)))} />
        </div>
      ))}
      <span className={styles.line}>
        <Button size="sm" icon="plus" {...removal.add} onClick={() => onChange([...rows, ['', '']])}>
          {t('addHeader')}
        </Button>
      </span>
    </Section>
  );
}

function Success({ form, onChange }: { form: SuccessForm | null; onChange: (form: SuccessForm | null) => void }) {
  const t = useT(connectorMessages);
  const set = (next: Partial<SuccessForm>) => form && onChange({ ...form, ...next });
  return (
    <Section title={t('success')} description={t('successText')}>
      <Switch label={t('successOn')} checked={form !== null} onChange={(on) => onChange(on ? { at: '/code', equals: '0', message: '/message' } : null)} />
      {form && (
        <div className={styles.pair}>
          <Field label={t('successAt')}>{(control) => <TextInput {...control} spellCheck={false} value={form.at} onChange={(event) => set({ at: event.target.value })} />}</Field>
          <Field label={t('successEquals')}>{(control) => <TextInput {...control} spellCheck={false} value={form.equals} onChange={(event) => set({ equals: event.target.value })} />}</Field>
          <Field label={t('successMessage')} optional>
            {(control) => <TextInput {...control} spellCheck={false} value={form.message} onChange={(event) => set({ message: event.target.value })} />}
          </Field>
        </div>
      )}
    </Section>
  );
}
