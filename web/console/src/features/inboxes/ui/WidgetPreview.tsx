import { useMemo } from 'react';
import type { Language } from '@qingniao/shared/api';
import { translator } from '@qingniao/shared/i18n';
import { useT } from '../../../i18n';
import { cx, Icon } from '../../../ui';
import { inboxMessages } from '../messages';
import { readableOn } from '../model/contrast';
import { lines, type InboxDraft } from '../model/draft';
import styles from './WidgetPreview.module.css';

/** A drawing of the chat window with the words and colours being edited; nothing in it can be pressed. */
export function WidgetPreview({ draft, language }: { draft: InboxDraft; language: Language }) {
  const t = useT(inboxMessages);
  const visitor = useMemo(() => translator(inboxMessages, language), [language]);
  const { widget } = draft;
  const zh = language === 'zh-CN';
  const brand = { backgroundColor: widget.color, color: readableOn(widget.color) };
  const suggestions = lines(zh ? draft.suggestions_zh : draft.suggestions_en).slice(0, 4);
  return (
    <div className={styles.stage} lang={language} role="img" aria-label={t('preview')}>
      <div className={styles.window} aria-hidden="true">
        <div className={styles.header} style={brand}>
          <span className={styles.title}>{(zh ? widget.title_zh : widget.title_en) || '…'}</span>
          <Icon name="close" size={16} />
        </div>
        <div className={styles.thread}>
          <p className={styles.greeting}>{(zh ? widget.greeting_zh : widget.greeting_en) || '…'}</p>
          {suggestions.length > 0 && (
            <div className={styles.suggestions}>
              {suggestions.map((text, index) => (
                <span key={index} className={styles.suggestion} style={{ borderColor: widget.color }}>
                  {text}
                </span>
              ))}
            </div>
          )}
          <p className={styles.mine} style={brand}>
            {visitor('previewAsk')}
          </p>
          <div className={styles.answer}>
            <p>{visitor('previewAnswer')}</p>
            <span className={styles.mark}>
              <Icon name="bot" size={12} />
              {zh ? widget.ai_mark_zh : widget.ai_mark_en}
            </span>
          </div>
          <span className={styles.human}>{visitor('previewHuman')}</span>
        </div>
        <div className={styles.composer}>
          <span>{visitor('previewInput')}</span>
          <Icon name="send" size={16} />
        </div>
      </div>
      <span className={cx(styles.launcher, widget.position === 'left' && styles.left)} style={brand} aria-hidden="true">
        <Icon name="chevronDown" size={22} />
      </span>
    </div>
  );
}
