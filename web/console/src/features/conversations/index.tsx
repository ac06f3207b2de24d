import { appMessages } from '../../app/messages';
import { useT } from '../../i18n';
import { EmptyState } from '../../ui';

export function ConversationsPage(_props: { params: Record<string, string> }) {
  const t = useT(appMessages);
  return <EmptyState icon="chat" title={t('conversations')} />;
}
