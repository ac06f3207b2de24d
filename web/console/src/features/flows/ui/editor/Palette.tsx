// The steps there are, at the left: press one to add it behind what is chosen, or drag it to where it shall stand.
import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Icon, TextInput } from '../../../../ui';
import type { Kind } from '../../model/document';
import { byFamily, kindName } from '../../model/palette';
import { aboutKind, named } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { KIND_TYPE } from '../canvas/FlowCanvas';
import { iconOf } from '../canvas/icons';
import { useKindSearch } from './use-kind-search';
import styles from './Palette.module.css';

export function Palette({ kinds, onPick }: { kinds: readonly Kind[]; onPick: (kind: Kind) => void }) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const found = useKindSearch(kinds, typed);
  const groups = typed.trim() === '' ? byFamily(found) : [{ family: null, kinds: found }];
  return (
    <section className={styles.palette} aria-label={t('palette')}>
      <TextInput icon="search" type="search" aria-label={t('searchKinds')} placeholder={t('searchKinds')} value={typed} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing && found[0]) onPick(found[0]); }} />
      {groups.map((group) => (
        <div key={group.family?.name ?? ''}>
          {group.family && <h3 className={styles.family}>{named(group.family, language)}</h3>}
          <ul className={styles.list}>
            {group.kinds.map((kind) => (
              <li key={kind.name}>
                <button
                  type="button"
                  className={styles.item}
                  data-family={kind.family.name}
                  title={aboutKind(kind, language)}
                  draggable
                  onDragStart={(event) => {
                    event.dataTransfer.setData(KIND_TYPE, kind.name);
                    event.dataTransfer.effectAllowed = 'copy';
                  }}
                  onClick={() => onPick(kind)}
                >
                  <Icon name={iconOf(kind.name)} size={16} />
                  {kindName(kind, language)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {found.length === 0 && <p className={styles.none}>{t('noKind')}</p>}
    </section>
  );
}
