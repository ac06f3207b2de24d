import type { Criterion, CriterionKind, ScoreOption } from '@qingniao/shared/quality';
import { useT } from '../../i18n';
import { Button, Checkbox, Field, fieldError, IconButton, Select, TextInput, useRemoval } from '../../ui';
import { qualityMessages } from './messages';
import { freshKey } from './model';
import styles from './Quality.module.css';

const KINDS: readonly CriterionKind[] = ['yes_no', 'scale', 'choice'];

interface Props {
  criterion: Criterion;
  /** Where it is, as the server names its fields. */
  path: string;
  error: unknown;
  onChange: (criterion: Criterion) => void;
  onRemove: () => void;
  onUp?: () => void;
}

export function CriterionEditor({ criterion, path, error, onChange, onRemove, onUp }: Props) {
  const t = useT(qualityMessages);
  const set = (patch: Partial<Criterion>) => onChange({ ...criterion, ...patch });
  const wrong = (field: string) => fieldError(error, `${path}.${field}`);
  const options = (kind: CriterionKind): ScoreOption[] =>
    kind !== 'choice' || criterion.options.length > 0 ? criterion.options : [newOption(100), newOption(0)];
  return (
    <div className={styles.criterion} role="group" aria-label={criterion.zh || t('criterionZh')}>
      <div className={styles.pair}>
        <Field label={t('criterionZh')} error={wrong('zh')}>
          {(control) => <TextInput {...control} maxLength={80} value={criterion.zh} onChange={(event) => set({ zh: event.target.value })} />}
        </Field>
        <Field label={t('criterionEn')} optional>
          {(control) => <TextInput {...control} maxLength={80} value={criterion.en} onChange={(event) => set({ en: event.target.value })} />}
        </Field>
      </div>
      <Field label={t('criterionHint')} optional>
        {(control) => <TextInput {...control} maxLength={500} value={criterion.note} onChange={(event) => set({ note: event.target.value })} />}
      </Field>
      <div className={styles.line}>
        <Field label={t('kind')}>
          {(control) => (
            <Select<CriterionKind>
              {...control}
              value={criterion.kind}
              onChange={(kind) => set({ kind, options: options(kind) })}
              options={KINDS.map((value) => ({ value, label: t(`kind_${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('weight')} error={wrong('weight')}>
          {(control) => <TextInput {...control} type="number" min={1} max={100} value={String(criterion.weight)} onChange={(event) => set({ weight: Number(event.target.value) })} />}
        </Field>
        <Checkbox checked={criterion.fatal} onChange={(fatal) => set({ fatal })} label={t('fatalSwitch')} />
        <Checkbox checked={criterion.optional} onChange={(optional) => set({ optional })} label={t('optionalSwitch')} />
        <span className={styles.fill} />
        {onUp && <IconButton icon="chevronUp" label={t('up')} onClick={onUp} />}
        <IconButton icon="trash" label={t('removeCriterion')} danger onClick={onRemove} />
      </div>
      {criterion.kind === 'choice' && <Options criterion={criterion} path={path} error={error} onChange={(next) => set({ options: next })} />}
    </div>
  );
}

const newOption = (points: number): ScoreOption => ({ key: freshKey(), zh: '', en: '', points });

function Options({ criterion, path, error, onChange }: { criterion: Criterion; path: string; error: unknown; onChange: (options: ScoreOption[]) => void }) {
  const t = useT(qualityMessages);
  const { options } = criterion;
  const removal = useRemoval();
  const set = (at: number, patch: Partial<ScoreOption>) => onChange(options.map((one, n) => (n === at ? { ...one, ...patch } : one)));
  return (
    <ul className={styles.options}>
      {options.map((option, at) => (
        <li key={option.key}>
          <Field label={t('optionZh')} error={fieldError(error, `${path}.options[${at}].zh`)}>
            {(control) => <TextInput {...control} maxLength={80} value={option.zh} onChange={(event) => set(at, { zh: event.target.value })} />}
          </Field>
          <Field label={t('optionEn')} optional>
            {(control) => <TextInput {...control} maxLength={80} value={option.en} onChange={(event) => set(at, { en: event.target.value })} />}
          </Field>
          <Field label={t('points')} error={fieldError(error, `${path}.options[${at}].points`)}>
            {(control) => <TextInput {...control} type="number" min={0} max={100} value={String(option.points)} onChange={(event) => set(at, { points: Number(event.target.value) })} />}
          </Field>
          <IconButton icon="trash" label={t('removeOption')} disabled={options.length <= 2} {...removal.button} onClick={() => removal.remove(at, () => onChange(options.filter((_, n) => n !== at)))} />
        </li>
      ))}
      <li>
        <Button size="sm" icon="plus" {...removal.add} disabled={options.length >= 10} onClick={() => onChange([...options, newOption(0)])}>
          {t('addOption')}
        </Button>
      </li>
    </ul>
  );
}
