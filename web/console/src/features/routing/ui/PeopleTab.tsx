// How people are compared, how waiting counts, whether they are asked first, and what they may be busy with.
import { useFormat, useT } from '../../../i18n';
import { Button, Field, FieldSet, IconButton, Segmented, Switch, TextInput, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { freshKey, replaced, without, type BusyReason, type Policy } from '../model/policy';
import { useFault } from './faults';
import { NumberInput, SecondsInput } from './inputs';
import type { TabProps } from './PolicyEditor';
import { OrderList, Weights } from './Selection';
import styles from './Editor.module.css';

export function PeopleTab({ policy, onChange }: TabProps) {
  const t = useT(editorMessages);
  const fault = useFault();
  const set = (change: Partial<Policy>) => onChange({ ...policy, ...change });
  const { selection, offer } = policy;
  const change = (by: 'order' | 'weights') => {
    if (by === selection.by) return;
    // What was chosen stays the most important.
    if (selection.by === 'order') set({ selection: { by: 'weights', weights: Object.fromEntries(selection.criteria.map((one, n) => [one, (selection.criteria.length - n) * 10])) } });
    else {
      const weighed = Object.entries(selection.weights).filter(([, weight]) => weight > 0).sort(([, a], [, b]) => b - a);
      set({ selection: { by: 'order', criteria: weighed.map(([one]) => one as keyof typeof selection.weights) } });
    }
  };
  return (
    <div className={styles.tab}>
      <div className={styles.root}>
        <FieldSet legend={t('choosing')} hint={t('choosingText')}>
          <span>
            <Segmented label={t('choosing')} value={selection.by} onChange={change} options={[{ value: 'order', label: t('byOrder') }, { value: 'weights', label: t('byWeights') }]} />
          </span>
          {selection.by === 'order' ? (
            <OrderList criteria={selection.criteria} onChange={(criteria) => set({ selection: { by: 'order', criteria } })} />
          ) : (
            <Weights weights={selection.weights} onChange={(weights) => set({ selection: { by: 'weights', weights } })} />
          )}
        </FieldSet>
      </div>
      <div className={styles.root}>
        <FieldSet legend={t('waiting')}>
          <div className={styles.cells}>
            <Field label={t('aging')} hint={t('agingHint')} error={fault('points_per_minute')}>
              {(control) => <NumberInput control={control} decimals unit={t('pointsUnit')} value={policy.points_per_minute} onChange={(points_per_minute) => set({ points_per_minute })} />}
            </Field>
            <Field label={t('lead')} hint={t('leadHint')} error={fault('sla_lead_seconds')}>
              {(control) => <SecondsInput control={control} label={t('lead')} value={policy.sla_lead_seconds} onChange={(next) => set({ sla_lead_seconds: next ?? 0 })} />}
            </Field>
          </div>
        </FieldSet>
        <Switch label={t('offer')} hint={t('offerText')} checked={offer !== null} onChange={(on) => set({ offer: on ? { seconds: 20, missed_max: 3 } : null })} />
        {offer && (
          <div className={styles.cells}>
            <Field label={t('offerSeconds')} error={fault('offer.seconds')}>
              {(control) => <NumberInput control={control} unit={t('secondsUnit')} value={offer.seconds} onChange={(seconds) => set({ offer: { ...offer, seconds } })} />}
            </Field>
            <Field label={t('missedMax')} hint={t('missedHint')} error={fault('offer.missed_max')}>
              {(control) => <NumberInput control={control} unit={t('timesUnit')} value={offer.missed_max ?? 0} onChange={(missed) => set({ offer: { ...offer, missed_max: Math.max(0, missed) } })} />}
            </Field>
          </div>
        )}
      </div>
      <div className={styles.root}>
        <Reasons reasons={policy.busy_reasons} onChange={(busy_reasons) => set({ busy_reasons })} />
      </div>
    </div>
  );
}

function Reasons({ reasons, onChange }: { reasons: readonly BusyReason[]; onChange(reasons: BusyReason[]): void }) {
  const t = useT(editorMessages);
  const { formatNumber } = useFormat();
  const fault = useFault();
  const add = () => onChange([...reasons, { key: freshKey(reasons.map((one) => one.key), 'reason'), zh: '', en: '', minutes_max: null }]);
  const removal = useRemoval();
  return (
    <FieldSet legend={t('busy')} hint={t('busyText')}>
      {reasons.map((reason, n) => {
        const set = (change: Partial<BusyReason>) => onChange(replaced(reasons, n, { ...reason, ...change }));
        return (
          <div key={reason.key} className={styles.reason} role="group" aria-label={`${t('busy')} ${formatNumber(n + 1)}`}>
            <Field label={t('reasonZh')} labelHidden={n > 0} error={fault(`busy_reasons[${n}]`)}>
              {(control) => <TextInput {...control} maxLength={40} value={reason.zh} onChange={(event) => set({ zh: event.target.value })} />}
            </Field>
            <Field label={t('reasonEn')} labelHidden={n > 0}>
              {(control) => <TextInput {...control} maxLength={40} value={reason.en} onChange={(event) => set({ en: event.target.value })} />}
            </Field>
            <Field label={t('reasonMinutes')} labelHidden={n > 0}>
              {(control) => (
                <span className={styles.number}>
                  <TextInput
                    {...control}
                    inputMode="numeric"
                    placeholder={t('noLimit')}
                    value={reason.minutes_max == null ? '' : String(reason.minutes_max)}
                    onChange={(event) => {
                      const digits = event.target.value.replace(/\D/g, '');
                      set({ minutes_max: digits === '' ? null : Number(digits) });
                    }}
                  />
                  <span className={styles.unit}>{t('minutesUnit')}</span>
                </span>
              )}
            </Field>
            <IconButton icon="close" size="sm" label={t('removeReason')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(reasons, n)))} />
          </div>
        );
      })}
      <span>
        <Button size="sm" icon="plus" {...removal.add} onClick={add}>
          {t('addReason')}
        </Button>
      </span>
    </FieldSet>
  );
}
