import { useLanguage, useT } from '../../../../i18n';
import { Icon, cx } from '../../../../ui';
import { findNode } from '../../model/edit';
import { nameOf, type Problem } from '../../model/document';
import { editorMessages } from '../../messages/editor';
import { useDocument, useEditor } from './context';
import styles from './ProblemList.module.css';

/** Everything that is wrong, each with a press to go there. */
export function ProblemList({ problems, onGo }: { problems: readonly Problem[]; onGo: () => void }) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const document = useDocument();
  if (problems.length === 0) return <p className={styles.none}>{t('noProblems')}</p>;
  return (
    <ul className={styles.list}>
      {problems.map((problem, index) => {
        const node = problem.node ? findNode(document, problem.node) : undefined;
        const mild = problem.severity === 'warning';
        return (
          <li key={index}>
            <button
              type="button"
              className={styles.item}
              onClick={() => {
                editor.select(node ? [node.id] : [], true);
                onGo();
              }}
            >
              <Icon name={mild ? 'info' : 'alert'} size={16} className={cx(mild ? styles.mild : styles.bad)} label={t(mild ? 'warning' : 'problem')} />
              <span className={styles.where}>{node ? nameOf(node, editor.kinds.get(node.kind), language === 'en') : t('wholeFlow')}</span>
              <span>{language === 'en' ? problem.en : problem.zh}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
