import { Switch as Base } from '@base-ui/react/switch';
import type { FlowView } from '@qingniao/shared/flow';
import { ApiError } from '../../../../api';
import { useT } from '../../../../i18n';
import { toast } from '../../../../ui';
import { useFlowAct } from '../../api/queries';
import { listMessages } from '../../messages/list';
import styles from './List.module.css';

/** Whether new runs begin. */
export function OnSwitch({ flow }: { flow: FlowView }) {
  const t = useT(listMessages);
  const act = useFlowAct();
  return (
    <Base.Root
      checked={flow.enabled}
      disabled={act.isPending}
      aria-label={t('enabled', { name: flow.name })}
      className={styles.switch}
      onCheckedChange={(on) => act.mutate({ id: flow.id, act: on ? 'enable' : 'disable', body: { note: '' } }, { onError: (error) => toast.error(why(error)) })}
    >
      <Base.Thumb className={styles.thumb} />
    </Base.Root>
  );
}

/** What is gone of what the flow names, where that is the reason. */
function why(error: Error): string {
  return (error instanceof ApiError && error.errors[0]?.message) || error.message;
}
