// What is done to every run that fits the list's filter: counted first, asked for, and carried out by the server as one order.
import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FlowRunsActed, FlowRunsAction, FlowRunsFilter } from '@qingniao/shared/flow-bulk';
import { refreshResource, uuid } from '../../../../api';
import { useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Menu, MenuItem, TextInput, toast, type IconName } from '../../../../ui';
import { orderRuns, useOrderCount } from '../../api/many';
import { manyMessages } from '../../messages/many';
import styles from './Many.module.css';

const ACTS: readonly { action: FlowRunsAction; icon: IconName }[] = [
  { action: 'retry', icon: 'refresh' },
  { action: 'pause', icon: 'pause' },
  { action: 'resume', icon: 'play' },
  { action: 'cancel', icon: 'close' },
];
const TEXTS = { retry: 'retryText', pause: 'pauseText', resume: 'resumeText', cancel: 'cancelText' } as const;

export function AllThatFit({ filter }: { filter: FlowRunsFilter }) {
  const t = useT(manyMessages);
  const [action, setAction] = useState<FlowRunsAction | null>(null);
  return (
    <>
      <Menu
        trigger={
          <Button size="sm" icon="more">
            {t('allThatFit')}
          </Button>
        }
      >
        {ACTS.map((act) => (
          <MenuItem key={act.action} icon={act.icon} danger={act.action === 'cancel'} onSelect={() => setAction(act.action)}>
            {t(`all_${act.action}`)}
          </MenuItem>
        ))}
      </Menu>
      {action && <OrderDialog key={action} action={action} filter={filter} onClose={() => setAction(null)} />}
    </>
  );
}

function OrderDialog({ action, filter: given, onClose }: { action: FlowRunsAction; filter: FlowRunsFilter; onClose: () => void }) {
  const t = useT(manyMessages);
  const client = useQueryClient();
  // What was counted is what is ordered, and sent again it is the same order.
  const [filter] = useState(given);
  const [key] = useState(uuid);
  const [reason, setReason] = useState('');
  const count = useOrderCount(action, filter);
  const order = useMutation({
    mutationFn: () => orderRuns(action, filter, reason, key),
    onSuccess: async (acted) => {
      await refreshResource(client, 'runs');
      if (acted.refused.length > 0 || acted.done < acted.matched) return;
      toast.success(t('allDone', { n: acted.done }));
      onClose();
    },
  });
  const n = count.data?.matched ?? 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`allTitle_${action}`)}
      onSubmit={() => order.mutate()}
      footer={
        order.data ? (
          <Button onClick={onClose}>{t('close')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant={action === 'cancel' ? 'danger' : 'primary'} busy={order.isPending} disabled={n === 0}>
              {n > 0 ? t('actOn', { act: t(`all_${action}`), n }) : t(`all_${action}`)}
            </Button>
          </>
        )
      }
    >
      {order.data ? (
        <Acted acted={order.data} />
      ) : (
        <>
          <p className={styles.text} role="status">
            {count.isPending ? t('counting') : count.data && t(n === 0 ? 'noneFit' : count.data.more ? 'willBeMore' : 'willBe', { n })}
          </p>
          <p className={styles.text}>{t(TEXTS[action])}</p>
          {action === 'cancel' && <Field label={t('reason')}>{(control) => <TextInput {...control} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>}
          {(count.error ?? order.error) && <ErrorNote error={count.error ?? order.error} />}
        </>
      )}
    </Dialog>
  );
}

function Acted({ acted }: { acted: FlowRunsActed }) {
  const t = useT(manyMessages);
  return (
    <div role="alert">
      <p className={styles.text}>{t('someChanged', { all: acted.matched, done: acted.done })}</p>
      {acted.refused.length > 0 && <p className={styles.text}>{t('notChanged')}</p>}
      <ul className={styles.list}>
        {acted.refused.map((one) => (
          <li key={one.id}>
            <code>{one.id}</code> {one.detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
