// Who has the conversation: the bot, a queue, or a person.
import type { Owner } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Avatar, Badge } from '../../../ui';
import { messages } from '../messages';
import { ownerAgentId, type Lookups } from './lookups';
import styles from './OwnerChip.module.css';

export function OwnerChip({ owner, lookups }: { owner: Owner; lookups: Lookups }) {
  const t = useT(messages);
  if (owner.kind === 'bot') {
    return (
      <Badge tone="violet" icon="bot">
        {t('ownerBot')}
      </Badge>
    );
  }
  if (owner.kind === 'queue') {
    const team = lookups.team(owner.team_id)?.name;
    return (
      <Badge tone="warning" icon="clock">
        {team === undefined ? t('ownerQueue') : t('ownerQueueTeam', { team })}
      </Badge>
    );
  }
  const id = ownerAgentId(owner) ?? '';
  const name = lookups.user(id)?.name ?? t('unknownAgent');
  return (
    <span className={styles.chip}>
      <Avatar name={name} seed={id} size="xs" />
      <span className={styles.name} dir="auto">
        {name}
      </span>
    </span>
  );
}
