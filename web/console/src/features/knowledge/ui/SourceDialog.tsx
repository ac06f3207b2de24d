import { useState } from 'react';
import type { KnowledgeSourceView, Language, SourceKind } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, Segmented, Select, Switch, TextArea, TextInput, toast } from '../../../ui';
import { useFolders, useSaveSource, type SourceBody } from '../library-api';
import { libraryMessages } from '../library-messages';
import styles from './Library.module.css';

const INTERVALS = [15, 60, 360, 1440, 10_080];

function bodyOf(source: KnowledgeSourceView | null): SourceBody {
  if (!source) return { name: '', kind: 'urls', places: [], interval_minutes: 1440, language: null, category: '', publish: false, enabled: true };
  const { name, kind, places, interval_minutes, language, category, publish, enabled } = source;
  return { name, kind, places, interval_minutes, language, category, publish, enabled };
}

/** A new place, or another wording of one. Its kind stays. */
export function SourceDialog({ source, onClose }: { source: KnowledgeSourceView | null; onClose: () => void }) {
  const t = useT(libraryMessages);
  const folders = useFolders(true);
  const save = useSaveSource(source);
  const [body, setBody] = useState(() => bodyOf(source));
  const [typed, setTyped] = useState(body.places.join('\n'));
  const change = (part: Partial<SourceBody>) => setBody({ ...body, ...part });
  const told = (minutes: number) => {
    if (minutes % 1440 === 0) return t('everyDays', { n: minutes / 1440 });
    if (minutes % 60 === 0) return t('everyHours', { n: minutes / 60 });
    return t('every', { n: minutes });
  };
  const opensFolders = folders.data?.enabled ?? false;
  function submit() {
    save.mutate(
      { ...body, places: typed.split('\n').map((line) => line.trim()).filter(Boolean) },
      {
        onSuccess: () => {
          toast.success(t('saved'));
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={source ? t('editSource') : t('newSource')}
      onSubmit={submit}
      footer={
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t('save')}
        </Button>
      }
    >
      <div className={styles.form}>
        <Field label={t('name')} error={fieldError(save.error, 'name')}>
          {(control) => <TextInput {...control} maxLength={80} value={body.name} onChange={(event) => change({ name: event.target.value })} />}
        </Field>
        {!source && (
          <Segmented<SourceKind>
            label={t('kind')}
            value={body.kind}
            onChange={(kind) => change({ kind })}
            options={[
              { value: 'urls', label: t('kind_urls') },
              { value: 'folder', label: t('kind_folder') },
            ]}
          />
        )}
        {body.kind === 'urls' ? (
          <Field label={t('urls')} hint={t('urlsHint')} error={fieldError(save.error, 'places')}>
            {(control) => (
              <TextArea {...control} rows={6} placeholder="https://help.example.com/returns" value={typed} onChange={(event) => setTyped(event.target.value)} />
            )}
          </Field>
        ) : (
          <Field
            label={t('folder')}
            hint={opensFolders ? t('folderHint', { own: folders.data?.own ?? '' }) : t('folderOff')}
            error={fieldError(save.error, 'places') ?? fieldError(save.error, 'kind')}
          >
            {(control) => <TextInput {...control} placeholder="handbook" value={typed} onChange={(event) => setTyped(event.target.value)} />}
          </Field>
        )}
        <Field label={t('interval')}>
          {(control) => (
            <Select<string>
              {...control}
              label={t('interval')}
              value={String(body.interval_minutes)}
              onChange={(value) => change({ interval_minutes: Number(value) })}
              options={[...new Set([...INTERVALS, body.interval_minutes])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: told(n) }))}
            />
          )}
        </Field>
        <Field label={t('language')}>
          {(control) => (
            <Select<Language | ''>
              {...control}
              label={t('language')}
              value={body.language ?? ''}
              onChange={(language) => change({ language: language || null })}
              options={[
                { value: '', label: t('languageAuto') },
                { value: 'zh-CN', label: t('chinese') },
                { value: 'en', label: t('english') },
              ]}
            />
          )}
        </Field>
        <Field label={t('category')} hint={t('categoryHint')}>
          {(control) => <TextInput {...control} maxLength={60} value={body.category} onChange={(event) => change({ category: event.target.value })} />}
        </Field>
        <Switch checked={body.publish} onChange={(publish) => change({ publish })} label={t('publish')} hint={t('publishHint')} />
        <Switch checked={body.enabled} onChange={(enabled) => change({ enabled })} label={t('enabled')} />
        {save.error && <ErrorNote error={save.error} />}
      </div>
    </Dialog>
  );
}
