// The rules in their order; one at a time is open.
import { useState } from 'react';
import { useT } from '../../../i18n';
import { Button, EmptyState } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { freshKey, moved, replaced, without, type Rule } from '../model/policy';
import type { TabProps } from './PolicyEditor';
import { RuleCard } from './RuleCard';
import styles from './Editor.module.css';

export function RulesTab({ policy, onChange }: TabProps) {
  const t = useT(editorMessages);
  const [open, setOpen] = useState<string | null>(null);
  const { rules } = policy;
  const setRules = (next: Rule[]) => onChange({ ...policy, rules: next });
  const add = (rule: Omit<Rule, 'id'>, at = rules.length) => {
    const id = freshKey(rules.map((one) => one.id), 'rule');
    setRules([...rules.slice(0, at), { ...rule, id }, ...rules.slice(at)]);
    setOpen(id);
  };
  const button = (
    <Button icon="plus" onClick={() => add({ name: t('newRule'), when: { all: [] }, then: {} })}>
      {t('addRule')}
    </Button>
  );
  if (rules.length === 0) return <EmptyState icon="filter" title={t('rulesNone')} action={button} />;
  return (
    <div className={styles.tab}>
      <p className={styles.quiet}>{t('rulesText')}</p>
      <ol className={styles.cards}>
        {rules.map((rule, n) => (
          <RuleCard
            key={rule.id}
            policy={policy}
            rule={rule}
            n={n}
            open={open === rule.id}
            onOpen={(next) => setOpen(next ? rule.id : null)}
            onChange={(next) => setRules(replaced(rules, n, next))}
            onMove={(by) => setRules(moved(rules, n, by))}
            onCopy={() => add({ ...rule, name: t('copyOf', { name: rule.name || rule.id }) }, n + 1)}
            onRemove={() => setRules(without(rules, n))}
          />
        ))}
      </ol>
      <span>{button}</span>
    </div>
  );
}
