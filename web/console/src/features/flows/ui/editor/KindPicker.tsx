// Which step to add: a search with the keyboard, in a dialog.
import { useId, useState, type KeyboardEvent } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Dialog, Icon, TextInput } from '../../../../ui';
import type { Kind } from '../../model/document';
import { keyOf } from '../../model/operation';
import { kindName } from '../../model/palette';
import { aboutKind } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { iconOf } from '../canvas/icons';
import { useKindSearch, useOfferedSteps } from './use-kind-search';
import styles from './KindPicker.module.css';

export function KindPicker({ kinds, onPick, onClose }: { kinds: readonly Kind[]; onPick: (kind: Kind) => void; onClose: () => void }) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const found = useKindSearch(kinds, typed, useOfferedSteps(typed.trim() !== ''));
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || found.length === 0) return;
    const chosen = found[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % found.length);
    else if (event.key === 'ArrowUp') setActive((active + found.length - 1) % found.length);
    else if (event.key === 'Enter' && chosen) onPick(chosen);
    else return;
    event.preventDefault();
  }
  return (
    <Dialog open onClose={onClose} title={t('addStep')}>
      <TextInput
        icon="search"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={`${list}-${active}`}
        aria-label={t('searchKinds')}
        placeholder={t('searchKinds')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} role="listbox" aria-label={t('palette')} className={styles.list}>
        {found.map((kind, index) => (
          <li key={keyOf(kind)} id={`${list}-${index}`} role="option" aria-selected={index === active} className={styles.item} onClick={() => onPick(kind)} ref={(element) => { if (index === active) element?.scrollIntoView?.({ block: 'nearest' }); }}>
            <Icon name={iconOf(kind.name)} size={17} />
            <span className={styles.name}>{kindName(kind, language)}</span>
            <span className={styles.family}>{aboutKind(kind, language)}</span>
          </li>
        ))}
        {found.length === 0 && <li className={styles.none}>{t('noKind')}</li>}
      </ul>
    </Dialog>
  );
}
