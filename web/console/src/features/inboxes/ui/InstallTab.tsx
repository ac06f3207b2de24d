import type { InboxView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Button, CodeBlock, CopyField, Field, fieldError, FieldSet, Section, Switch, TextArea } from '../../../ui';
import { inboxMessages } from '../messages';
import type { ChannelTabProps } from './InboxDetail';
import { SecretSection } from './SecretSection';
import styles from './Install.module.css';

/** Colour and side let the button be right on a first visit, before anything else of ours is loaded. */
function snippet({ key, widget }: InboxView): string {
  return `<script async src="${window.location.origin}/widget/loader.js" data-key="${key}" data-color="${widget.color}" data-position="${widget.position}"></script>`;
}

const IDENTIFY = `<script>
  window.qingniao = window.qingniao || function () { (qingniao.q = qingniao.q || []).push(arguments); };
  qingniao('identify', '<JWT>');
</script>`;

export function InstallTab({ draft, set, problems, error, inbox, onRotated }: ChannelTabProps) {
  const t = useT(inboxMessages);
  const { widget } = draft;
  const edit = (patch: Partial<typeof widget>) => set({ widget: { ...widget, ...patch } });
  const page = `${window.location.origin}/chat/${inbox.key}`;
  return (
    <div className={styles.stack}>
      <Section title={t('snippet')} description={t('snippetText')}>
        <CodeBlock label={t('snippet')} code={snippet(inbox)} />
      </Section>
      <Section
        title={t('fullPage')}
        description={t('fullPageText')}
        actions={
          <Button icon="external" onClick={() => window.open(page, '_blank', 'noopener')}>
            {t('open')}
          </Button>
        }
      >
        <CopyField label={t('fullPage')} value={page} />
      </Section>
      <Section title={t('domains')}>
        <Field
          label={t('domains')}
          labelHidden
          hint={t('domainsText')}
          error={problems?.domain ? t('domainsBad', { value: problems.domain }) : fieldError(error, 'widget.allowed_domains')}
        >
          {(control) => (
            <TextArea {...control} rows={3} spellCheck={false} placeholder="https://shop.example" value={draft.allowed_domains} onChange={(event) => set({ allowed_domains: event.target.value })} />
          )}
        </Field>
        <Switch label={t('webview')} hint={t('webviewHint')} checked={widget.allow_webview} onChange={(allow_webview) => edit({ allow_webview })} />
      </Section>
      <SecretSection inbox={inbox} title={t('identity')} description={t('identityText')} onRotated={onRotated}>
        <FieldSet legend={t('identifySnippet')}>
          <CodeBlock label={t('identifySnippet')} code={IDENTIFY} />
        </FieldSet>
        <Switch label={t('requireIdentity')} hint={t('requireIdentityHint')} checked={widget.require_identity} onChange={(require_identity) => edit({ require_identity })} />
      </SecretSection>
    </div>
  );
}
