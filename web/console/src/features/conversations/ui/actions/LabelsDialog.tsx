// Ticks the labels of a conversation; every tick is saved at once.
import { useMemo, useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Button, Checkbox, Dialog, Field, TextInput } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { usePinyin } from '../../api/use-pinyin';
import { messages } from '../../messages';
import { search } from '../../model/fuzzy';
import { searchKeys } from '../../model/pinyin';
import { useLookups } from '../lookups';
import styles from './actions.module.css';

export function LabelsDialog({ conversation, onClose }: { conversation: ConversationView; onClose(): void }) {
  const t = useT(messages);
  const { labels } = useLookups();
  const actions = useConversationActions();
  const speak = usePinyin();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(conversation.labels);

  const found = useMemo(() => {
    const known = labels.map((label) => label.name);
    const all = [...known, ...conversation.labels.filter((name) => !known.includes(name))];
    return search(
      all.map((name) => ({ value: name, keys: searchKeys(speak, name) })),
      typed,
      100,
    );
  }, [labels, conversation.labels, speak, typed]);

  const toggle = async (name: string, on: boolean): Promise<void> => {
    const before = chosen;
    const next = on ? [...chosen, name] : chosen.filter((other) => other !== name);
    setChosen(next);
    if ((await actions.act(conversation.id, { do: 'labels', labels: next })) === null) setChosen(before);
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('labelsTitle')}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('close')}
        </Button>
      }
    >
      <Field label={t('labelsSearch')} labelHidden>
        {(control) => (
          <TextInput {...control} icon="search" autoFocus value={typed} placeholder={t('labelsSearch')} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      <div className={styles.ticks}>
        {found.map((name) => (
          <Checkbox key={name} checked={chosen.includes(name)} onChange={(on) => void toggle(name, on)} label={name} />
        ))}
        {found.length === 0 && <p className={styles.nothing}>{t('noLabels')}</p>}
      </div>
    </Dialog>
  );
}
