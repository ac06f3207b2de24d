// What an inbox took and could not hand to the bot or to people. A health card counts it; inboxes without one say it only when there is some.
import { useT } from '../../../i18n';
import { Button, Section, toast } from '../../../ui';
import { useHealth, useRetryStuck } from '../api';
import { inboxMessages } from '../messages';

export function RetryStuck({ inboxId }: { inboxId: string }) {
  const t = useT(inboxMessages);
  const retry = useRetryStuck(inboxId);
  return (
    <Button
      icon="refresh"
      busy={retry.isPending}
      onClick={() => retry.mutate(undefined, { onSuccess: (done) => toast.success(t('revived', { n: done.revived })) })}
    >
      {t('retryStuck')}
    </Button>
  );
}

export function Stuck({ inboxId }: { inboxId: string }) {
  const t = useT(inboxMessages);
  const stuck = useHealth(inboxId).data?.stuck ?? 0;
  if (stuck === 0) return null;
  return (
    <Section title={t('stuck')} description={t('stuckText', { n: stuck })} actions={<RetryStuck inboxId={inboxId} />}>
      {null}
    </Section>
  );
}
