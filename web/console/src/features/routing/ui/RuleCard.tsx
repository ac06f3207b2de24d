import { useT } from '../../../i18n';
import { Badge, Checkbox, cx, Field, IconButton, Menu, MenuItem, MenuSeparator, Switch, TextInput } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { routingMessages } from '../messages/page';
import type { Policy, Rule } from '../model/policy';
import { CardHead } from './CardHead';
import { Effects } from './Effects';
import { useFault, useFaultCount } from './faults';
import { useTell } from './tell';
import { WhenEditor } from './WhenEditor';
import styles from './Editor.module.css';

export interface RuleCardProps {
  policy: Policy;
  rule: Rule;
  n: number;
  open: boolean;
  onOpen(open: boolean): void;
  onChange(rule: Rule): void;
  onMove(by: -1 | 1): void;
  onCopy(): void;
  onRemove(): void;
}

export function RuleCard({ policy, rule, n, open, onOpen, onChange, onMove, onCopy, onRemove }: RuleCardProps) {
  const t = useT(editorMessages);
  const page = useT(routingMessages);
  const tell = useTell(policy);
  const fault = useFault();
  const at = `rules[${n}]`;
  const faults = useFaultCount()(at);
  const name = rule.name || rule.id;
  return (
    <li className={cx(styles.card, rule.off && styles.cardOff)} aria-label={t('ruleLabel', { n: n + 1, name })}>
      <CardHead
        title={`${n + 1}. ${name}`}
        badge={rule.off ? <Badge>{page('off')}</Badge> : undefined}
        faults={faults}
        open={open}
        onOpen={onOpen}
        summary={`${tell.when(rule.when)} → ${tell.then(rule.then)}`}
      >
        <IconButton icon="chevronUp" size="sm" label={t('moveUp')} disabled={n === 0} onClick={() => onMove(-1)} />
        <IconButton icon="chevronDown" size="sm" label={t('moveDown')} disabled={n === policy.rules.length - 1} onClick={() => onMove(1)} />
        <Menu trigger={<IconButton icon="more" size="sm" label={`${t('ruleLabel', { n: n + 1, name })} …`} plain />}>
          <MenuItem icon="copy" onSelect={onCopy}>
            {t('duplicate')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon="trash" danger onSelect={onRemove}>
            {t('remove')}
          </MenuItem>
        </Menu>
      </CardHead>
      {open && (
        <div className={styles.body}>
          <div className={styles.cells}>
            <Field label={t('ruleName')} error={fault(`${at}.id`)}>
              {(control) => <TextInput {...control} maxLength={120} value={rule.name ?? ''} onChange={(event) => onChange({ ...rule, name: event.target.value })} />}
            </Field>
            <Switch label={t('enabled')} checked={!rule.off} onChange={(on) => onChange({ ...rule, off: !on })} />
          </div>
          <h4>{t('when')}</h4>
          <WhenEditor policy={policy} when={rule.when} at={`${at}.when`} onChange={(when) => onChange({ ...rule, when })} />
          <h4>{t('then')}</h4>
          <Effects policy={policy} then={rule.then} at={`${at}.then`} onChange={(then) => onChange({ ...rule, then })} />
          <Checkbox label={t('stop')} checked={rule.stop ?? false} onChange={(stop) => onChange({ ...rule, stop })} />
        </div>
      )}
    </li>
  );
}
