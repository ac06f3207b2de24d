import { useT } from '../../../i18n';
import { Button, Field, IconButton, Menu, MenuItem, Select, Switch, TextInput, type Removal } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { METRICS, rulesWith, type Policy, type SlaLevel } from '../model/policy';
import { CardHead } from './CardHead';
import { Chain } from './Chain';
import { useFault, useFaultCount } from './faults';
import { NumberInput, SecondsInput } from './inputs';
import { withGone } from './options';
import { useTell } from './tell';
import styles from './Editor.module.css';

const ALL_HOURS = '*';
export type Audience = 'all' | 'channel' | 'tier';

export interface LevelCardProps {
  id: string;
  policy: Policy;
  level: SlaLevel;
  open: boolean;
  onOpen(open: boolean): void;
  onChange(level: SlaLevel): void;
  removal: Removal['button'];
  onRemove(): void;
  onGive(audience: Audience): void;
}

export function LevelCard({ id, policy, level, open, onOpen, onChange, removal, onRemove, onGive }: LevelCardProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { seconds } = useTell(policy);
  const fault = useFault();
  const at = `sla.${id}`;
  const faults = useFaultCount()(at);
  const name = level.name || id;
  const promised = METRICS.flatMap((metric) => {
    const target = level[`${metric}_seconds`];
    return target ? [`${words(`metric_${metric}`)} ${seconds(target)}`] : [];
  });
  const calendars = Object.entries(policy.calendars).map(([value, calendar]) => ({ value, label: calendar.name || value }));
  const hours = level.calendar == null ? t('allHours') : (policy.calendars[level.calendar]?.name ?? level.calendar);
  const set = (change: Partial<SlaLevel>) => onChange({ ...level, ...change });
  return (
    <li className={styles.card} aria-label={t('levelLabel', { name })}>
      <CardHead title={name} faults={faults} open={open} onOpen={onOpen} summary={[...promised, hours].join(' · ')}>
        <IconButton icon="trash" size="sm" label={t('remove')} {...removal} onClick={onRemove} />
      </CardHead>
      {open && (
        <div className={styles.body}>
          <div className={styles.cells}>
            <Field label={t('name')} error={fault(at)}>
              {(control) => <TextInput {...control} maxLength={80} value={level.name ?? ''} onChange={(event) => set({ name: event.target.value })} />}
            </Field>
            <Field label={t('hours')} error={fault(`${at}.calendar`)}>
              {(control) => (
                <Select
                  {...control}
                  value={level.calendar ?? ALL_HOURS}
                  onChange={(next) => set({ calendar: next === ALL_HOURS ? null : next })}
                  options={[{ value: ALL_HOURS, label: t('allHours') }, ...withGone(calendars, [level.calendar ?? ''])]}
                />
              )}
            </Field>
          </div>
          <div className={styles.cells}>
            {METRICS.map((metric) => {
              const label = words(`metric_${metric}`);
              return (
                <Field key={metric} label={label} error={fault(`${at}.${metric}_seconds`)}>
                  {(control) => <SecondsInput control={control} label={label} placeholder={t('notPromised')} value={level[`${metric}_seconds`] ?? null} onChange={(next) => set({ [`${metric}_seconds`]: next })} />}
                </Field>
              );
            })}
            <Field label={t('warnAt')} error={fault(`${at}.warn_percent`)}>
              {(control) => <NumberInput control={control} unit={t('percentUnit')} value={level.warn_percent ?? 75} onChange={(warn_percent) => set({ warn_percent })} />}
            </Field>
          </div>
          <Switch label={t('pause')} checked={level.pause_on_pending ?? true} onChange={(pause_on_pending) => set({ pause_on_pending })} />
          <Chain at={`${at}.escalation`} chain={level.escalation ?? []} onChange={(escalation) => set({ escalation })} />
          <Used policy={policy} id={id} onGive={onGive} />
        </div>
      )}
    </li>
  );
}

function Used({ policy, id, onGive }: { policy: Policy; id: string; onGive(audience: Audience): void }) {
  const t = useT(editorMessages);
  const rules = rulesWith(policy, id).map((rule) => rule.name || rule.id);
  return (
    <div className={styles.used}>
      <span className={styles.quiet}>{rules.length === 0 ? t('usedByNone') : t('usedBy', { names: rules.join(' · ') })}</span>
      <Menu
        align="start"
        trigger={
          <Button size="sm" variant="ghost" icon="plus">
            {t('giveTo')}
          </Button>
        }
      >
        <MenuItem onSelect={() => onGive('channel')}>{t('giveChannel')}</MenuItem>
        <MenuItem onSelect={() => onGive('tier')}>{t('giveTier')}</MenuItem>
        <MenuItem onSelect={() => onGive('all')}>{t('giveAll')}</MenuItem>
      </Menu>
    </div>
  );
}
