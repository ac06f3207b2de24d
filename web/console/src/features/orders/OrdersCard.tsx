// The customer's orders as the company's other system knows them now.
import { Suspense, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { OrdersView } from '@qingniao/shared/orders';
import { api, path } from '../../api';
import { useHasRole } from '../../app/session';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ErrorNote, Icon, IconButton, lazy, Spinner } from '../../ui';
import { orderMessages } from './messages';
import { kindOf } from './model';
import styles from './Orders.module.css';

const SourceDialog = lazy(() => import('./SourceDialog'));

export default function OrdersCard({ contactId }: { contactId: string }) {
  const t = useT(orderMessages);
  const { formatTime } = useFormat();
  const may = useHasRole('admin');
  const [setting, setSetting] = useState(false);
  const orders = useQuery({
    queryKey: ['orders', contactId],
    queryFn: ({ signal }) => api.get<OrdersView>(path('/contacts/{}/orders', contactId), undefined, signal),
    staleTime: 60_000,
  });
  if (orders.error) return <ErrorNote error={orders.error} onRetry={() => void orders.refetch()} />;
  if (!orders.data) return <Spinner />;
  const view = orders.data;
  const what = (key: string): string => {
    const { kind, word } = kindOf(key);
    return kind === 'attribute' ? word : t(kind);
  };
  return (
    <div className={styles.card}>
      {!view.configured && (
        <p className={styles.quiet}>
          {t('unset')} {!may && t('unsetOthers')}
        </p>
      )}
      {view.missing !== null && <p className={styles.quiet}>{t('missing', { what: what(view.missing) })}</p>}
      {view.error !== null && (
        <p className={styles.error} role="alert">
          <Icon name="alert" size={14} /> {view.error}
        </p>
      )}
      {view.asked_at !== null && view.error === null && view.items.length === 0 && <p className={styles.quiet}>{t('none')}</p>}
      {view.items.length > 0 && (
        <ul className={styles.list}>
          {view.items.map((order) => (
            <li key={order.number} className={styles.order}>
              <span className={styles.line}>
                {order.url === null ? (
                  <bdi className={styles.number}>{order.number}</bdi>
                ) : (
                  <a className={styles.number} href={order.url} target="_blank" rel="noreferrer" title={t('open')}>
                    {order.number}
                    <Icon name="external" size={12} />
                  </a>
                )}
                {order.state !== '' && <Badge tone="info">{order.state}</Badge>}
              </span>
              <span className={styles.line}>
                <bdi className={styles.title}>{order.title}</bdi>
                <span className={styles.total}>{order.total}</span>
              </span>
              {order.placed_at !== '' && <span className={styles.quiet}>{order.placed_at}</span>}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.foot}>
        <span className={styles.quiet}>
          {view.asked_with.map(({ what: key, value }) => (
            <span key={key} title={value}>
              {t('with', { what: what(key), value: key === 'contact_id' ? '' : value })}
            </span>
          ))}
          {view.asked_at !== null && ` · ${formatTime(view.asked_at)}`}
        </span>
        {view.error !== null && (
          <Button size="sm" variant="ghost" onClick={() => void orders.refetch()}>
            {t('again')}
          </Button>
        )}
        {may && view.configured && <IconButton icon="settings" label={t('change')} onClick={() => setSetting(true)} plain />}
      </div>
      {may && !view.configured && (
        <Button size="sm" icon="settings" onClick={() => setSetting(true)}>
          {t('set')}
        </Button>
      )}
      {setting && (
        <Suspense fallback={null}>
          <SourceDialog onClose={() => setSetting(false)} />
        </Suspense>
      )}
    </div>
  );
}
