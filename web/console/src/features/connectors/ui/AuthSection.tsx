// The proof of identity of a connector: its kind, where it goes, and the name of the secret, with a word when the secret is not bound
// to the host it would be sent to.
import { useState } from 'react';
import type { ConnectorAuth } from '@qingniao/shared/connectors';
import { useFormat, useT } from '../../../i18n';
import { Button, Field, Section, Select, Switch, TextInput } from '../../../ui';
import { useSecrets } from '../api';
import { connectorMessages } from '../messages/connectors';
import { hostOf, isBound } from '../model/address';
import { AUTH_KINDS, firstOf, kindOf, secretGoesTo, type AuthKind } from '../model/auth';
import { SecretDialog } from './SecretDialog';
import styles from './Connectors.module.css';

export interface AuthSectionProps {
  auth: ConnectorAuth | null;
  baseUrl: string;
  kinds?: readonly AuthKind[];
  error: string | undefined;
  onChange: (auth: ConnectorAuth | null) => void;
}

export function AuthSection({ auth, baseUrl, kinds = AUTH_KINDS, error, onChange }: AuthSectionProps) {
  const t = useT(connectorMessages);
  const kind = kindOf(auth);
  const text = (name: string): string => (typeof auth?.[name] === 'string' ? auth[name] : '');
  const set = (name: string, value: unknown) => auth && onChange({ ...auth, [name]: value });
  const field = (name: string, label: string, hint?: string) => (
    <Field label={label} hint={hint} optional={name === 'user' || name === 'scope'}>
      {(control) => <TextInput {...control} spellCheck={false} autoComplete="off" value={text(name)} onChange={(event) => set(name, event.target.value)} />}
    </Field>
  );
  return (
    <Section title={t('auth')} description={t('authText')}>
      <Field label={t('kind')} error={error}>
        {(control) => <Select<AuthKind> {...control} value={kind} onChange={(next) => onChange(firstOf(next))} options={kinds.map((value) => ({ value, label: t(`auth_${value}`) }))} />}
      </Field>
      {kind === 'api_key' && (
        <div className={styles.pair}>
          <Field label={t('place')}>
            {(control) => (
              <Select<'header' | 'query'>
                {...control}
                value={text('place') === 'query' ? 'query' : 'header'}
                onChange={(place) => set('place', place)}
                options={[
                  { value: 'header', label: t('place_header') },
                  { value: 'query', label: t('place_query') },
                ]}
              />
            )}
          </Field>
          {field('name', t('keyName'))}
        </div>
      )}
      {kind === 'basic' && field('user', t('user'), t('userHint'))}
      {kind === 'oauth2' && (
        <div className={styles.pair}>
          {field('token_url', t('tokenUrl'))}
          {field('client_id', t('clientId'))}
          {field('scope', t('scope'))}
        </div>
      )}
      {kind === 'hmac' && field('header', t('signHeader'), t('hmacNote'))}
      {auth && <SecretField label={t('secret')} value={text('secret')} address={secretGoesTo(auth, baseUrl)} onChange={(secret) => set('secret', secret)} />}
      {kind === 'oauth2' && <Switch label={t('inBody')} checked={auth?.in_body === true} onChange={(on) => set('in_body', on)} />}
    </Section>
  );
}

export interface SecretFieldProps {
  label: string;
  value: string;
  /** Where it would be sent. */
  address: string;
  onChange: (name: string) => void;
}

/** The name of a secret, chosen or made here. */
export function SecretField({ label, value, address, onChange }: SecretFieldProps) {
  const t = useT(connectorMessages);
  const { formatList } = useFormat();
  const secrets = useSecrets();
  const [making, setMaking] = useState(false);
  const host = hostOf(address);
  const known = secrets.data ?? [];
  const chosen = known.find((one) => one.name === value);
  const options = known.map((one) => ({ value: one.name, label: one.name, hint: one.note || one.hosts.join('、') }));
  const missing = value !== '' && !chosen ? [{ value, label: value }] : [];
  return (
    <div className={styles.stack}>
      <Field label={label} hint={chosen ? t('bound', { hosts: formatList(chosen.hosts) }) : undefined} error={chosen && host && !isBound(chosen.hosts, address) ? t('unbound', { host }) : undefined}>
        {(control) => (
          <span className={styles.withButton}>
            <Select {...control} value={value} onChange={onChange} options={[{ value: '', label: t('noSecret') }, ...missing, ...options]} />
            <Button icon="plus" onClick={() => setMaking(true)}>
              {t('newSecret')}
            </Button>
          </span>
        )}
      </Field>
      {making && <SecretDialog secret={null} hosts={host ? [host] : []} onClose={() => setMaking(false)} onSaved={onChange} />}
    </div>
  );
}
