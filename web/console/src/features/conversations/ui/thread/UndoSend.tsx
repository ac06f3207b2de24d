// The seconds in which a letter can be taken back, counted down beside it. Loaded only where letters are written.
import type { MessageView } from '@qingniao/shared/api';
import { defineMessages, useT } from '../../../../i18n';
import { Button } from '../../../../ui';
import { useNow } from '../clock';

/** The server holds a person's letter for so long. */
const HELD_MS = 10_000;

const undoMessages = defineMessages({ undo: '撤销发送（{n} 秒）' }, { undo: 'Undo sending ({n} s)' });

export default function UndoSend({ message, onUndo }: { message: MessageView; onUndo(): void }) {
  const t = useT(undoMessages);
  const left = Math.ceil((message.created_at + HELD_MS - useNow('second')) / 1000);
  if (left <= 0) return null;
  return (
    <Button size="sm" icon="undo" onClick={onUndo}>
      {t('undo', { n: left })}
    </Button>
  );
}
