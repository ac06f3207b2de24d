// What can be asked of a database: a list of statements, one of them open to be written and tried.
import { useState } from 'react';
import type { ConnectorDetail, SqlStatement } from '@qingniao/shared/connectors';
import { useLeaveGuard, useSearchParam } from '../../../../app/router';
import { useLanguage, useT } from '../../../../i18n';
import { Button, ConfirmDialog, EmptyState, SaveBar, SaveError, Select, toast, uiMessages } from '../../../../ui';
import { useChangeConnector, useOperations } from '../../api';
import { systemMessages } from '../../messages/systems';
import { freshName, isSound, newStatement } from '../../model/statement';
import { TryDialog } from '../TryDialog';
import { StatementEditor } from './StatementEditor';
import styles from './Sql.module.css';

const statementsOf = (connector: ConnectorDetail): SqlStatement[] => connector.sql?.operations ?? [];

export function Statements({ connector }: { connector: ConnectorDetail }) {
  const t = useT(systemMessages);
  const ui = useT(uiMessages);
  const english = useLanguage() === 'en';
  const [base, setBase] = useState(connector);
  const [statements, setStatements] = useState(() => statementsOf(connector));
  const [chosen, setChosen] = useSearchParam('statement');
  const [dialog, setDialog] = useState<'remove' | 'try' | null>(null);
  const [tried, setTried] = useState(false);
  const change = useChangeConnector(base);
  const operations = useOperations(connector.name);
  const dirty = JSON.stringify(statements) !== JSON.stringify(statementsOf(base));
  useLeaveGuard(dirty, ui('unsavedQuestion'));
  const at = Math.max(0, statements.findIndex((one) => one.name === chosen));
  const statement = statements[at];
  const nameOf = (one: SqlStatement) => (english ? one.title.en || one.title.zh : one.title.zh || one.title.en) || one.name;
  const operation = operations.data?.find((one) => one.name === statement?.name);

  function add() {
    const made = newStatement(freshName(statements));
    setStatements([...statements, made]);
    setChosen(made.name);
  }
  function put(next: SqlStatement) {
    if (next.name !== statement?.name) setChosen(next.name);
    setStatements(statements.map((one, index) => (index === at ? next : one)));
  }
  function save() {
    setTried(true);
    if (!isSound(statements)) return;
    change.mutate(
      { sql: { operations: statements } },
      {
        onSuccess: (saved) => {
          setBase(saved);
          setStatements(statementsOf(saved));
          setTried(false);
          toast.success(t('saved'));
        },
      },
    );
  }
  const newButton = (
    <Button icon="plus" variant={statement ? 'secondary' : 'primary'} onClick={add}>
      {t('newStatement')}
    </Button>
  );
  return (
    <div className={styles.all}>
      <SaveError error={change.error} onReload={() => window.location.reload()} />
      {!statement && <EmptyState icon="code" title={t('noStatements')} text={t('noStatementsText')} action={newButton} />}
      {statement && (
        <div className={styles.bar}>
          <span className={styles.chooser}>
            <Select label={t('statements')} value={statement.name} onChange={setChosen} options={statements.map((one) => ({ value: one.name, label: nameOf(one), hint: one.name }))} />
          </span>
          {newButton}
          <Button icon="play" disabled={dirty || !operation} title={dirty ? t('saveFirst') : undefined} onClick={() => setDialog('try')}>
            {t('try')}
          </Button>
          <Button variant="dangerGhost" icon="trash" onClick={() => setDialog('remove')}>
            {t('removeStatement')}
          </Button>
        </div>
      )}
      {statement && (
        <StatementEditor
          key={at}
          statement={statement}
          tried={tried}
          mayWrite={base.sql?.write ?? false}
          isTaken={(name) => statements.some((one, index) => index !== at && one.name === name)}
          onChange={put}
        />
      )}
      <SaveBar dirty={dirty} busy={change.isPending} onSave={save} onDiscard={() => setStatements(statementsOf(base))} />
      {dialog === 'try' && operation && <TryDialog connector={connector.name} operation={operation} onClose={() => setDialog(null)} />}
      {statement && (
        <ConfirmDialog
          open={dialog === 'remove'}
          onClose={() => setDialog(null)}
          title={t('removeTitle', { name: nameOf(statement) })}
          text={t('removeText')}
          action={t('remove')}
          onConfirm={() => {
            setStatements(statements.filter((_, index) => index !== at));
            setChosen('');
          }}
        />
      )}
    </div>
  );
}
