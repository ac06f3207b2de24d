import type { Ref } from 'react';
import { useT } from '../../../../i18n';
import { Icon, IconButton } from '../../../../ui';
import { messages } from '../../messages';
import styles from './ListPane.module.css';

export interface SearchFieldProps {
  value: string;
  onChange(text: string): void;
  ref?: Ref<HTMLInputElement>;
}

export function SearchField({ value, onChange, ref }: SearchFieldProps) {
  const t = useT(messages);
  return (
    <div className={styles.search}>
      <Icon name="search" size={16} />
      <input
        ref={ref}
        className={styles.searchInput}
        type="search"
        value={value}
        maxLength={100}
        placeholder={t('searchPlaceholder')}
        aria-label={t('searchLabel')}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          if (value === '') event.currentTarget.blur();
          else onChange('');
        }}
      />
      {value !== '' && <IconButton icon="close" label={t('clearSearch')} size="sm" plain onClick={() => onChange('')} />}
    </div>
  );
}
