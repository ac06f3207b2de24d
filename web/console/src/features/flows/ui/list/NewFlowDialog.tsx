// A new flow from a template or from nothing.
import { useState } from 'react';
import { useCreateKey } from '../../../../api';
import { navigate } from '../../../../app/router';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading, TextInput, cx, fieldError } from '../../../../ui';
import { useCreateFlow, useTemplates, type NewFlow } from '../../api/queries';
import { listMessages } from '../../messages/list';
import styles from './List.module.css';

const BLANK = '';

export function NewFlowDialog({ onClose }: { onClose: () => void }) {
  const t = useT(listMessages);
  const language = useLanguage();
  const templates = useTemplates();
  const create = useCreateFlow();
  const keyOf = useCreateKey();
  const [template, setTemplate] = useState(BLANK);
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = templates.data?.find((one) => one.key === template);
  const name = typed ?? (chosen ? (language === 'en' ? chosen.en : chosen.zh) : '');
  const [tried, setTried] = useState(false);

  function submit() {
    setTried(true);
    if (!name.trim()) return;
    const body: NewFlow = { name: name.trim(), language, ...(template === BLANK ? {} : { template }) };
    create.mutate({ body, key: keyOf(body) }, { onSuccess: (made) => navigate(`/flows/${made.id}`) });
  }
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('newTitle')}
      description={t('newText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={create.isPending}>
            {t('create')}
          </Button>
        </>
      }
    >
      <Field label={t('name')} error={tried && !name.trim() ? t('nameNeeded') : fieldError(create.error, 'name')}>
        {(control) => <TextInput {...control} maxLength={80} value={name} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      {create.error && <ErrorNote error={create.error} />}
      {templates.error && <ErrorNote error={templates.error} />}
      {templates.isPending && <Loading />}
      <div className={styles.gallery} role="radiogroup" aria-label={t('templates')}>
        {[{ key: BLANK, zh: t('blank'), en: t('blank'), zh_about: t('blankText'), en_about: t('blankText') }, ...(templates.data ?? [])].map((one) => (
          <label key={one.key} className={cx(styles.template, one.key === template && styles.chosen)}>
            <input type="radio" name="template" className="visually-hidden" checked={one.key === template} onChange={() => setTemplate(one.key)} />
            <strong>{language === 'en' ? one.en : one.zh}</strong>
            <span>{language === 'en' ? one.en_about : one.zh_about}</span>
          </label>
        ))}
      </div>
    </Dialog>
  );
}
