import { ErrorNote, Loading } from '../../../ui';
import { useHasRole } from '../../../app/session';
import { useFindings } from '../api';
import { Findings } from './Findings';

/** The examples as they are now, looked over without training. */
export function CheckTab() {
  const mayEdit = useHasRole('supervisor');
  const found = useFindings();
  if (found.isPending) return <Loading />;
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  return <Findings findings={found.data} mayEdit={mayEdit} />;
}
