// How far a message of ours has come: an icon with words for those who cannot see it, and a way out of failure.
import { Suspense } from 'react';
import type { DeliveryState } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Icon, cx, type IconName, lazy } from '../../../../ui';
import { messages } from '../../messages';
import styles from './Message.module.css';

const DeliveryReason = lazy(() => import('./DeliveryReason'));

const ICONS: Record<DeliveryState, IconName> = {
  queued: 'clock',
  sent: 'check',
  delivered: 'checkDouble',
  read: 'checkDouble',
  failed: 'alert',
};
const WORDS = {
  queued: 'stateQueued',
  sent: 'stateSent',
  delivered: 'stateDelivered',
  read: 'stateRead',
  failed: 'stateFailed',
} as const;

export function Delivery({ state, reason, onRetry }: { state: DeliveryState; reason: string | null; onRetry(): void }) {
  const t = useT(messages);
  const words = t(WORDS[state]);
  return (
    <span className={cx(styles.delivery, state === 'read' && styles.read, state === 'failed' && styles.failed)} title={words}>
      <Icon name={ICONS[state]} size={14} {...(state === 'failed' || state === 'read' ? {} : { label: words })} />
      {state === 'read' && <span>{words}</span>}
      {state === 'failed' && (
        <span>
          {t('stateFailed')}
          {reason && (
            <Suspense>
              {t('because')}
              <DeliveryReason reason={reason} />
            </Suspense>
          )}
        </span>
      )}
      {state === 'failed' && (
        <button type="button" className={styles.inlineAction} onClick={onRetry}>
          {t('retry')}
        </button>
      )}
    </span>
  );
}
