import { useRef, useState } from 'react';
import { useT } from '../../../i18n';
import { cx, ErrorNote, Field, IconButton, SafeHtml, Segmented, TextArea, useDebounced, type IconName } from '../../../ui';
import { usePreview } from '../api';
import { knowledgeMessages } from '../messages';
import { link, prefixLines, wrap, type Selection } from '../model/markdown';
import styles from './BodyEditor.module.css';

const PREVIEW_WAIT_MS = 350;

export interface BodyEditorProps {
  body: string;
  onChange: (body: string) => void;
  readOnly: boolean;
  /** Only the language looked at asks the server for previews. */
  active: boolean;
  error: string | undefined;
}

/** Markdown at the left, what customers see at the right; one of the two where it is narrow. */
export function BodyEditor({ body, onChange, readOnly, active, error }: BodyEditorProps) {
  const t = useT(knowledgeMessages);
  const [side, setSide] = useState<'write' | 'preview'>('write');
  const area = useRef<HTMLTextAreaElement>(null);
  const settled = useDebounced(body, PREVIEW_WAIT_MS);
  const preview = usePreview(settled, active);

  function apply(change: (selection: Selection) => Selection) {
    const input = area.current;
    if (!input) return;
    const next = change({ text: input.value, start: input.selectionStart, end: input.selectionEnd });
    onChange(next.text);
    input.focus();
    requestAnimationFrame(() => input.setSelectionRange(next.start, next.end));
  }

  const tools: { label: string; icon: IconName; change: (selection: Selection) => Selection }[] = [
    { label: t('bold'), icon: 'bold', change: (s) => wrap(s, '**', t('boldText')) },
    { label: t('italic'), icon: 'italic', change: (s) => wrap(s, '*', t('italicText')) },
    { label: t('heading'), icon: 'heading', change: (s) => prefixLines(s, '## ', t('headingText')) },
    { label: t('list'), icon: 'list', change: (s) => prefixLines(s, '- ', t('listText')) },
    { label: t('link'), icon: 'link', change: (s) => link(s, t('linkText')) },
  ];

  return (
    <div className={styles.body}>
      <div className={styles.switch}>
        <Segmented<'write' | 'preview'>
          label={t('view')}
          value={side}
          onChange={setSide}
          options={[
            { value: 'write', label: t('write') },
            { value: 'preview', label: t('preview') },
          ]}
        />
      </div>
      <div className={cx(styles.panes, side === 'preview' && styles.showPreview)}>
        <div className={styles.write}>
          {!readOnly && (
            <div className={styles.tools} role="toolbar" aria-label={t('format')}>
              {tools.map((tool) => (
                <IconButton key={tool.label} icon={tool.icon} label={tool.label} size="sm" onClick={() => apply(tool.change)} />
              ))}
            </div>
          )}
          <Field label={t('body')} labelHidden hint={!readOnly && t('bodyHint')} error={error}>
            {(control) => (
              <TextArea
                {...control}
                ref={area}
                className={styles.area ?? ''}
                rows={18}
                maxLength={100_000}
                readOnly={readOnly}
                value={body}
                onChange={(event) => onChange(event.target.value)}
              />
            )}
          </Field>
        </div>
        <section className={styles.preview} aria-label={t('preview')}>
          <p className={styles.previewTitle}>{t('preview')}</p>
          {preview.error && <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />}
          {!body.trim() && <p className={styles.quiet}>{t('previewEmpty')}</p>}
          {body.trim() && preview.data !== undefined && <SafeHtml html={preview.data} />}
        </section>
      </div>
    </div>
  );
}
