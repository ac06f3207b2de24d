// A new connector: read from an OpenAPI description, the tools of an MCP server, a database, a mail server, or a robot for pages without an
// interface.
import { useState } from 'react';
import type { ConnectorAuth, ConnectorKind, DescriptionView, MailSettings } from '@qingniao/shared/connectors';
import { useCreateKey } from '../../../api';
import { navigate } from '../../../app/router';
import { useLanguage, useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, Field, Segmented, Select, TextInput, fieldError, toast } from '../../../ui';
import { useCreateConnector, useSecrets } from '../api';
import { connectorMessages } from '../messages/connectors';
import { systemMessages } from '../messages/systems';
import { isAddress } from '../model/address';
import { SIGN_IN, firstOf, tidyAuth } from '../model/auth';
import { newRoutine } from '../model/routine';
import { AuthSection } from './AuthSection';
import { DescriptionSource, type Read } from './DescriptionSource';
import { MailFields, isMailAddress } from './MailFields';
import { AccessFields, type DatabaseAccess } from './sql/AccessFields';
import { useAddressWords } from './addressWords';
import styles from './Connectors.module.css';

const KINDS: readonly ConnectorKind[] = ['rest', 'mcp', 'sql', 'smtp', 'robot'];
const PLACEHOLDERS: Record<ConnectorKind, string> = { rest: 'https://', mcp: 'https://', robot: 'https://', smtp: 'smtps://smtp.example.com', sql: 'postgres://db.example.com/shop' };

export function NewConnectorDialog({ onClose }: { onClose: () => void }) {
  const t = useT(connectorMessages);
  const systems = useT(systemMessages);
  const create = useCreateConnector();
  const keyOf = useCreateKey();
  const [kind, setKind] = useState<ConnectorKind>('rest');
  const [read, setRead] = useState<Read | null>(null);
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const [secret, setSecret] = useState('');
  const [auth, setAuth] = useState<ConnectorAuth | null>(firstOf('basic'));
  const [smtp, setSmtp] = useState<MailSettings>({ from: '', from_name: '', plain: false });
  const [sql, setSql] = useState<DatabaseAccess>({ plain: false, write: false });
  const [tried, setTried] = useState(false);
  const words = useAddressWords(kind);
  const signsIn = kind === 'smtp' || (kind === 'sql' && !baseUrl.trim().startsWith('sqlite:'));
  const wrong = {
    name: /^[A-Za-z0-9_-]{1,60}$/.test(name) ? undefined : t('nameBad'),
    url: isAddress(baseUrl, words.schemes) ? undefined : words.bad,
    from: kind === 'smtp' && !isMailAddress(smtp.from) ? systems('fromBad') : undefined,
    read: kind === 'rest' && !read ? t('lookFirst') : undefined,
  };

  function took(next: Read | null) {
    setRead(next);
    if (!next) return;
    setBaseUrl(next.view.base_url);
    if (title === '') setTitle(next.view.title);
  }
  function submit() {
    setTried(true);
    if (wrong.name || wrong.url || wrong.read || wrong.from) return;
    const common = { name, title: title.trim(), base_url: baseUrl.trim() };
    const proof = signsIn && auth?.secret ? { auth: tidyAuth(auth) } : {};
    const special = {
      smtp: { smtp, ...proof },
      sql: { sql, ...proof },
      robot: { robot: { hosts: [], operations: [newRoutine('routine_1')] } },
      mcp: { mcp: true, ...(secret ? { auth: { kind: 'bearer', secret } } : {}) },
      rest: { ...read?.source },
    };
    const body = { ...common, ...special[kind] };
    create.mutate(
      { body: kind === 'rest' ? { ...body, base_url: baseUrl.trim() } : body, key: keyOf(body) },
      {
        onSuccess: (made) => {
          toast.success(t('created'));
          navigate(`/settings/connectors/${encodeURIComponent(made.name)}`);
        },
      },
    );
  }
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('new')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={create.isPending}>
            {t('create')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Segmented<ConnectorKind> label={t('kind')} value={kind} onChange={setKind} options={KINDS.map((value) => ({ value, label: t(`kind_${value}`) }))} />
        <p className={styles.quiet}>{words.about}</p>
        {kind === 'rest' && <DescriptionSource onRead={took} error={tried ? wrong.read : undefined} />}
        {kind === 'rest' && read && <Found view={read.view} />}
        {create.error && <ErrorNote error={create.error} />}
        <div className={styles.pair}>
          <Field label={t('name')} hint={t('nameHint')} error={(tried ? wrong.name : undefined) ?? fieldError(create.error, 'name')}>
            {(control) => <TextInput {...control} autoComplete="off" spellCheck={false} maxLength={60} value={name} onChange={(event) => setName(event.target.value.trim())} />}
          </Field>
          <Field label={t('titleField')} optional>
            {(control) => <TextInput {...control} maxLength={100} value={title} onChange={(event) => setTitle(event.target.value)} />}
          </Field>
        </div>
        {(kind !== 'rest' || read) && (
          <Field label={words.label} hint={words.hint} error={(tried ? wrong.url : undefined) ?? fieldError(create.error, 'base_url')}>
            {(control) => <TextInput {...control} type="url" spellCheck={false} placeholder={PLACEHOLDERS[kind]} maxLength={2000} value={baseUrl} onChange={(event) => setBaseUrl(event.target.value)} />}
          </Field>
        )}
        {kind === 'smtp' && <MailFields value={smtp} address={baseUrl} error={(tried ? wrong.from : undefined) ?? fieldError(create.error, 'smtp.from')} onChange={setSmtp} />}
        {signsIn && <AuthSection kinds={SIGN_IN} auth={auth} baseUrl={baseUrl} error={fieldError(create.error, 'auth')} onChange={setAuth} />}
        {kind === 'sql' && <AccessFields value={sql} address={baseUrl} onChange={setSql} />}
        {kind === 'mcp' && <TokenSecret value={secret} error={fieldError(create.error, 'auth')} onChange={setSecret} />}
      </div>
    </Dialog>
  );
}

