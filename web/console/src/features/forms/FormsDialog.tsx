// Forms that begin flows: chosen from those that are live, filled in, sent; beside a conversation or by themselves.
import { useEffect, useRef, useState } from 'react';
import type { FormView } from '@qingniao/shared/form';
import { useCreateKey } from '../../api';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, Loading } from '../../ui';
import type { Json, JsonObject } from '../flows/model/document';
import { AnswerInput } from './AnswerInput';
import { useFillForm, useForms, type FilledForm } from './api';
import { formMessages } from './messages';
import styles from './Forms.module.css';

export interface FormsDialogProps {
  /** Beside which it is filled in. */
  conversationId: string | null;
  onClose: () => void;
}

export function FormsDialog({ conversationId, onClose }: FormsDialogProps) {
  const t = useT(formMessages);
  const forms = useForms();
  const fill = useFillForm();
  const keyOf = useCreateKey();
  const [form, setForm] = useState<FormView | null>(null);
  const [answers, setAnswers] = useState<JsonObject>({});
  const choose = (next: FormView | null) => {
    setForm(next);
    setAnswers({});
    fill.reset();
  };
  // What had the focus is gone with what stood here before.
  const inside = useRef<HTMLDivElement>(null);
  useEffect(() => {
    inside.current?.querySelector<HTMLElement>('input, textarea, button, a')?.focus();
  }, [form, fill.data]);
  const beside = conversationId === null ? '' : t('besideConversation');
  if (form === null) {
    return (
      <Dialog open onClose={onClose} title={t('title')} description={[t('text'), beside].filter(Boolean).join(' ')} footer={<Button onClick={onClose}>{t('cancel')}</Button>}>
        {forms.isPending && <Loading />}
        {forms.error && <ErrorNote error={forms.error} onRetry={() => void forms.refetch()} />}
        {forms.data?.length === 0 && <p>{t('none')}</p>}
        <div ref={inside}>
          <ul className={styles.list}>
            {(forms.data ?? []).map((one) => (
              <li key={one.flow_id}>
                <button type="button" className={styles.form} onClick={() => choose(one)}>
                  <span className={styles.name} dir="auto">
                    {one.title}
                  </span>
                  {one.text && (
                    <span className={styles.about} dir="auto">
                      {one.text}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        </div>
      </Dialog>
    );
  }
  if (fill.data) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={form.title}
        footer={
          <>
            <Button onClick={() => choose(null)}>{t('another')}</Button>
            <Button variant="primary" onClick={onClose}>
              {t('close')}
            </Button>
          </>
        }
      >
        <div ref={inside} className={styles.fields}>
          <p role="status" dir="auto">
            {form.thanks}
          </p>
          <p>
            <Link to={`/runs/${fill.data.run_id}`} onClick={onClose}>
              {t('seeRun')}
            </Link>
          </p>
        </div>
      </Dialog>
    );
  }
  const body: FilledForm = { answers, ...(conversationId === null ? {} : { conversation_id: conversationId }) };
  const isTold = form.fields.some((field) => fieldError(fill.error, `answers.${field.name}`) !== undefined);
  return (
    <Dialog
      open
      onClose={onClose}
      title={form.title}
      description={[form.text, beside].filter(Boolean).join(' ')}
      onSubmit={() => fill.mutate({ flowId: form.flow_id, body, key: keyOf([form.flow_id, body]) })}
      footer={
        <>
          <Button onClick={() => choose(null)}>{t('another')}</Button>
          <Button type="submit" variant="primary" busy={fill.isPending}>
            {t('send')}
          </Button>
        </>
      }
    >
      {fill.error && !isTold && <ErrorNote error={fill.error} />}
      <div ref={inside} className={styles.fields}>
        {form.fields.map((field) => (
          <Field key={field.name} label={field.label} optional={!field.required} error={fieldError(fill.error, `answers.${field.name}`)}>
            {(control) => <AnswerInput control={control} field={field} onChange={(answer) => setAnswers((now) => answered(now, field.name, answer))} />}
          </Field>
        ))}
      </div>
    </Dialog>
  );
}

function answered(answers: JsonObject, name: string, answer: Json): JsonObject {
  const { [name]: _old, ...rest } = answers;
  return answer === null ? rest : { ...rest, [name]: answer };
}
