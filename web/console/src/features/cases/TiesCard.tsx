// Beside a conversation: what it is tied to.
import type { ConversationView } from '@qingniao/shared/api';
import type { TieView } from '@qingniao/shared/tie';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { Badge } from '../../ui';
import { useThread } from '../conversations/api/queries';
import { useTies } from '../conversations/api/use-case';
import { useLookups } from '../conversations/ui/lookups';
import styles from './Cases.module.css';
import { caseMessages } from './messages';
import { UndoTie } from './TieEnd';

function kindOf(tie: TieView, id: string) {
  if (tie.kind === 'link') return 'kind_link';
  if (tie.kind === 'merge') return tie.from === id ? 'kind_whole' : 'kind_part';
  return tie.from === id ? 'kind_split_part' : 'kind_split_whole';
}

export default function TiesCard({ conversation }: { conversation: ConversationView }) {
  const t = useT(caseMessages);
  const { id } = conversation;
  const lookups = useLookups();
  const { ties, conversations } = useTies(id, useThread(id).data);
  const standing = ties.filter((tie) => tie.undone_at === null && (tie.from === id || tie.to === id));
  if (standing.length === 0) return <p className={styles.none}>{t('none')}</p>;
  return (
    <ul className={styles.ties}>
      {standing.map((tie) => {
        const other = conversations.find((one) => one.id === (tie.from === id ? tie.to : tie.from));
        return (
          <li key={tie.id} className={styles.tie}>
            <span className={styles.tieHead}>
              <Badge tone="info">{t(kindOf(tie, id))}</Badge>
              <bdi>{lookups.inbox(other?.inbox_id ?? '')?.name ?? ''}</bdi>
              <UndoTie tie={tie.id} />
            </span>
            <Link to={`/conversations/${other?.id ?? ''}`} className={styles.tieText}>
              {other?.last_text || t('open')}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
