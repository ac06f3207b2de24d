// Settings: what the bot says when a talk leaves its straight way, in both languages, as the customer would see it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RepairsView, RepairView } from '@qingniao/shared/repairs';
import { api } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Badge, Button, ErrorNote, Field, Loading, Page, SaveBar, Section, Select, TextArea, TextInput, fieldError, toast } from '../../ui';
import { useFlows } from '../flows/api/queries';
import { repairMessages, SAMPLES } from './messages';
import { BOUND, BOUNDS, GROUPS, isOwn, preview, same, textsOf, type Bound, type Group, type RepairName, type Words } from './model';
import styles from './Repairs.module.css';

/** Begins with the resource's name, so that a change is read again. */
const REPAIRS = ['repairs'] as const;
const CHARS_MAX = 500;

export default function RepairsPage() {
  const t = useT(repairMessages);
  const repairs = useQuery({ queryKey: REPAIRS, queryFn: ({ signal }) => api.get<RepairsView>('/repairs', undefined, signal) });
  return (
    <Page title={t('title')} description={t('description')}>
      {repairs.isPending && <Loading />}
      {repairs.error && <ErrorNote error={repairs.error} onRetry={() => void repairs.refetch()} />}
      {repairs.data && <Editor key={repairs.data.version} repairs={repairs.data} />}
    </Page>
  );
}

function Editor({ repairs }: { repairs: RepairsView }) {
  const t = useT(repairMessages);
  const client = useQueryClient();
  const stored = textsOf(repairs.items);
  const [texts, setTexts] = useState(stored);
  const [minutes, setMinutes] = useState(String(repairs.silence_minutes));
  const [flows, setFlows] = useState(repairs.flows);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const dirty = !same(texts, stored) || minutes !== String(repairs.silence_minutes) || BOUNDS.some((name) => flows[name] !== repairs.flows[name]);
  const discard = () => {
    setTexts(stored);
    setMinutes(String(repairs.silence_minutes));
    setFlows(repairs.flows);
    setError(null);
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(REPAIRS, await api.put('/repairs', { texts, silence_minutes: Math.max(0, Math.round(Number(minutes) || 0)), flows, version: repairs.version }));
      toast.success(t('saved'));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  const itemOf = (name: RepairName) => repairs.items.find((item) => item.name === name);
  return (
    <>
      {error !== null && <ErrorNote error={error} />}
      {(Object.keys(GROUPS) as Group[]).map((group) => (
        <Section key={group} title={t(`group_${group}`)}>
          {group === 'question' && (
            <Field label={t('silenceMinutes')} hint={t('silenceMinutesText')}>
              {(control) => <TextInput {...control} type="number" min={0} max={1440} className={styles.minutes} value={minutes} onChange={(event) => setMinutes(event.target.value)} />}
            </Field>
          )}
          {BOUND[group].map((bound) => (
            <Instead key={bound} bound={bound} flows={flows} onChange={setFlows} error={error} />
          ))}
          {GROUPS[group].map((name) => {
            const item = itemOf(name);
            return item && <Occasion key={name} name={name} item={item} words={texts[name] ?? { zh: '', en: '' }} onChange={(words) => setTexts({ ...texts, [name]: words })} />;
          })}
        </Section>
      ))}
      <SaveBar dirty={dirty} busy={busy} onSave={() => void save()} onDiscard={discard} />
    </>
  );
}

/** A published flow that begins instead of the words below. */
function Instead({ bound, flows, onChange, error }: { bound: Bound; flows: Record<string, string>; onChange: (flows: Record<string, string>) => void; error: unknown }) {
  const t = useT(repairMessages);
  const english = useLanguage() === 'en';
  const all = useFlows();
  const live = (all.data ?? []).filter((flow) => flow.live && flow.enabled);
  const chosen = flows[bound] ?? '';
  const isGone = chosen !== '' && all.data !== undefined && !live.some((flow) => flow.id === chosen);
  const named = live.map((flow) => ({ value: flow.id, label: (english && flow.name_en) || flow.name }));
  const { [bound]: _, ...others } = flows;
  return (
    <Field label={t(`bound_${bound}`)} hint={t(isGone ? 'boundGone' : `bound_text_${bound}`)} error={fieldError(error, `flows.${bound}`)}>
      {(control) => (
        <Select
          {...control}
          value={chosen}
          onChange={(flow) => onChange(flow === '' ? others : { ...others, [bound]: flow })}
          options={[{ value: '', label: t('boundNone') }, ...named, ...(isGone ? [{ value: chosen, label: chosen }] : [])]}
        />
      )}
    </Field>
  );
}

function Occasion({ name, item, words, onChange }: { name: RepairName; item: RepairView; words: Words; onChange: (words: Words) => void }) {
  const t = useT(repairMessages);
  const places: Record<string, string> = {
    name: t('placeName', { name: '{name}' }),
    back: t('placeBack', { back: '{back}' }),
    part: t('placePart', { part: '{part}' }),
    position: t('placePosition', { position: '{position}' }),
    wait: t('placeWait', { wait: '{wait}' }),
  };
  const hints = item.places.map((place) => places[place]);
  return (
    <div className={styles.occasion} role="group" aria-label={t(name)}>
      <div className={styles.head}>
        <h3 className={styles.name}>{t(name)}</h3>
        <Badge tone={isOwn(words) ? 'info' : 'neutral'}>{t(isOwn(words) ? 'own' : 'builtIn')}</Badge>
        {isOwn(words) && (
          <Button size="sm" variant="ghost" onClick={() => onChange({ zh: '', en: '' })}>
            {t('reset')}
          </Button>
        )}
      </div>
      <p className={styles.text}>{[t(`text_${name}`), ...hints].filter(Boolean).join(' ')}</p>
      <div className={styles.languages}>
        {(['zh', 'en'] as const).map((language) => (
          <Spoken key={language} item={item} words={words} language={language} label={`${t(name)}: ${t(language)}`} onChange={onChange} />
        ))}
      </div>
    </div>
  );
}

/** One language: the words, and below them what comes of it. */
function Spoken({ item, words, language, label, onChange }: { item: RepairView; words: Words; language: 'zh' | 'en'; label: string; onChange: (words: Words) => void }) {
  const t = useT(repairMessages);
  const built = language === 'zh' ? item.built_in_zh : item.built_in_en;
  const shown = preview(item, words, language, SAMPLES[language]);
  return (
    <div className={styles.spoken}>
      <TextArea aria-label={label} rows={2} maxLength={CHARS_MAX} lang={language} value={words[language]} placeholder={built || t('nothing')} onChange={(event) => onChange({ ...words, [language]: event.target.value })} />
      <p className={styles.preview} lang={language}>
        <span className="visually-hidden">{t('preview')}: </span>
        {shown}
      </p>
    </div>
  );
}
