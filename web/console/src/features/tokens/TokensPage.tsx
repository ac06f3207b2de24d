import { useState } from 'react';
import type { Scope, TokenCreated, TokenView, UserView } from '@qingniao/shared/api';
import { useAll, useRemove, useResourceForm } from '../../api';
import { useHasRole } from '../../app/session';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, CopyField, Dialog, EmptyState, ErrorNote, Field, fieldError, Icon, Loading, Page, SaveError, Segmented, Select, Switch, Table, TextInput, toast, Toolbar } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { tokenMessages } from './messages';
import styles from './TokensPage.module.css';

/** Each includes those before it. */
const SCOPES: readonly Scope[] = ['read', 'write', 'admin'];
const SCOPE_HINT = { read: 'readHint', write: 'writeHint', admin: 'adminHint' } as const;

export function TokensPage() {
  const t = useT(tokenMessages);
  const common = useT(settingsMessages);
  const { formatDate } = useFormat();
  const isAdmin = useHasRole('admin');
  const [whose, setWhose] = useState<'mine' | 'everybody'>('mine');
  const everybody = isAdmin && whose === 'everybody';
  const tokens = useAll<TokenView>('tokens', everybody ? { all: true } : {});
  const users = useAll<UserView>('users');
  const nameOf = (id: string) => users.data?.find((user) => user.id === id)?.name ?? '–';
  const remove = useRemove('tokens');
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      description={
        <>
          {t('description')}{' '}
          <a href="/docs/api" target="_blank" rel="noreferrer" className={styles.docs}>
            {t('docs')}
            <Icon name="external" size={13} />
          </a>
        </>
      }
      actions={newButton}
    >
      {isAdmin && (
        <Toolbar>
          <Segmented<'mine' | 'everybody'>
            label={t('whose')}
            value={whose}
            onChange={setWhose}
            options={[
              { value: 'mine', label: t('mine') },
              { value: 'everybody', label: t('everybody') },
            ]}
          />
        </Toolbar>
      )}
      {tokens.isPending && <Loading />}
      {tokens.error && <ErrorNote error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && <EmptyState icon="key" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {tokens.data && tokens.data.length > 0 && (
        <Table
          label={t('title')}
          rows={tokens.data}
          rowKey={(token) => token.id}
          columns={[
            { key: 'name', title: t('name'), grow: true, render: (token) => <strong className={styles.name}>{token.name}</strong> },
            ...(everybody ? [{ key: 'owner', title: t('owner'), wideOnly: true, render: (token: TokenView) => (token.service ? <Badge>{t('service')}</Badge> : nameOf(token.user_id)) }] : []),
            {
              key: 'scopes',
              title: t('scopes'),
              render: (token) => (
                <Badge tone={widest(token) === 'admin' ? 'warning' : 'neutral'}>{t(widest(token))}</Badge>
              ),
            },
            { key: 'expires', title: t('expiresAt'), wideOnly: true, render: (token) => <Expiry at={token.expires_at} /> },
            { key: 'used', title: t('lastUsed'), wideOnly: true, render: (token) => (token.last_used_at === null ? common('never') : formatDate(token.last_used_at)) },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (token) => (
                <Button size="sm" variant="dangerGhost" onClick={() => setRevoking(token)}>
                  {t('revoke')}
                </Button>
              ),
            },
          ]}
        />
      )}
      {creating && (
        <TokenDialog
          onClose={() => setCreating(false)}
          onCreated={(created) => {
            setCreating(false);
            setSecret(created);
          }}
        />
      )}
      <Dialog
        open={secret !== null}
        onClose={() => setSecret(null)}
        title={t('secretTitle')}
        footer={
          <Button variant="primary" onClick={() => setSecret(null)}>
            {t('done')}
          </Button>
        }
      >
        <p>{t('secretText')}</p>
        <CopyField label={t('secret')} value={secret ?? ''} />
      </Dialog>
      <ConfirmDialog
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t('revokeTitle', { name: revoking?.name ?? '' })}
        text={t('revokeText')}
        action={t('revoke')}
        onConfirm={async () => {
          if (revoking) await remove.mutateAsync(revoking);
          toast.success(t('revoked'));
        }}
      />
    </Page>
  );
}

function widest(token: TokenView): Scope {
  return [...SCOPES].reverse().find((scope) => token.scopes.includes(scope)) ?? 'read';
}

function Expiry({ at }: { at: number | null }) {
  const t = useT(tokenMessages);
  const { formatDate } = useFormat();
  if (at === null) return <>{t('noExpiry')}</>;
  return at < Date.now() ? <Badge tone="danger">{t('expired')}</Badge> : <>{formatDate(at)}</>;
}

type Expires = '30' | '90' | '365' | 'never';

interface Draft {
  name: string;
  scope: Scope;
  expires: Expires;
  service: boolean;
}

const toDraft = (): Draft => ({ name: '', scope: 'read', expires: '90', service: false });

function toBody(draft: Draft) {
  const days = draft.expires === 'never' ? null : Number(draft.expires);
  return { name: draft.name.trim(), scopes: [draft.scope], expires_at: days === null ? null : Date.now() + days * 86_400_000, service: draft.service };
}

function TokenDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (secret: string | null) => void }) {
  const t = useT(tokenMessages);
  const common = useT(settingsMessages);
  const isAdmin = useHasRole('admin');
  const form = useResourceForm<TokenView, Draft>({ name: 'tokens', object: null, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  async function submit() {
    setChecked(true);
    if (!draft.name.trim()) return;
    const saved = await form.save();
    if (saved) onCreated((saved as TokenCreated).secret ?? null);
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common('create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => undefined} />
      <Field label={t('name')} hint={t('nameHint')} error={fieldError(form.error, 'name') ?? (checked && !draft.name.trim() ? common('needed') : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('scopes')} error={fieldError(form.error, 'scopes')}>
        {(control) => (
          <Select<Scope>
            {...control}
            value={draft.scope}
            onChange={(scope) => set({ scope })}
            options={SCOPES.filter((scope) => scope !== 'admin' || isAdmin).map((scope) => ({ value: scope, label: t(scope), hint: t(SCOPE_HINT[scope]) }))}
          />
        )}
      </Field>
      <Field label={t('expires')} error={fieldError(form.error, 'expires_at')}>
        {(control) => (
          <Select<Expires>
            {...control}
            value={draft.expires}
            onChange={(expires) => set({ expires })}
            options={[
              { value: '30', label: t('days30') },
              { value: '90', label: t('days90') },
              { value: '365', label: t('days365') },
              { value: 'never', label: t('noExpiry') },
            ]}
          />
        )}
      </Field>
      {isAdmin && <Switch label={t('ofService')} hint={t('ofServiceHint')} checked={draft.service} onChange={(service) => set({ service })} />}
    </Dialog>
  );
}
