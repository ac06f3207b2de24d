// What is asked about a thing that was pressed on the page, before it is done: what to do with it, and with which words.
import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { useT } from '../../../../i18n';
import { Button, Field, Select, TextInput } from '../../../../ui';
import type { Json } from '../../../flows/model/document';
import { recordingMessages } from '../../messages/recording';
import { robotMessages } from '../../messages/robot';
import { deed, drawFrom, inputNames, instead, takesWords, type Asked, type Deed, type Source } from '../../model/recording';
import { stepsFor, type Routine, type Step, type StepKind } from '../../model/routine';
import { SecretField } from '../AuthSection';
import styles from './Recorder.module.css';

export interface AskProps {
  asked: Asked;
  /** The thing in words. */
  title: string;
  routine: Routine;
  given: Record<string, Json>;
  /** Of the pages: where a secret would be typed. */
  address: string;
  saved: readonly string[];
  busy: boolean;
  onChange: (asked: Asked) => void;
  onDo: (wish: Deed) => void;
  onCancel: () => void;
}

export function Ask({ asked, title, routine, given, address, saved, busy, onChange, onDo, onCancel }: AskProps) {
  const t = useT(recordingMessages);
  const robot = useT(robotMessages);
  const form = useRef<HTMLFormElement>(null);
  const { element, step, source } = asked;
  const offered = stepsFor(element, saved);
  const wish = deed(asked, routine);
  const set = (next: Partial<Step>) => onChange({ ...asked, step: { ...step, ...next } });
  const turn = (kind: StepKind) => onChange(instead(asked, offered.find((one) => one.do === kind) ?? { ...step, do: kind }));
  useEffect(() => {
    // A field takes the keyboard by itself.
    if (!form.current?.contains(document.activeElement)) form.current?.querySelector('button')?.focus();
    form.current?.scrollIntoView?.({ block: 'nearest' });
  }, []);
  // Lists and dialogs that are open lie elsewhere on the page, and close by themselves.
  function escape(event: KeyboardEvent) {
    if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) onCancel();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog for a new secret lies inside, and has a form of its own.
    if (event.target === event.currentTarget && wish && !busy) onDo(wish);
  }
  return (
    <form ref={form} className={styles.ask} aria-label={title} onSubmit={submit} onKeyDown={escape}>
      <strong className={styles.asked}>{title}</strong>
      <div className={styles.answers}>
        <Field label={t('what')}>
          {(control) => <Select<StepKind> {...control} value={step.do} onChange={turn} options={offered.map((one) => ({ value: one.do, label: robot(`do_${one.do}`) }))} />}
        </Field>
        {takesWords(step) && <SourceField asked={asked} routine={routine} hasSecret={offered.some((one) => one.do === 'fill_secret')} onSecret={() => turn('fill_secret')} onSource={(next) => onChange(drawFrom(asked, next, given))} />}
        {takesWords(step) && source === 'new' && (
          <Field label={t('inputName')} hint={t('inputNameHint', { open: '{', close: '}' })}>
            {(control) => <TextInput {...control} spellCheck={false} maxLength={60} value={asked.name} onChange={(event) => onChange({ ...asked, name: event.target.value.replace(/[^A-Za-z0-9_]/g, '') })} />}
          </Field>
        )}
        {takesWords(step) && <WordsField asked={asked} onChange={(value) => set({ value })} />}
        {step.do === 'fill_secret' && <SecretField label={robot('field_secret')} value={step.secret ?? ''} address={address} onChange={(secret) => set({ secret })} />}
        {(step.do === 'expect' || step.do === 'done_if') && (
          <Field label={robot('field_contains')}>{(control) => <TextInput {...control} autoFocus value={step.contains ?? ''} onChange={(event) => set({ contains: event.target.value })} />}</Field>
        )}
        {step.save !== undefined && (
          <Field label={robot('field_save')}>{(control) => <TextInput {...control} autoFocus spellCheck={false} maxLength={60} value={step.save ?? ''} onChange={(event) => set({ save: event.target.value.trim() })} />}</Field>
        )}
      </div>
      <div className={styles.deeds}>
        <Button type="submit" variant="primary" busy={busy} disabled={!wish}>
          {t('doIt')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

interface SourceFieldProps {
  asked: Asked;
  routine: Routine;
  hasSecret: boolean;
  onSecret: () => void;
  onSource: (source: Source) => void;
}

function SourceField({ asked, routine, hasSecret, onSecret, onSource }: SourceFieldProps) {
  const t = useT(recordingMessages);
  const inputs = inputNames(routine).map((name) => ({ value: `input:${name}` as const, label: t('source_input', { name, open: '{', close: '}' }) }));
  const secret = hasSecret ? [{ value: 'secret' as const, label: t('source_secret') }] : [];
  return (
    <Field label={t('source')}>
      {(control) => (
        <Select<Source | 'secret'>
          {...control}
          value={asked.source}
          onChange={(next) => (next === 'secret' ? onSecret() : onSource(next))}
          options={[{ value: 'text', label: t('source_text') }, ...inputs, { value: 'new', label: t('source_new') }, ...secret]}
        />
      )}
    </Field>
  );
}

/** Typed, or one of the list's own. */
function WordsField({ asked, onChange }: { asked: Asked; onChange: (value: string) => void }) {
  const t = useT(recordingMessages);
  const robot = useT(robotMessages);
  const value = asked.step.value ?? '';
  const options = asked.step.do === 'choose' ? (asked.element.options ?? []).filter((one) => one !== '') : [];
  const others = value !== '' && !options.includes(value) ? [value] : [];
  return (
    <Field label={asked.source === 'text' ? robot('field_value') : t('valueNow')}>
      {(control) =>
        options.length > 0 ? (
          <Select {...control} value={value} onChange={onChange} options={[...new Set([...others, ...options])].map((one) => ({ value: one, label: one }))} />
        ) : (
          <TextInput {...control} autoFocus spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  );
}
