import { useState } from 'react';
import type { MessageView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, TextArea } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { messages } from '../../messages';

export function EditDialog({ message, onClose }: { message: MessageView; onClose(): void }) {
  const t = useT(messages);
  const { edit } = useConversationActions();
  const [text, setText] = useState(message.content.text);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = text.trim() !== '' && text !== message.content.text;

  const submit = async (): Promise<void> => {
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      await edit(message, text);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('editTitle')}
      description={t(message.kind === 'note' ? 'editNoteText' : 'editText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" busy={busy} disabled={!ready}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Field label={t('composer')} labelHidden>
        {(control) => (
          <TextArea {...control} rows={6} maxLength={10_000} autoFocus dir="auto" value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
