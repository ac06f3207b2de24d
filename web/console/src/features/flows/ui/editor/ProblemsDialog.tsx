import { useT } from '../../../../i18n';
import { Dialog } from '../../../../ui';
import { editorMessages } from '../../messages/editor';
import { ProblemList } from './ProblemList';
import type { Checked } from './use-problems';

export function ProblemsDialog({ checked, onClose }: { checked: Checked; onClose: () => void }) {
  const t = useT(editorMessages);
  return (
    <Dialog open onClose={onClose} kind="wide" title={t('problems')} description={t('problemsText')}>
      <ProblemList problems={checked.problems} onGo={onClose} />
    </Dialog>
  );
}
