import { useT } from '../../../../i18n';
import { Button } from '../../../../ui';
import { editorMessages } from '../../messages/editor';
import { useEditor } from '../editor/context';
import { CollapseButton } from './Collapse';
import styles from './Panel.module.css';

/** Several steps are chosen: what can be done with them together. */
export function ManyPanel({ count, readOnly }: { count: number; readOnly: boolean }) {
  const t = useT(editorMessages);
  const editor = useEditor();
  return (
    <div className={styles.panel}>
      <h2 className={styles.heading}>{t('chosen', { n: count })}</h2>
      <p className={styles.quiet}>{t('chosenText')}</p>
      {!readOnly && (
        <div className={styles.foot}>
          <Button size="sm" icon="copy" onClick={() => editor.duplicate()}>
            {t('duplicate')}
          </Button>
          <CollapseButton />
          <Button size="sm" variant="dangerGhost" icon="trash" onClick={() => editor.remove()}>
            {t('removeSteps')}
          </Button>
        </div>
      )}
    </div>
  );
}
