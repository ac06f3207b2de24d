// The steps there are, at the left, and below them what connectors can do: press one to add it behind what is chosen, or drag it to
// where it shall stand.
import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Icon, TextInput } from '../../../../ui';
import type { Kind } from '../../model/document';
import { keyOf, toDrag } from '../../model/operation';
import { byFamily, kindName } from '../../model/palette';
import { aboutKind, named } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { operationMessages } from '../../messages/operation';
import { KIND_TYPE } from '../canvas/FlowCanvas';
import { iconOf } from '../canvas/icons';
import { useKindSearch, useOfferedSteps } from './use-kind-search';
import styles from './Palette.module.css';

export function Palette({ kinds, onPick }: { kinds: readonly Kind[]; onPick: (kind: Kind) => void }) {
  const t = useT(editorMessages);
  const m = useT(operationMessages);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [isOpened, setOpened] = useState(false);
  const isTyped = typed.trim() !== '';
  const offered = useOfferedSteps(isTyped || isOpened);
  const found = useKindSearch(kinds, typed, offered);
  const groups = isTyped ? [{ family: null, kinds: found }] : byFamily(found);
  return (
    <section className={styles.palette} aria-label={t('palette')}>
      <TextInput icon="search" type="search" aria-label={t('searchKinds')} placeholder={t('searchKinds')} value={typed} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing && found[0]) onPick(found[0]); }} />
      {groups.map((group) => (
        <div key={group.family?.name ?? ''}>
          {group.family && <h3 className={styles.family}>{named(group.family, language)}</h3>}
          <Steps kinds={group.kinds} onPick={onPick} />
        </div>
      ))}
      {!isTyped && offered.length > 0 && (
        <div>
          <h3 className={styles.family}>{m('connectors')}</h3>
          {offered.map((connector) => (
            <details key={connector.name} onToggle={() => setOpened(true)}>
              <summary className={styles.connector}>{connector.title}</summary>
              <Steps kinds={connector.steps} onPick={onPick} />
            </details>
          ))}
        </div>
      )}
      {found.length === 0 && <p className={styles.none}>{t('noKind')}</p>}
    </section>
  );
}

function Steps({ kinds, onPick }: { kinds: readonly Kind[]; onPick: (kind: Kind) => void }) {
  const language = useLanguage();
  return (
    <ul className={styles.list}>
      {kinds.map((kind) => (
        <li key={keyOf(kind)}>
          <button
            type="button"
            className={styles.item}
            data-family={kind.family.name}
            title={aboutKind(kind, language)}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.setData(KIND_TYPE, toDrag(kind));
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
  );
}
