import { useState } from 'react';
import type { ExamplesAdded, ExamplesChanged, IntentExampleView, IntentView, Language } from '@qingniao/shared/api';
import { flatten, usePages } from '../../../api';
import { useSearchParam } from '../../../app/router';
import { useT } from '../../../i18n';
import { Badge, Button, Checkbox, ErrorNote, Field, LoadMore, Loading, Section, Segmented, Select, TextArea, TextInput, toast, Toolbar, useDebounced } from '../../../ui';
import { useAddExamples, useDeleteExamples, useIntents, useMoveExamples, useSetAside } from '../api';
import { understandingMessages } from '../messages';
import { LINES_MAX, toLines } from '../model/lines';
import { namesIntents } from '../model/shares';
import { toRows } from '../model/table';
import { pasteMessages } from '../paste-messages';
import { FromInbox } from './FromInbox';
import { PasteDialog } from './PasteDialog';
import styles from './Examples.module.css';

/** What customers say when they mean this intent: add lines, look through them, move or remove some. */
export function Examples({ intent, readOnly }: { intent: IntentView; readOnly: boolean }) {
  const t = useT(understandingMessages);
  return (
    <Section title={t('examples')} description={t('examplesText')}>
      {!readOnly && <AddLines intent={intent} />}
      {!readOnly && <FromInbox intent={intent} />}
      <ExampleRows intent={intent} readOnly={readOnly} />
    </Section>
  );
}

type Spoken = Language | '';

