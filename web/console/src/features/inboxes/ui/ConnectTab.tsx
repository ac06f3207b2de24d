import { useT } from '../../../i18n';
import { CodeBlock, CopyField, Field, fieldError, FieldSet, Section, TextInput } from '../../../ui';
import { inboxMessages } from '../messages';
import type { ChannelTabProps } from './InboxDetail';
import { SecretSection } from './SecretSection';
import styles from './Install.module.css';

const EXAMPLE = JSON.stringify(
  {
    message_id: 'm-1001',
    contact: { external_id: 'u-42', name: '林晓', email: 'lin@example.com' },
    conversation_key: 'order-2024',
    text: '我的订单到哪里了?',
  },
  null,
  2,
);

export function ConnectTab({ draft, set, problems, error, inbox, onRotated }: ChannelTabProps) {
  const t = useT(inboxMessages);
  const base = `${window.location.origin}/api/v1/channels/api/${inbox.key}`;
  return (
    <div className={styles.stack}>
      <Section title={t('inbound')} description={t('inboundText')}>
        <CopyField label={t('inbound')} value={`${base}/messages`} />
        <FieldSet legend={t('inboundExample')}>
          <CodeBlock
            label={t('inboundExample')}
            code={`POST ${base}/messages\nwebhook-id: msg_…\nwebhook-timestamp: 1767225600\nwebhook-signature: v1,…\ncontent-type: application/json\n\n${EXAMPLE}`}
          />
        </FieldSet>
        <FieldSet legend={t('status')}>
          <CopyField label={t('status')} value={`${base}/status`} />
        </FieldSet>
      </Section>
      <Section title={t('outbound')} description={t('outboundText')}>
        <Field
          label={t('callback')}
          hint={t('callbackHint')}
          error={problems?.callback ? t('callbackBad') : fieldError(error, 'channel_settings.callback_url')}
        >
          {(control) => (
            <TextInput {...control} type="url" placeholder="https://" maxLength={2048} value={draft.callback_url} onChange={(event) => set({ callback_url: event.target.value })} />
          )}
        </Field>
      </Section>
      <SecretSection inbox={inbox} title={t('secret')} description={t('secretText')} onRotated={onRotated} />
    </div>
  );
}
