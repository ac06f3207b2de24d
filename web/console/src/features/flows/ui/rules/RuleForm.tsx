// One rule as a form: when, if, then. Saved as a draft of its flow, and published the way every flow is.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { FlowView } from '@qingniao/shared/flow';
import { refreshResource } from '../../../../api';
import { navigate, useLeaveGuard } from '../../../../app/router';
import { useHasRole } from '../../../../app/session';
import { useLanguage, useT } from '../../../../i18n';
import { Button, ErrorNote, Field, Page, Section, TextInput, cx, toast, uiMessages } from '../../../../ui';
import { checkDocument, saveDraft, useFlowAct } from '../../api/queries';
import type { Draft } from '../../api/types';
import type { FlowNode, Kind, Problem } from '../../model/document';
import { fieldsOf, isAsked } from '../../model/form';
import { portsOf } from '../../model/ports';
import { documentOf, isField, needsValue, type Rule } from '../../model/rule';
import { ruleMessages } from '../../messages/rules';
import { EditorContext } from '../editor/context';
import { EditorStore } from '../editor/store';
import { SettingField } from '../panel/SettingField';
import { Actions } from './Actions';
import { Conditions } from './Conditions';
import styles from './Rules.module.css';

export interface RuleFormProps {
  flow: FlowView;
  draft: Draft;
  rule: Rule;
  kinds: readonly Kind[];
}

export function RuleForm({ flow, draft, rule: begun, kinds }: RuleFormProps) {
  const t = useT(ruleMessages);
  const ui = useT(uiMessages);
  const client = useQueryClient();
  const act = useFlowAct();
  const readOnly = !useHasRole('supervisor');
  const [rule, setRule] = useState(begun);
  const [saved, setSaved] = useState(begun);
  const [known, setKnown] = useState({ revision: draft.revision, base: draft.revision > 0 ? draft.base_hash : draft.live_hash });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [map] = useState(() => new Map(kinds.map((kind) => [kind.name, kind])));
  // The fields of settings look for the flow they are in.
  const [store] = useState(() => new EditorStore(draft.document, map));
  const dirty = JSON.stringify(rule) !== JSON.stringify(saved);
  useLeaveGuard(dirty, ui('unsavedQuestion'));
  const set = (next: Partial<Rule>) => setRule({ ...rule, ...next });
  const start = map.get('start');
  const english = useLanguage() === 'en';
  /** Which action it is about, in the order they stand. */
  function nameAt(problem: Problem): string {
    const index = rule.actions.findIndex((node) => node.id === problem.node);
    return index < 0 ? '' : `${t('action', { n: index + 1 })}${english ? ': ' : '：'}`;
  }
  const wrong = rule.name.trim() === '' || rule.actions.length === 0 || rule.conditions.some((one) => !isField(one.field) || (needsValue(one.op) && one.value === ''));

  async function keep(live: boolean) {
    setTried(true);
    if (wrong || busy) return;
    setBusy(true);
    setError(null);
    setProblems([]);
    try {
      const ports = (node: FlowNode) => portsOf(node, map.get(node.kind)).filter((port) => port.needed).map((port) => port.name);
      const document = documentOf(flow.id, { ...rule, name: rule.name.trim() }, ports);
      const made = await saveDraft(flow.id, { document, revision: known.revision, base_hash: known.base });
      setKnown({ revision: made.revision, base: made.base_hash });
      setSaved(rule);
      if (!live) return void toast.success(t('saved'));
      const { problems: found } = await checkDocument(flow.id, document);
      if (found.some((problem) => problem.severity !== 'warning')) return setProblems(found);
      const published = await act.mutateAsync({ id: flow.id, act: 'publish', body: { note: t('note'), revision: made.revision } });
      setKnown({ revision: 0, base: published.live?.hash ?? null });
      toast.success(t('published'));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
      void refreshResource(client, 'flows');
    }
  }
  return (
    <EditorContext value={store}>
      <Page
        title={rule.name || flow.name}
        back={{ to: '/rules', label: t('back') }}
        width="narrow"
        actions={
          <Button icon="bolt" onClick={() => navigate(`/flows/${flow.id}`)}>
            {t('more')}
          </Button>
        }
      >
        <div className={styles.form}>
          {error !== null && <ErrorNote error={error} />}
          {problems.length > 0 && (
            <ul className={styles.problems} role="alert">
              {problems.map((problem, index) => (
                <li key={index} className={cx(problem.severity === 'warning' && styles.mild)}>
                  {nameAt(problem)}
                  {english ? problem.en : problem.zh}
                </li>
              ))}
            </ul>
          )}
          <Field label={t('name')} error={tried && rule.name.trim() === '' ? t('needName') : undefined}>
            {(control) => <TextInput {...control} disabled={readOnly} maxLength={80} value={rule.name} onChange={(event) => set({ name: event.target.value })} />}
          </Field>
          <Section title={t('when')} description={t('whenText')}>
            {start &&
              fieldsOf(start.settings)
                .filter((field) => isAsked('start', field.name, rule.start))
                .map((field) => (
                  <SettingField key={field.name} kind="start" field={field} value={rule.start[field.name]} readOnly={readOnly} onChange={(value) => {
                    const { [field.name]: _old, ...rest } = rule.start;
                    set({ start: value === undefined ? rest : { ...rule.start, [field.name]: value } });
                  }} />
                ))}
          </Section>
          <Conditions rule={rule} tried={tried} readOnly={readOnly} onChange={set} />
          <Actions rule={rule} kinds={map} readOnly={readOnly} onChange={(actions) => set({ actions })} />
          {tried && rule.actions.length === 0 && <p className={styles.wrong}>{t('needAction')}</p>}
          {!readOnly && (
            <div className={styles.deeds}>
              <Button busy={busy} onClick={() => void keep(false)}>
                {t('save')}
              </Button>
              <Button variant="primary" icon="check" busy={busy} onClick={() => void keep(true)}>
                {t('publish')}
              </Button>
            </div>
          )}
        </div>
      </Page>
    </EditorContext>
  );
}
