import { useState } from 'react';
import type { Language } from '@qingniao/shared/api';
import { useLanguage, useT } from '../../../i18n';
import { Columns, Field, fieldError, Section, Segmented, Select, Switch, TextArea, TextInput } from '../../../ui';
import { inboxMessages } from '../messages';
import type { TabProps } from './InboxDetail';
import { WidgetPreview } from './WidgetPreview';
import styles from './LookTab.module.css';

export function LookTab({ draft, set, problems, error }: TabProps) {
  const t = useT(inboxMessages);
  const [language, setLanguage] = useState<Language>(useLanguage());
  const { widget } = draft;
  const edit = (patch: Partial<typeof widget>) => set({ widget: { ...widget, ...patch } });
  const zh = language === 'zh-CN';
  const aiMarkBad = zh ? problems?.aiMarkZh : problems?.aiMarkEn;
  return (
    <div className={styles.layout}>
      <div className={styles.forms}>
        <Section
          title={t('words')}
          description={t('wordsText')}
          actions={
            <Segmented<Language>
              label={t('words')}
              value={language}
              onChange={setLanguage}
              options={[
                { value: 'zh-CN', label: t('chinese') },
                { value: 'en', label: t('english') },
              ]}
            />
          }
        >
          <Field label={t('widgetTitle')} error={fieldError(error, zh ? 'widget.title_zh' : 'widget.title_en')}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={60}
                value={zh ? widget.title_zh : widget.title_en}
                onChange={(event) => edit(zh ? { title_zh: event.target.value } : { title_en: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('greeting')} error={fieldError(error, zh ? 'widget.greeting_zh' : 'widget.greeting_en')}>
            {(control) => (
              <TextArea
                {...control}
                rows={2}
                maxLength={500}
                value={zh ? widget.greeting_zh : widget.greeting_en}
                onChange={(event) => edit(zh ? { greeting_zh: event.target.value } : { greeting_en: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('suggestions')} hint={t('suggestionsHint')} error={fieldError(error, zh ? 'widget.suggestions_zh' : 'widget.suggestions_en')}>
            {(control) => (
              <TextArea
                {...control}
                rows={4}
                value={zh ? draft.suggestions_zh : draft.suggestions_en}
                onChange={(event) => set(zh ? { suggestions_zh: event.target.value } : { suggestions_en: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('aiMark')} hint={t('aiMarkHint')} error={aiMarkBad ? t('aiMarkNeeded') : fieldError(error, zh ? 'widget.ai_mark_zh' : 'widget.ai_mark_en')}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={40}
                value={zh ? widget.ai_mark_zh : widget.ai_mark_en}
                onChange={(event) => edit(zh ? { ai_mark_zh: event.target.value } : { ai_mark_en: event.target.value })}
              />
            )}
          </Field>
        </Section>
        <Section title={t('look')}>
          <Columns>
            <Field label={t('color')} error={problems?.color ? t('colorBad') : fieldError(error, 'widget.color')}>
              {(control) => (
                <div className={styles.color}>
                  <input
                    type="color"
                    className={styles.well}
                    aria-label={t('color')}
                    value={/^#[0-9a-f]{6}$/i.test(widget.color) ? widget.color : '#000000'}
                    onChange={(event) => edit({ color: event.target.value })}
                  />
                  <TextInput {...control} maxLength={7} value={widget.color} onChange={(event) => edit({ color: event.target.value.trim() })} />
                </div>
              )}
            </Field>
            <Field label={t('position')}>
              {(control) => (
                <Select
                  {...control}
                  value={widget.position}
                  onChange={(position) => edit({ position })}
                  options={[
                    { value: 'right', label: t('right') },
                    { value: 'left', label: t('left') },
                  ]}
                />
              )}
            </Field>
          </Columns>
          <Switch label={t('csat')} hint={t('csatHint')} checked={widget.csat} onChange={(csat) => edit({ csat })} />
        </Section>
      </div>
      <aside className={styles.preview} aria-label={t('preview')}>
        <WidgetPreview draft={draft} language={language} />
      </aside>
    </div>
  );
}
