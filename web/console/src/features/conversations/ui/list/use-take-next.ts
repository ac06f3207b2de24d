// Takes the customer who has waited longest. When a colleague is faster, the next one; a few times, then gives up.
import { useState } from 'react';
import type { ConversationView, Page } from '@qingniao/shared/api';
import { api } from '../../../../api';
import { useT } from '../../../../i18n';
import { toast } from '../../../../ui';
import type { ConversationActions } from '../../api/actions';
import { messages } from '../../messages';
import { changeListQuery } from '../../model/view-state';

const TRIES = 3;

export function useTakeNext(actions: ConversationActions, onOpen: (id: string) => void): { run(): Promise<void>; busy: boolean } {
  const t = useT(messages);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      const page = await api.get<Page<ConversationView>>('/conversations', {
        bucket: 'queued',
        view: 'all',
        sort: 'oldest_waiting',
        limit: TRIES,
      });
      for (const waiting of page.items) {
        const taken = await actions.mustAct(waiting.id, { do: 'claim' }).catch(() => null);
        if (taken === null) continue;
        changeListQuery({ view: 'mine', bucket: 'active' });
        onOpen(taken.id);
        return;
      }
      toast.info(t('noneWaiting'));
    } catch (error) {
      toast.error(error instanceof Error ? error.message : t('actionFailed'));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy };
}
