// Which approved template the words fill in, when the channel takes nothing else any more. Loaded only where a channel might.
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, ReplyWindowView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { defineMessages, useT } from '../../../../i18n';
import { Select } from '../../../../ui';
import styles from './TemplateChoice.module.css';

const templateMessages = defineMessages(
  { template: '按模板发送', hint: '文字会填入所选模板的变量。' },
  { template: 'Send as template', hint: 'Your words fill in the variable of the template.' },
);

export default function TemplateChoice({ conversation: c, value, onChange }: { conversation: ConversationView; value: string | null; onChange(name: string | null): void }) {
  const t = useT(templateMessages);
  const { data } = useQuery({
    queryKey: ['reply-window', c.id, c.version],
    queryFn: ({ signal }) => api.get<ReplyWindowView>(path('/conversations/{}/reply-window', c.id), undefined, signal),
    placeholderData: (before) => before,
  });
  const names = data !== undefined && data.limited && !data.open ? data.templates : [];
  const chosen = names.find((name) => name === value) ?? names[0] ?? null;
  useEffect(() => {
    if (chosen !== value) onChange(chosen);
  }, [chosen, value, onChange]);
  if (chosen === null) return null;
  return (
    <div className={styles.choice}>
      <Select size="sm" label={t('template')} value={chosen} onChange={onChange} options={names.map((name) => ({ value: name, label: name }))} />
      <span>{t('hint')}</span>
    </div>
  );
}
