// Whether this person may answer here, what happens when they do, and who else is at it.
import type { ConversationView } from '@qingniao/shared/api';
import { useHasRole, useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { useViewers } from '../../../../realtime';
import { messages } from '../../messages';
import type { Mode } from '../../model/drafts';
import { ownerAgentId, useLookups } from '../lookups';

export interface Rights {
  reply: boolean;
  /** Somebody else owns it. */
  others: boolean;
  typingColleague: string | null;
  hint(mode: Mode): string | null;
}

export function useRights(c: ConversationView): Rights {
  const t = useT(messages);
  const me = useSession().user.id;
  const supervises = useHasRole('supervisor');
  const { user } = useLookups();
  const rival = useViewers(c.id).find((viewer) => viewer.id !== me && viewer.typing);
  const ownerId = ownerAgentId(c.owner);
  const resolved = c.status === 'resolved';
  const part = c.merged_into !== null;
  const beside = c.participants.includes(me);
  const others = !resolved && ownerId !== null && ownerId !== me && !beside;
  const name = user(ownerId)?.name ?? t('unknownAgent');

  const hint = (mode: Mode): string | null => {
    if (others && !supervises) return t('othersHint', { name });
    if (part) return t('partHint');
    if (mode === 'note') return null;
    if (beside && !resolved && ownerId !== null) return t('besideHint', { name });
    if (others) return t('othersForceHint', { name });
    if (resolved) return t('resolvedHint');
    if (c.owner.kind === 'bot') return t('takeoverHint');
    if (c.owner.kind === 'queue') return t('queueHint');
    return null;
  };
  return { reply: !part && (!others || supervises), others, typingColleague: rival?.name ?? null, hint };
}