function TokenSecret({ value, error, onChange }: { value: string; error: string | undefined; onChange: (name: string) => void }) {
  const t = useT(connectorMessages);
  const secrets = useSecrets();
  const options = [{ value: '', label: t('auth_none') }, ...(secrets.data ?? []).map((secret) => ({ value: secret.name, label: secret.name }))];
  return (
    <Field label={t('secretOptional')} hint={t('secretOptionalHint')} error={error}>
      {(control) => <Select {...control} value={value} onChange={onChange} options={options} />}
    </Field>
  );
}

export function Found({ view }: { view: DescriptionView }) {
  const t = useT(connectorMessages);
  return (
    <div className={styles.stack}>
      <p className={styles.quiet} role="status">
        {t('foundCount', { n: view.operations.length })}
        {view.notes.length > 0 && ` · ${t('leftOut', { n: view.notes.length })}`}
      </p>
      <OperationNames view={view} />
    </div>
  );
}

function OperationNames({ view }: { view: DescriptionView }) {
  const t = useT(connectorMessages);
  return (
    <ul className={styles.found} tabIndex={0} aria-label={t('operations')}>
      {view.operations.map((operation) => (
        <li key={operation.name}>
          <span className={styles.name}>{operation.title.zh || operation.name}</span>
          <code className={styles.path}>
            {operation.method} {operation.path}
          </code>
        </li>
      ))}
      {view.notes.map((note) => (
        <li key={note.about + note.en}>
          <code className={styles.path}>{note.about}</code>
          <NoteWords note={note} />
        </li>
      ))}
    </ul>
  );
}

function NoteWords({ note }: { note: DescriptionView['notes'][number] }) {
  const language = useLanguage();
  return <span className={styles.warn}>{language === 'en' ? note.en : note.zh}</span>;
}
