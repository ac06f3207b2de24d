// The chosen step: its name, its settings as the registry describes them, what to do when it fails, and where it leads.
import { useMemo } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Field, TextArea, TextInput, cx } from '../../../../ui';
import { changeNode, setSetting } from '../../model/edit';
import type { FlowNode, Json, Kind, Problem } from '../../model/document';
import { fieldsOf, isAsked } from '../../model/form';
import { kindName } from '../../model/palette';
import { editorMessages } from '../../messages/editor';
import { useEditor } from '../editor/context';
import { ExpandButton } from './ExpandButton';
import { FormCard } from './FormCard';
import { HookCard } from './HookCard';
import { Policies } from './Policies';
import { SettingField } from './SettingField';
import { Ways } from './Ways';
import styles from './Panel.module.css';

export interface NodePanelProps {
  node: FlowNode;
  kind: Kind | undefined;
  problems: readonly Problem[];
  readOnly: boolean;
  onPick: (from: string, port: string) => void;
}

export function NodePanel({ node, kind, problems, readOnly, onPick }: NodePanelProps) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const fields = useMemo(() => (kind ? fieldsOf(kind.settings) : []), [kind]);
  const words = (problem: Problem) => (language === 'en' ? problem.en : problem.zh);
  const change = (field: keyof FlowNode, value: string) => editor.apply(changeNode(editor.document, node.id, (one) => withText(one, field, value)), `${node.id}.${field}`);
  const set = (name: string, value: Json | undefined) => editor.apply(setSetting(editor.document, node.id, name, value), `${node.id}.settings.${name}`);
  const atField = (name: string) => problems.find((problem) => (problem.field ?? '').split('.')[0] === name);
  const atNode = problems.filter((problem) => !fields.some((field) => field.name === (problem.field ?? '').split('.')[0]));
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{node.title || (kind ? kindName(kind, language) : node.kind)}</h2>
        <span className={styles.kind}>{kind && node.title ? kindName(kind, language) : node.id}</span>
      </div>
      {atNode.length > 0 && (
        <ul className={cx(styles.problems, atNode.every((problem) => problem.severity === 'warning') && styles.mild)}>
          {atNode.map((problem) => (
            <li key={problem.code + problem.field}>{words(problem)}</li>
          ))}
        </ul>
      )}
      <Field label={t('title')} optional>
        {(control) => <TextInput {...control} disabled={readOnly} value={node.title ?? ''} placeholder={kind ? kindName(kind, language) : ''} onChange={(event) => change('title', event.target.value)} />}
      </Field>
      {fields.filter((field) => isAsked(node.kind, field.name, node.settings)).map((field) => {
        const problem = atField(field.name);
        return <SettingField key={field.name} kind={node.kind} field={field} value={node.settings?.[field.name]} error={problem && words(problem)} onChange={(value) => set(field.name, value)} readOnly={readOnly} />;
      })}
      {takesCalls(node) && <HookCard flowId={editor.document.id} alarm={node.settings?.trigger === 'alarm'} />}
      {node.kind === 'start' && node.settings?.trigger === 'form' && <FormCard flowId={editor.document.id} isPublic={node.settings?.form_for === 'anyone'} />}
      {kind && <Policies node={node} kind={kind} readOnly={readOnly} />}
      <Ways node={node} kind={kind} readOnly={readOnly} onPick={onPick} />
      <Field label={t('note')} optional>
        {(control) => <TextArea {...control} rows={2} disabled={readOnly} value={node.note ?? ''} placeholder={t('notePlaceholder')} onChange={(event) => change('note', event.target.value)} />}
      </Field>
      {!readOnly && node.kind !== 'start' && (
        <div className={styles.foot}>
          <Button size="sm" icon="copy" onClick={() => editor.duplicate()}>
            {t('duplicate')}
          </Button>
          {node.kind === 'sub_flow' && <ExpandButton node={node} />}
          <Button size="sm" variant="dangerGhost" icon="trash" onClick={() => editor.remove([node.id])}>
            {t('removeStep')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A start that another system may press. */
const takesCalls = (node: FlowNode): boolean => node.kind === 'start' && ['webhook', 'alarm', 'api'].includes(String(node.settings?.trigger ?? 'api'));

/** An empty text is an absent one. */
function withText(node: FlowNode, field: keyof FlowNode, value: string): FlowNode {
  const { [field]: _old, ...rest } = node;
  return (value === '' ? rest : { ...node, [field]: value }) as FlowNode;
}
