import { useEffect, useRef } from 'react';
import { useT } from '../../../../i18n';
import { Icon, Spinner } from '../../../../ui';
import { messages } from '../../messages';
import type { Trigger } from '../../model/typing';
import type { Suggestions } from './use-suggestions';
import styles from './Composer.module.css';

const KINDS = {
  canned: { icon: 'bolt', title: 'canned', none: 'cannedEmpty' },
  article: { icon: 'book', title: 'article', none: 'articleEmpty' },
  colleague: { icon: 'people', title: 'colleagues', none: 'colleaguesEmpty' },
} as const;

export interface SuggestionListProps {
  id: string;
  trigger: Trigger;
  suggestions: Suggestions;
  chosen: number;
  onChoose(index: number): void;
  onPick(index: number): void;
}

export function SuggestionList({ id, trigger, suggestions, chosen, onChoose, onPick }: SuggestionListProps) {
  const t = useT(messages);
  const list = useRef<HTMLDivElement>(null);
  const { items, pending } = suggestions;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, items]);
  const { icon, title, none } = KINDS[trigger.kind];
  return (
    <div className={styles.suggestions}>
      <p className={styles.suggestHead}>
        <Icon name={icon} size={14} />
        {t(title)}
        <span className={styles.suggestHint}>{t('suggestHint')}</span>
      </p>
      <div ref={list} id={id} role="listbox" aria-label={t(title)} className={styles.suggestList}>
        {items.map((item, index) => (
          <div
            key={item.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.suggestion}
            // The text field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => onChoose(index)}
            onClick={() => onPick(index)}
          >
            <bdi className={styles.suggestTitle}>{item.title}</bdi>
            <span className={styles.suggestText} dir="auto">
              {item.detail}
            </span>
          </div>
        ))}
      </div>
      {items.length === 0 && (
        <p className={styles.suggestNone}>
          {pending ? <Spinner size={15} /> : t(trigger.kind === 'article' && trigger.query === '' ? 'articleTyping' : none)}
        </p>
      )}
    </div>
  );
}
