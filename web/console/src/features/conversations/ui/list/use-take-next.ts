// Takes the next customer in the order of the routing policy; the server finds one even when colleagues are faster.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { TakenNext } from '@qingniao/shared/api';
import { api } from '../../../../api';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { toast } from '../../../../ui';
import { putConversation } from '../../api/cache';
import { messages } from '../../messages';
import { changeListQuery } from '../../model/view-state';

export function useTakeNext(onOpen: (id: string) => void): { run(): Promise<void>; busy: boolean } {
  const t = useT(messages);
  const client = useQueryClient();
  const me = useSession().user.id;
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      const { conversation } = await api.post<TakenNext>('/conversations/take-next');
      if (conversation === null) {
        toast.info(t('noneWaiting'));
        return;
      }
      putConversation(client, conversation, me);
      changeListQuery({ view: 'mine', bucket: 'active' });
      onOpen(conversation.id);
    } catch (error) {
      toast.error(error instanceof Error ? error.message : t('actionFailed'));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy };
}
