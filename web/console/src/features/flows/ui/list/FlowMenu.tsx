// What can be done with a flow from the list.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { FlowView } from '@qingniao/shared/flow';
import { refreshResource } from '../../../../api';
import { navigate } from '../../../../app/router';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { ConfirmDialog, IconButton, Menu, MenuItem, MenuSeparator, toast } from '../../../../ui';
import { discardDraft, useDeleteFlow } from '../../api/queries';
import { listMessages } from '../../messages/list';
import { StartDialog } from '../runs/StartDialog';
import { ExportItems } from './ExportItems';

export function FlowMenu({ flow, mayEdit }: { flow: FlowView; mayEdit: boolean }) {
  const t = useT(listMessages);
  const client = useQueryClient();
  const me = useSession().user.id;
  const remove = useDeleteFlow();
  const [asking, setAsking] = useState(false);
  const [starting, setStarting] = useState(false);
  const fail = (error: unknown) => toast.error(error instanceof Error ? error.message : String(error));
  async function discard() {
    await discardDraft(flow.id);
    await refreshResource(client, 'flows');
    toast.success(t('discarded'));
  }
  return (
    <>
      {starting && <StartDialog flow={flow} onClose={() => setStarting(false)} />}
      <Menu trigger={<IconButton icon="more" label={t('moreOf', { name: flow.name })} plain />}>
        {mayEdit && flow.live && flow.enabled && (
          <MenuItem icon="play" onSelect={() => setStarting(true)}>
            {t('startRun')}
          </MenuItem>
        )}
        <MenuItem icon="history" onSelect={() => navigate(`/flows/${flow.id}/versions`)}>
          {t('versions')}
        </MenuItem>
        <MenuItem icon="list" onSelect={() => navigate(`/runs?flow=${flow.id}`)}>
          {t('runsTab')}
        </MenuItem>
        <ExportItems flowId={flow.id} version={flow.drafts.some((draft) => draft.author_id === me) ? 'draft' : 'live'} />
        {mayEdit && <MenuSeparator />}
        {mayEdit && flow.drafts.some((draft) => draft.author_id === me) && (
          <MenuItem icon="undo" onSelect={() => void discard().catch(fail)}>
            {t('discardDraft')}
          </MenuItem>
        )}
        {mayEdit && (
          <MenuItem icon="trash" danger onSelect={() => setAsking(true)}>
            {t('delete')}
          </MenuItem>
        )}
      </Menu>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('deleteTitle', { name: flow.name })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(flow);
          toast.success(t('deleted'));
        }}
      />
    </>
  );
}
