import { useId } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, IconButton, Section, Segmented, Select, TextInput, useRemoval } from '../../../../ui';
import { useEvents } from '../../api/queries';
import { ALARM_NAMES } from '../../model/alarm';
import { namesOf, type Name } from '../../model/scope';
import { OPS, isField, needsValue, type Condition, type Op, type Rule } from '../../model/rule';
import { ruleMessages } from '../../messages/rules';
import { useDocument } from '../editor/context';
import styles from './Rules.module.css';

export interface ConditionsProps {
  rule: Rule;
  tried: boolean;
  readOnly: boolean;
  onChange: (next: Partial<Rule>) => void;
}

export function Conditions({ rule, tried, readOnly, onChange }: ConditionsProps) {
  const t = useT(ruleMessages);
  const english = useLanguage() === 'en';
  const document = useDocument();
  const list = useId();
  const removal = useRemoval();
  // What begins it is told by the rule, whose document may be an older one.
  const shared = namesOf(document).filter((name) => name.text.startsWith('context.') && !name.text.startsWith('context.event.'));
  const names: readonly Name[] = rule.start.trigger === 'alarm' ? [...ALARM_NAMES, ...shared] : shared;
  const events = useEvents();
  // What the rule's event tells, beside what every flow reads.
  const told = (rule.start.trigger === 'event' && events.data?.find((event) => event.name === rule.start.event)?.fields) || [];
  const set = (index: number, next: Partial<Condition>) => onChange({ conditions: rule.conditions.map((one, at) => (at === index ? { ...one, ...next } : one)) });
  return (
    <Section title={t('if')} description={t('ifText')}>
      {rule.conditions.length > 1 && (
        <Segmented<Rule['match']> label={t('match')} value={rule.match} onChange={(match) => onChange({ match })} options={(['all', 'any'] as const).map((value) => ({ value, label: t(`match_${value}`) }))} />
      )}
      {rule.conditions.map((one, index) => (
        <div key={index} className={styles.condition}>
          <TextInput aria-label={t('field', { n: index + 1 })} aria-invalid={(tried && !isField(one.field)) || undefined} title={t('badField')} disabled={readOnly} spellCheck={false} list={list} value={one.field} onChange={(event) => set(index, { field: event.target.value.trim() })} />
          <Select<Op> label={t('op', { n: index + 1 })} disabled={readOnly} value={one.op} onChange={(op) => set(index, { op })} options={OPS.map((value) => ({ value, label: t(`op_${value}`) }))} />
          {needsValue(one.op) ? (
            <TextInput aria-label={t('value', { n: index + 1 })} aria-invalid={(tried && one.value === '') || undefined} disabled={readOnly} value={one.value} onChange={(event) => set(index, { value: event.target.value })} />
          ) : (
            <span />
          )}
          {!readOnly && <IconButton icon="trash" label={t('removeCondition', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => onChange({ conditions: rule.conditions.filter((_, at) => at !== index) }))} />}
        </div>
      ))}
      <datalist id={list}>
        {names.map((name) => (
          <option key={name.text} value={name.text}>
            {english ? name.en : name.zh}
          </option>
        ))}
        {told.map((field) => (
          <option key={field} value={`context.event.${field}`} />
        ))}
      </datalist>
      {tried && rule.conditions.some((one) => !isField(one.field)) && <p className={styles.wrong}>{t('badField')}</p>}
      {!readOnly && (
        <span>
          <Button size="sm" icon="plus" {...removal.add} onClick={() => onChange({ conditions: [...rule.conditions, { field: 'context.message.text', op: 'contains', value: '' }] })}>
            {t('addCondition')}
          </Button>
        </span>
      )}
    </Section>
  );
}
