// Which tickets are promised what, by kind and priority.
import { useLanguage, useT } from '../../../i18n';
import { Button, Field, FieldSet, IconButton, MultiSelect, Select, useRemoval, type Removal } from '../../../ui';
import { useTicketKinds } from '../../tickets/api';
import { ticketMessages } from '../../tickets/messages';
import { PRIORITIES } from '../../tickets/priorities';
import { editorMessages } from '../messages/editor';
import { moved, replaced, without, type Policy, type TicketRule } from '../model/policy';
import { askedOf, newTicketRule, whenOf } from '../model/tickets';
import { useFault } from './faults';
import { withGone } from './options';
import { useTell } from './tell';
import styles from './Editor.module.css';

export interface TicketRulesProps {
  policy: Policy;
  onChange(rules: TicketRule[]): void;
}

export function TicketRules({ policy, onChange }: TicketRulesProps) {
  const t = useT(editorMessages);
  const rules = policy.tickets;
  const removal = useRemoval();
  const first = Object.entries(policy.sla).find(([, level]) => level.resolution_seconds)?.[0] ?? Object.keys(policy.sla)[0] ?? '';
  return (
    <FieldSet legend={t('tickets')}>
      <p className={styles.quiet}>{t(rules.length === 0 ? 'ticketsNone' : 'ticketsText')}</p>
      {rules.map((rule, n) => (
        <TicketRow
          key={rule.id}
          policy={policy}
          rule={rule}
          n={n}
          onChange={(next) => onChange(replaced(rules, n, next))}
          onMove={(by) => onChange(moved(rules, n, by))}
          removal={removal.button}
          onRemove={() => removal.remove(n, () => onChange(without(rules, n)))}
        />
      ))}
      <span>
        <Button size="sm" icon="plus" {...removal.add} onClick={() => onChange([...rules, newTicketRule(rules, first)])}>
          {t('addTicketRule')}
        </Button>
      </span>
    </FieldSet>
  );
}

interface TicketRowProps {
  policy: Policy;
  rule: TicketRule;
  n: number;
  onChange(rule: TicketRule): void;
  onMove(by: -1 | 1): void;
  removal: Removal['button'];
  onRemove(): void;
}

function TicketRow({ policy, rule, n, onChange, onMove, removal, onRemove }: TicketRowProps) {
  const t = useT(editorMessages);
  const words = useT(ticketMessages);
  const tell = useTell(policy);
  const fault = useFault();
  const language = useLanguage();
  const known = useTicketKinds().data?.items ?? [];
  const kinds = known.map((kind) => ({ value: kind.id, label: language === 'zh-CN' ? kind.name_zh : kind.name_en }));
  const priorities = PRIORITIES.map((value) => ({ value: value as string, label: words(`priority_${value}`) }));
  const levels = Object.entries(policy.sla).map(([value, level]) => ({ value, label: level.name || value }));
  const asked = askedOf(rule.when);
  const at = `tickets[${n}]`;
  return (
    <div className={styles.step} role="group" aria-label={t('ticketRule', { n: n + 1 })}>
      <div className={styles.cells}>
        {asked === null ? (
          <p className={styles.quiet}>
            {tell.when(rule.when)} · {t('ticketAsText')}
          </p>
        ) : (
          <>
            <Field label={t('ticketKinds')} error={fault(`${at}.when`)}>
              {(control) => <MultiSelect {...control} value={asked.kinds} onChange={(next) => onChange({ ...rule, when: whenOf({ ...asked, kinds: next }) })} options={withGone(kinds, asked.kinds)} placeholder={t('anyKind')} />}
            </Field>
            <Field label={t('ticketPriorities')}>
              {(control) => <MultiSelect {...control} value={asked.priorities} onChange={(next) => onChange({ ...rule, when: whenOf({ ...asked, priorities: next }) })} options={withGone(priorities, asked.priorities)} placeholder={t('anyPriority')} />}
            </Field>
          </>
        )}
        <Field label={t('ticketLevel')} error={fault(`${at}.sla`)}>
          {(control) => <Select {...control} value={rule.sla} onChange={(sla) => onChange({ ...rule, sla })} options={withGone(levels, [rule.sla])} />}
        </Field>
      </div>
      <IconButton icon="chevronUp" size="sm" label={t('moveUp')} disabled={n === 0} onClick={() => onMove(-1)} />
      <IconButton icon="chevronDown" size="sm" label={t('moveDown')} disabled={n === policy.tickets.length - 1} onClick={() => onMove(1)} />
      <IconButton icon="trash" size="sm" label={t('remove')} {...removal} onClick={onRemove} />
    </div>
  );
}