function AddLines({ intent }: { intent: IntentView }) {
  const t = useT(understandingMessages);
  const paste = useT(pasteMessages);
  const add = useAddExamples(intent.id);
  const intents = useIntents();
  const [wanted] = useSearchParam('add');
  const [dividing, setDividing] = useState(false);
  const [typed, setTyped] = useState('');
  const [language, setLanguage] = useState<Spoken>('');
  const lines = toLines(typed);
  const tooMany = lines.length > LINES_MAX;
  const forSeveral = typed.includes('\t') && namesIntents(toRows(typed), intents.data ?? []);
  function send() {
    if (lines.length === 0 || tooMany) return;
    add.mutate({ texts: lines, language: language || null }, { onSuccess: () => setTyped('') });
  }
  return (
    <>
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={t('addLabel')} hint={t('addHint')} error={tooMany ? t('tooMany', { n: LINES_MAX }) : undefined}>
          {(control) => <TextArea {...control} autoFocus={wanted !== ''} rows={4} placeholder={t('addPlaceholder')} value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        {forSeveral && (
          <p className={styles.several} role="status">
            {paste('forSeveral')}
            <Button size="sm" icon="list" onClick={() => setDividing(true)}>
              {paste('divide')}
            </Button>
          </p>
        )}
        <div className={styles.addRow}>
          <Segmented<Spoken>
            label={t('language')}
            value={language}
            onChange={setLanguage}
            options={[
              { value: '', label: t('languageAuto') },
              { value: 'zh-CN', label: t('chinese') },
              { value: 'en', label: t('english') },
            ]}
          />
          <Button type="submit" variant="primary" icon="plus" busy={add.isPending} disabled={lines.length === 0 || tooMany}>
            {lines.length > 1 ? t('addMany', { n: lines.length }) : t('add')}
          </Button>
        </div>
        <div aria-live="polite">
          {add.error && <ErrorNote error={add.error} />}
          {add.data && <AddedNote result={add.data} here={intent.id} />}
        </div>
      </form>
      {dividing && <PasteDialog initial={typed} onClose={() => setDividing(false)} onDone={() => setTyped('')} />}
    </>
  );
}

const DUPLICATES_SHOWN = 5;

function AddedNote({ result, here }: { result: ExamplesAdded; here: string }) {
  const t = useT(understandingMessages);
  const intents = useIntents();
  const name = (id: string) => (id === here ? t('thisIntent') : (intents.data?.find((one) => one.id === id)?.name ?? id));
  return (
    <div className={styles.added}>
      <p>
        {t('addedCount', { n: result.added.length })}
        {result.duplicates.length > 0 && ` ${t('duplicateCount', { n: result.duplicates.length })}`}
      </p>
      {result.duplicates.length > 0 && (
        <ul>
          {result.duplicates.slice(0, DUPLICATES_SHOWN).map((line) => (
            <li key={line.text}>{t('duplicateLine', { text: line.text, name: name(line.intent_id) })}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ExampleRows({ intent, readOnly }: { intent: IntentView; readOnly: boolean }) {
  const t = useT(understandingMessages);
  const [typed, setTyped] = useState('');
  const [language, setLanguage] = useState<Spoken>('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const q = useDebounced(typed.trim());
  const pages = usePages<IntentExampleView>('intent-examples', { q, language }, `/intents/${intent.id}/examples`);
  const rows = flatten(pages.data);
  const picked = rows.filter((row) => chosen.has(row.id)).map((row) => row.id);
  const none = () => setChosen(new Set());

  function toggle(id: string, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  return (
    <div className={styles.list}>
      <Toolbar>
        <div className={styles.search}>
          <TextInput icon="search" type="search" aria-label={t('searchExamples')} placeholder={t('searchExamples')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
        <Segmented<Spoken>
          label={t('language')}
          value={language}
          onChange={setLanguage}
          options={[
            { value: '', label: t('all') },
            { value: 'zh-CN', label: t('chinese') },
            { value: 'en', label: t('english') },
          ]}
        />
      </Toolbar>
      {picked.length > 0 && <Picked ids={picked} allTests={rows.every((row) => !chosen.has(row.id) || row.test_since !== null)} intent={intent} onDone={none} />}
      {pages.isPending && <Loading />}
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && <p className={styles.quiet}>{t(q || language ? 'noMatch' : 'noExamples')}</p>}
      <ul className={styles.rows} aria-label={t('examples')}>
        {rows.map((row) => (
          <li key={row.id} className={styles.row}>
            {readOnly ? (
              <span lang={row.language}>{row.text}</span>
            ) : (
              <Checkbox checked={chosen.has(row.id)} onChange={(on) => toggle(row.id, on)} label={row.text} />
            )}
            <span className={styles.marks}>
              {row.test_since !== null && <Badge tone="violet">{t('test')}</Badge>}
              {row.source === 'learned' && <Badge tone="accent">{t('sourceLearned')}</Badge>}
              <span className={styles.quiet}>{t(row.language === 'en' ? 'english' : 'chinese')}</span>
            </span>
          </li>
        ))}
      </ul>
      <LoadMore hasMore={pages.hasNextPage} busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()} />
    </div>
  );
}

/** What to do with the lines that are ticked. */
function Picked({ ids, allTests, intent, onDone }: { ids: string[]; allTests: boolean; intent: IntentView; onDone: () => void }) {
  const t = useT(understandingMessages);
  const intents = useIntents();
  const remove = useDeleteExamples();
  const move = useMoveExamples();
  const setAside = useSetAside();
  const others = (intents.data ?? []).filter((one) => one.id !== intent.id).map((one) => ({ value: one.id, label: one.name }));
  // The lines are gone from the list, and this with them, before it is done.
  async function finish(change: Promise<ExamplesChanged>, words: 'movedCount' | 'deletedCount' | 'setAsideCount' | 'backCount') {
    try {
      const done = await change;
      toast.success(t(words, { n: done.count }));
      onDone();
    } catch {
      toast.error(t('failed'));
    }
  }
  return (
    <div className={styles.picked}>
      <span>{t('pickedCount', { n: ids.length })}</span>
      <div className={styles.moveTo}>
        <Select
          label={t('moveTo')}
          size="sm"
          value=""
          options={[{ value: '', label: t('moveTo') }, ...others]}
          onChange={(to) => to !== '' && void finish(move.mutateAsync({ ids, to }), 'movedCount')}
        />
      </div>
      <Button size="sm" icon="flask" busy={setAside.isPending} onClick={() => void finish(setAside.mutateAsync({ ids, test: !allTests }), allTests ? 'backCount' : 'setAsideCount')}>
        {t(allTests ? 'backToTraining' : 'setAside')}
      </Button>
      <Button size="sm" variant="dangerGhost" icon="trash" busy={remove.isPending} onClick={() => void finish(remove.mutateAsync(ids), 'deletedCount')}>
        {t('delete')}
      </Button>
    </div>
  );
}
