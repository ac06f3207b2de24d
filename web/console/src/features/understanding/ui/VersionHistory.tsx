import type { VersionStepView } from '@qingniao/shared/api';
import { flatten } from '../../../api';
import { useFormat, useT } from '../../../i18n';
import { ErrorNote, Loading, LoadMore, Section, Table } from '../../../ui';
import { useHistory, useNames } from '../api';
import { rolloutMessages } from '../rollout-messages';

/** Who moved which version, and when. */
export function VersionHistory() {
  const t = useT(rolloutMessages);
  const { formatDateTime } = useFormat();
  const steps = useHistory();
  const nameOf = useNames();
  return (
    <Section title={t('history')} description={t('historyText')}>
      {steps.isPending && <Loading />}
      {steps.error && <ErrorNote error={steps.error} onRetry={() => void steps.refetch()} />}
      {steps.data && (
        <Table
          label={t('history')}
          rows={flatten<VersionStepView>(steps.data)}
          rowKey={(step) => `${step.model_id} ${step.kind} ${step.at} ${step.share_percent}`}
          columns={[
            { key: 'step', title: t('step'), grow: true, render: (step) => t(`step_${step.kind}`, { n: step.share_percent }) },
            { key: 'version', title: t('version'), render: (step) => t('versionNumber', { n: step.number }) },
            { key: 'who', title: t('who'), render: (step) => nameOf(step.taken_by) },
            { key: 'when', title: t('when'), wideOnly: true, render: (step) => formatDateTime(step.at) },
          ]}
        />
      )}
      <LoadMore hasMore={steps.hasNextPage} busy={steps.isFetchingNextPage} onClick={() => void steps.fetchNextPage()} />
    </Section>
  );
}
