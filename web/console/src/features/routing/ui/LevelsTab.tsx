// What is promised to whom: service levels as cards, and the rules that give them; those of tickets are here as well.
import { useState } from 'react';
import { useT } from '../../../i18n';
import { Button, EmptyState, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { freshKey, type SlaLevel, type When } from '../model/policy';
import { LevelCard, type Audience } from './LevelCard';
import type { TabProps } from './PolicyEditor';
import { TicketRules } from './TicketRules';
import styles from './Editor.module.css';

export function LevelsTab({ policy, onChange, onSection }: TabProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const [open, setOpen] = useState<string | null>(null);
  const levels = Object.entries(policy.sla);
  const removal = useRemoval();
  const set = (key: string, level: SlaLevel) => onChange({ ...policy, sla: { ...policy.sla, [key]: level } });
  const remove = (key: string) => {
    const { [key]: _gone, ...sla } = policy.sla;
    onChange({ ...policy, sla });
  };
  const add = () => {
    const key = freshKey(Object.keys(policy.sla), 'level');
    const breach = { at_percent: 100, actions: ['notify_owner' as const, 'notify_supervisors' as const] };
    set(key, { name: t('newLevel'), calendar: Object.keys(policy.calendars)[0] ?? null, first_response_seconds: 300, pause_on_pending: true, warn_percent: 75, escalation: [breach] });
    setOpen(key);
  };
  const give = (key: string, audience: Audience) => {
    const id = freshKey(policy.rules.map((rule) => rule.id), 'rule');
    const when: When = { all: audience === 'all' ? [] : [{ fact: { name: audience, is: [] } }] };
    const whom = audience === 'all' ? t('giveAll') : words(`fact_${audience}`);
    const name = t('givenRule', { name: whom, level: policy.sla[key]?.name || key });
    onChange({ ...policy, rules: [...policy.rules, { id, name, when, then: { sla: key } }] });
    onSection('rules');
  };
  const button = (
    <Button icon="plus" {...removal.add} onClick={add}>
      {t('addLevel')}
    </Button>
  );
  if (levels.length === 0) return <EmptyState icon="clock" title={t('levelsNone')} text={t('levelsText')} action={button} />;
  return (
    <div className={styles.tab}>
      <p className={styles.quiet}>{t('levelsText')}</p>
      <ul className={styles.cards}>
        {levels.map(([key, level], n) => (
          <LevelCard
            key={key}
            id={key}
            policy={policy}
            level={level}
            open={open === key}
            onOpen={(next) => setOpen(next ? key : null)}
            onChange={(next) => set(key, next)}
            removal={removal.button}
            onRemove={() => removal.remove(n, () => remove(key))}
            onGive={(audience) => give(key, audience)}
          />
        ))}
      </ul>
      <span>{button}</span>
      <TicketRules policy={policy} onChange={(tickets) => onChange({ ...policy, tickets })} />
    </div>
  );
}
