import { useState } from 'react';
import type { IntentView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Button, Checkbox, toast } from '../../../ui';
import { useLearn, useLearningGroups } from '../api';
import { understandingMessages } from '../messages';
import { alike } from '../model/alike';
import styles from './Examples.module.css';

/** Customers' messages that wait in the learning inbox and are likely meant as this intent, to be made examples of it. */
export function FromInbox({ intent }: { intent: IntentView }) {
  const t = useT(understandingMessages);
  const groups = useLearningGroups();
  const learn = useLearn();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const items = alike(groups.data ?? [], intent.id);
  const ids = items.map((item) => item.message_id).filter((id) => chosen.has(id));
  if (items.length === 0) return null;

  function choose(id: string, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  // The messages are gone from the list before it is done.
  async function add() {
    try {
      const done = await learn.mutateAsync({ ids, intentId: intent.id });
      toast.success(t('learnedCount', { n: done.added.length }));
    } catch {
      toast.error(t('failed'));
    }
  }

  return (
    <div className={styles.inbox}>
      <p>{t('fromInbox')}</p>
      <ul className={styles.rows} aria-label={t('fromInbox')}>
        {items.map((item) => (
          <li key={item.message_id} className={styles.row}>
            <Checkbox checked={chosen.has(item.message_id)} onChange={(on) => choose(item.message_id, on)} label={item.text} />
          </li>
        ))}
      </ul>
      <div>
        <Button size="sm" icon="plus" disabled={ids.length === 0} busy={learn.isPending} onClick={() => void add()}>
          {t('learn')}
        </Button>
      </div>
    </div>
  );
}
