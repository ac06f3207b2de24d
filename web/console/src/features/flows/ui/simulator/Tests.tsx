// The tests saved with the flow; publishing waits for all of them to pass.
import { useMutation } from '@tanstack/react-query';
import { useT } from '../../../../i18n';
import { Button, ErrorNote, IconButton, TextInput, useRemoval } from '../../../../ui';
import { runTests } from '../../api/simulate';
import type { FlowTest } from '../../model/document';
import { simulatorMessages } from '../../messages/simulator';
import { useDocument, useEditor } from '../editor/context';
import { TestResults } from './TestResults';
import styles from './Simulator.module.css';

export function Tests({ flowId, readOnly }: { flowId: string; readOnly: boolean }) {
  const t = useT(simulatorMessages);
  const editor = useEditor();
  const document = useDocument();
  const tests = document.tests ?? [];
  const removal = useRemoval();
  const run = useMutation({ mutationFn: () => runTests(flowId, editor.document) });
  const set = (next: FlowTest[], of = '') => editor.apply({ ...editor.document, tests: next }, of);
  if (tests.length === 0) return <p className={styles.noTests} tabIndex={-1} {...removal.add}>{t('noTests')}</p>;
  return (
    <div className={styles.testPane}>
      <div className={styles.buttons}>
        <Button variant="primary" icon="play" busy={run.isPending} onClick={() => run.mutate()}>
          {t('runTests')}
        </Button>
        {run.data && <Button onClick={() => run.reset()}>{t('editTests')}</Button>}
      </div>
      {run.error && <ErrorNote error={run.error} />}
      {run.data ? <TestResults outcomes={run.data} /> : (
      <ul className={styles.testList}>
        {tests.map((test, index) => (
          <li key={index} className={styles.testRow}>
            <TextInput aria-label={t('nameOfTest', { n: index + 1 })} disabled={readOnly} value={test.name} onChange={(event) => set(tests.map((one, at) => (at === index ? { ...one, name: event.target.value } : one)), `test.${index}`)} />
            {!readOnly && <IconButton icon="trash" size="sm" label={t('removeTest', { name: test.name })} {...removal.button} onClick={() => removal.remove(index, () => set(tests.filter((_, at) => at !== index)))} />}
          </li>
        ))}
      </ul>
      )}
    </div>
  );
}
