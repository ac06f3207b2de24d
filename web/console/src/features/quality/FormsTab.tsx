import { useState } from 'react';
import type { ScorecardView } from '@qingniao/shared/quality';
import { useAll, useRemove } from '../../api';
import { Link, navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Button, ConfirmDialog, EmptyState, ErrorNote, IconButton, Loading, Table, toast, Toolbar } from '../../ui';
import { useName } from './FormFields';
import { qualityMessages } from './messages';

export function FormsTab() {
  const t = useT(qualityMessages);
  const { formatDateTime } = useFormat();
  const name = useName();
  const forms = useAll<ScorecardView>('scorecards');
  const remove = useRemove('scorecards');
  const [removing, setRemoving] = useState<ScorecardView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => navigate('/quality/forms/new')}>
      {t('newForm')}
    </Button>
  );
  return (
    <>
      {forms.isPending && <Loading />}
      {forms.error && <ErrorNote error={forms.error} onRetry={() => void forms.refetch()} />}
      {forms.data?.length === 0 && <EmptyState icon="list" title={t('noForms')} text={t('noFormsText')} action={newButton} />}
      {forms.data && forms.data.length > 0 && (
        <>
          <Toolbar>{newButton}</Toolbar>
          <Table
            label={t('forms')}
            rows={forms.data}
            rowKey={(one) => one.id}
            onRowClick={(one) => navigate(`/quality/forms/${one.id}`)}
            columns={[
              { key: 'name', title: t('formName'), grow: true, render: (one) => <Link to={`/quality/forms/${one.id}`}>{name(one.form)}</Link> },
              { key: 'criteria', title: t('criteria'), align: 'end', render: (one) => one.form.sections.reduce((n, s) => n + s.criteria.length, 0) },
              { key: 'version', title: t('version'), render: (one) => t('versionOf', { n: one.version }) },
              { key: 'changed', title: t('changed'), wideOnly: true, render: (one) => formatDateTime(one.changed_at) },
              {
                key: 'actions',
                title: t('actions'),
                titleHidden: true,
                align: 'end',
                render: (one) => <IconButton icon="archive" label={t('archive')} onClick={() => setRemoving(one)} />,
              },
            ]}
          />
        </>
      )}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteForm', { name: removing ? name(removing.form) : '' })}
        text={t('deleteFormText')}
        action={t('archive')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(t('archived'));
        }}
      />
    </>
  );
}
