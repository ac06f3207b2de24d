// A platform's side of an inbox: its settings, the address it calls, and how it fares.
import { useLanguage, useT } from '../../../i18n';
import { CopyField, ErrorNote, Loading, Section } from '../../../ui';
import { useChannelKinds } from '../api';
import { inboxMessages } from '../messages';
import { fieldsOf, missing } from '../model/schema';
import { HealthCard } from './HealthCard';
import type { ChannelTabProps } from './InboxDetail';
import styles from './Install.module.css';
import { SchemaForm } from './SchemaForm';
import { SetAside } from './SetAside';

export function PlatformTab({ draft, set, problems, error, inbox }: ChannelTabProps) {
  const t = useT(inboxMessages);
  const language = useLanguage();
  const kinds = useChannelKinds();
  const kind = kinds.data?.find((one) => one.kind === inbox.channel);
  const fields = kind ? fieldsOf(kind.settings_schema, language) : [];
  return (
    <div className={styles.stack}>
      <Section title={t('platform')} description={t('platformText')}>
        {kinds.isPending && <Loading />}
        {kinds.error && <ErrorNote error={kinds.error} onRetry={() => void kinds.refetch()} />}
        <SchemaForm
          fields={fields}
          settings={draft.platform}
          kept={inbox.secrets_set}
          lacking={problems ? missing(fields, draft.platform, inbox.secrets_set) : []}
          error={error}
          onChange={(platform) => set({ platform })}
        />
      </Section>
      {inbox.webhook_url && (
        <Section title={t('webhook')} description={t('webhookText')}>
          <CopyField label={t('webhook')} value={inbox.webhook_url} />
        </Section>
      )}
      <HealthCard inboxId={inbox.id} />
      {inbox.channel === 'email' && <SetAside inboxId={inbox.id} />}
    </div>
  );
}
