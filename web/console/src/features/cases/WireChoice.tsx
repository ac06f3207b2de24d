// By which channel an answer goes, where a case has several: the one the customer wrote by last, unless chosen otherwise.
import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../i18n';
import { Select } from '../../ui';
import { messages as words } from '../conversations/messages';
import { contactName } from '../conversations/model/names';
import { useLookups } from '../conversations/ui/lookups';
import styles from './Cases.module.css';
import { caseMessages } from './messages';

export default function WireChoice({ wires, value, onChange }: { wires: ConversationView[]; value: string; onChange(id: string): void }) {
  const t = useT(caseMessages);
  const w = useT(words);
  const lookups = useLookups();
  const label = (c: ConversationView): string => `${lookups.inbox(c.inbox_id)?.name ?? ''} · ${contactName(c.contact, w)}`;
  return (
    <div className={styles.wire}>
      <span>{t('by')}</span>
      <Select size="sm" label={t('by')} value={value} onChange={onChange} options={wires.map((c) => ({ value: c.id, label: label(c) }))} />
    </div>
  );
}
