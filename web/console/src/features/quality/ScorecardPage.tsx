// Writing a score form: sections, criteria, and what answers are worth. Every save is a new version.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Criterion, ScorecardView, ScoreForm, ScoreSection } from '@qingniao/shared/quality';
import { api, path, refreshResource, useAll } from '../../api';
import { navigate, useLeaveGuard } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { Button, EmptyState, Field, fieldError, IconButton, Loading, Page, SaveError, Section, TextArea, TextInput, toast } from '../../ui';
import { CriterionEditor } from './CriterionEditor';
import { qualityMessages } from './messages';
import { filled, movedUp, newCriterion, newSection, starter } from './model';
import styles from './Quality.module.css';

export default function ScorecardPage({ params }: { params: Record<string, string> }) {
  const t = useT(qualityMessages);
  const isNew = params.id === 'new';
  usePageTitle(t(isNew ? 'newForm' : 'editForm'));
  const forms = useAll<ScorecardView>('scorecards');
  const found = forms.data?.find((one) => one.id === params.id);
  return (
    <Page title={t(isNew ? 'newForm' : 'editForm')} description={t('formText')} back={{ to: '/quality?tab=forms', label: t('forms') }}>
      {forms.isPending && <Loading />}
      {forms.data && !isNew && !found && <EmptyState icon="search" title={t('noForms')} />}
      {(isNew || found) && <Editor key={found ? `${found.id}.${found.version}` : 'new'} card={found ?? null} />}
    </Page>
  );
}

function Editor({ card }: { card: ScorecardView | null }) {
  const t = useT(qualityMessages);
  const client = useQueryClient();
  const [clean] = useState<ScoreForm>(() => card?.form ?? starter());
  const [form, setForm] = useState(clean);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const dirty = form !== clean;
  useLeaveGuard(dirty && !busy, t('leave'));
  const setSection = (at: number, section: ScoreSection) => setForm({ ...form, sections: form.sections.map((one, n) => (n === at ? section : one)) });
  async function save() {
    setBusy(true);
    setError(null);
    try {
      const body = filled(form);
      if (card) await api.put(path('/scorecards/{}', card.id), body, card.version);
      else await api.create('/scorecards', body);
      await refreshResource(client, 'scorecards');
      toast.success(t('saved'));
      navigate('/quality?tab=forms');
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <SaveError error={error} onReload={() => void refreshResource(client, 'scorecards')} />
      <Section title={t('formName')}>
        <div className={styles.pair}>
          <Field label={t('nameZh')} error={fieldError(error, 'zh')}>
            {(control) => <TextInput {...control} maxLength={80} value={form.zh} onChange={(event) => setForm({ ...form, zh: event.target.value })} />}
          </Field>
          <Field label={t('nameEn')} hint={t('nameEnHint')} optional>
            {(control) => <TextInput {...control} maxLength={80} value={form.en} onChange={(event) => setForm({ ...form, en: event.target.value })} />}
          </Field>
        </div>
        <Field label={t('formNote')} optional>
          {(control) => <TextArea {...control} rows={2} maxLength={2000} value={form.note} onChange={(event) => setForm({ ...form, note: event.target.value })} />}
        </Field>
      </Section>
      {form.sections.map((section, at) => (
        <SectionEditor
          key={at}
          at={at}
          section={section}
          error={error}
          onChange={(next) => setSection(at, next)}
          onRemove={() => setForm({ ...form, sections: form.sections.filter((_, n) => n !== at) })}
          onUp={() => setForm({ ...form, sections: movedUp(form.sections, at) })}
        />
      ))}
      <div className={styles.bar}>
        <Button icon="plus" onClick={() => setForm({ ...form, sections: [...form.sections, newSection()] })}>
          {t('addSection')}
        </Button>
        <span className={styles.fill} />
        <Button type="submit" variant="primary" busy={busy} disabled={card !== null && !dirty}>
          {t(card ? 'save' : 'create')}
        </Button>
      </div>
    </form>
  );
}

interface SectionProps {
  at: number;
  section: ScoreSection;
  error: unknown;
  onChange: (section: ScoreSection) => void;
  onRemove: () => void;
  onUp: () => void;
}

function SectionEditor({ at, section, error, onChange, onRemove, onUp }: SectionProps) {
  const t = useT(qualityMessages);
  const { criteria } = section;
  const set = (index: number, criterion: Criterion) => onChange({ ...section, criteria: criteria.map((one, n) => (n === index ? criterion : one)) });
  return (
    <Section
      title={t('section', { n: at + 1 })}
      actions={
        <>
          {at > 0 && <IconButton icon="chevronUp" label={t('up')} onClick={onUp} />}
          <IconButton icon="trash" label={t('removeSection')} danger onClick={onRemove} />
        </>
      }
    >
      <div className={styles.pair}>
        <Field label={t('nameZh')} error={fieldError(error, `sections[${at}].zh`)}>
          {(control) => <TextInput {...control} maxLength={80} value={section.zh} onChange={(event) => onChange({ ...section, zh: event.target.value })} />}
        </Field>
        <Field label={t('nameEn')} optional>
          {(control) => <TextInput {...control} maxLength={80} value={section.en} onChange={(event) => onChange({ ...section, en: event.target.value })} />}
        </Field>
      </div>
      {criteria.map((criterion, index) => (
        <CriterionEditor
          key={criterion.key}
          criterion={criterion}
          path={`sections[${at}].criteria[${index}]`}
          error={error}
          onChange={(next) => set(index, next)}
          onRemove={() => onChange({ ...section, criteria: criteria.filter((_, n) => n !== index) })}
          {...(index > 0 ? { onUp: () => onChange({ ...section, criteria: movedUp(criteria, index) }) } : {})}
        />
      ))}
      <Button icon="plus" size="sm" onClick={() => onChange({ ...section, criteria: [...criteria, newCriterion()] })}>
        {t('addCriterion')}
      </Button>
    </Section>
  );
}
