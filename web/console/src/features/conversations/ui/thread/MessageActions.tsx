// The small row beside a message: reply, copy and what only its author or a supervisor may do.
import { memo, useState } from 'react';
import type { ChannelKind, MessageView } from '@qingniao/shared/api';
import { useHasRole } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { IconButton, Menu, MenuItem, toast } from '../../../../ui';
import { messages } from '../../messages';
import { canEdit, canRecall } from '../../model/rows';
import type { ThreadActions } from './RowView';
import styles from './Message.module.css';

export const MessageActions = memo(function MessageActions({ message, me, channel, own, actions }: { message: MessageView; me: string; channel: ChannelKind; own: boolean; actions: ThreadActions }) {
  const t = useT(messages);
  const supervises = useHasRole('supervisor');
  // The recall window is looked at when the menu may be opened, not ticked away on every message.
  const [now, setNow] = useState(Date.now);
  const recalled = message.recalled_at !== null;
  const editable = canEdit(message, me, channel);
  const recallable = canRecall(message, me, now, channel);
  const hasHistory = message.edited_at !== null || recalled;
  const explained = supervises && message.trace !== undefined && message.trace !== null;
  const split = own && message.kind === 'incoming' && !recalled ? actions.split : undefined;
  const hasMore = split !== undefined || editable || recallable || hasHistory || explained;

  const copy = (): void => {
    navigator.clipboard
      ?.writeText(message.content.text)
      .then(() => toast.success(t('copied')))
      .catch(() => toast.error(t('actionFailed')));
  };
  return (
    <div className={styles.actions} role="group" aria-label={t('messageActions')} onPointerEnter={() => setNow(Date.now())} onFocus={() => setNow(Date.now())}>
      {!recalled && message.kind !== 'note' && <IconButton icon="reply" size="sm" label={t('reply')} onClick={() => actions.reply(message)} />}
      {!recalled && message.content.text !== '' && <IconButton icon="copy" size="sm" label={t('copyText')} onClick={copy} />}
      {hasMore && (
        <Menu trigger={<IconButton icon="more" size="sm" label={t('messageActions')} plain />}>
          {editable && (
            <MenuItem icon="edit" onSelect={() => actions.edit(message)}>
              {t('edit')}
            </MenuItem>
          )}
          {recallable && (
            <MenuItem icon="undo" onSelect={() => actions.recall(message)}>
              {t('recall')}
            </MenuItem>
          )}
          {hasHistory && (
            <MenuItem icon="history" onSelect={() => actions.showHistory(message)}>
              {t('history')}
            </MenuItem>
          )}
          {split !== undefined && (
            <MenuItem icon="split" onSelect={() => split(message)}>
              {t('splitFrom')}
            </MenuItem>
          )}
          {explained && (
            <MenuItem icon="info" onSelect={() => actions.showTrace(message)}>
              {t('why')}
            </MenuItem>
          )}
        </Menu>
      )}
    </div>
  );
});
