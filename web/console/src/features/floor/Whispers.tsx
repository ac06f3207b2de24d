// What a supervisor whispered about the conversation on the screen, above the composer: the newest last, put away by hand.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { OversightView } from '@qingniao/shared/api';
import { api, path } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Icon, IconButton, uiMessages } from '../../ui';
import { floorMessages } from './messages';
import styles from './Floor.module.css';

const SHOWN_MAX = 3;

export function useWhispers(conversationId: string) {
  return useQuery({
    queryKey: ['whispers', conversationId],
    queryFn: ({ signal }) => api.get<{ items: OversightView[] }>(path('/conversations/{}/whispers', conversationId), undefined, signal),
    select: (list) => list.items,
  });
}

export default function Whispers({ conversationId }: { conversationId: string }) {
  const t = useT(floorMessages);
  const close = useT(uiMessages)('close');
  const { formatTime } = useFormat();
  const { data = [] } = useWhispers(conversationId);
  const [seen, setSeen] = useState('');
  const fresh = data.filter((one) => one.id > seen).slice(-SHOWN_MAX);
  const last = fresh.at(-1);
  return (
    <div role="status" aria-label={t('whispers')}>
      {last && (
        <div className={styles.whispers}>
          <Icon name="lock" size={16} />
          <ul className={styles.lines}>
            {fresh.map((one) => (
              <li key={one.id}>
                <strong>{t('from', { name: one.actor_name })}</strong> <time>{formatTime(one.at)}</time>
                <p>{one.text}</p>
              </li>
            ))}
            <li className={styles.small}>{t('onlyYou')}</li>
          </ul>
          <IconButton icon="close" label={close} plain onClick={() => setSeen(last.id)} />
        </div>
      )}
    </div>
  );
}
