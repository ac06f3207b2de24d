// What a rule does, one after the other: steps of the registry that neither ask nor branch, each with its own form.
import { useLanguage, useT } from '../../../../i18n';
import { Button, IconButton, Menu, MenuItem, Section, useRemoval } from '../../../../ui';
import type { FlowNode, Json, Kind } from '../../model/document';
import { fieldsOf } from '../../model/form';
import { kindName } from '../../model/palette';
import type { Rule } from '../../model/rule';
import { ruleMessages } from '../../messages/rules';
import { SettingField } from '../panel/SettingField';
import styles from './Rules.module.css';

/** Those that are there are offered, in this order. */
const OFFERED = ['label', 'conversation', 'note', 'assign', 'hand_off', 'ticket', 'ticket_update', 'update_contact', 'say', 'resolve', 'notify', 'emit'];

export interface ActionsProps {
  rule: Rule;
  kinds: ReadonlyMap<string, Kind>;
  readOnly: boolean;
  onChange: (actions: FlowNode[]) => void;
}

export function Actions({ rule, kinds, readOnly, onChange }: ActionsProps) {
  const t = useT(ruleMessages);
  const language = useLanguage();
  const removal = useRemoval();
  const offered = OFFERED.flatMap((name) => kinds.get(name) ?? []);
  const put = (index: number, node: FlowNode) => onChange(rule.actions.map((one, at) => (at === index ? node : one)));
  function move(from: number, to: number) {
    const next = [...rule.actions];
    const [node] = next.splice(from, 1);
    if (node) next.splice(to, 0, node);
    onChange(next);
  }
  return (
    <Section title={t('then')} description={t('thenText')}>
      <ol className={styles.actions}>
        {rule.actions.map((node, index) => {
          const kind = kinds.get(node.kind);
          return (
            <li key={node.id} className={styles.action} aria-label={t('action', { n: index + 1 })}>
              <p className={styles.actionHead}>
                <strong>{kind ? kindName(kind, language) : node.kind}</strong>
                {!readOnly && (
                  <span>
                    <IconButton icon="chevronUp" size="sm" label={t('moveUp', { n: index + 1 })} disabled={index === 0} onClick={() => move(index, index - 1)} />
                    <IconButton icon="chevronDown" size="sm" label={t('moveDown', { n: index + 1 })} disabled={index === rule.actions.length - 1} onClick={() => move(index, index + 1)} />
                    <IconButton icon="trash" size="sm" label={t('removeAction', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => onChange(rule.actions.filter((_, at) => at !== index)))} />
                  </span>
                )}
              </p>
              {kind && fieldsOf(kind.settings).filter((field) => field.name !== 'save').map((field) => <SettingField key={field.name} kind={node.kind} field={field} value={node.settings?.[field.name]} readOnly={readOnly} onChange={(value) => put(index, withSetting(node, field.name, value))} />)}
            </li>
          );
        })}
      </ol>
      {!readOnly && (
        <span>
          <Menu
            trigger={
              <Button size="sm" icon="plus" {...removal.add}>
                {t('addAction')}
              </Button>
            }
            align="start"
          >
            {offered.map((kind) => (
              <MenuItem key={kind.name} onSelect={() => onChange([...rule.actions, { id: freshId(rule.actions, kind.name), kind: kind.name, settings: {}, ...(kind.needs_timeout ? { timeout_ms: 10_000 } : {}) }])}>
                {kindName(kind, language)}
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
    </Section>
  );
}

function withSetting(node: FlowNode, name: string, value: Json | undefined): FlowNode {
  const { [name]: _old, ...rest } = node.settings ?? {};
  return { ...node, settings: value === undefined ? rest : { ...node.settings, [name]: value } };
}

function freshId(nodes: readonly FlowNode[], kind: string): string {
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? kind : `${kind}_${n}`;
    if (!nodes.some((node) => node.id === id)) return id;
  }
}
