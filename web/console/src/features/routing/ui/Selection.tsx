import { useFormat, useT } from '../../../i18n';
import { Button, IconButton, Menu, MenuItem, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { CRITERIA, moved, without, type Criterion } from '../model/policy';
import { useFault } from './faults';
import { NumberInput } from './inputs';
import styles from './Editor.module.css';

type WeightMap = Partial<Record<Criterion, number>>;

/** A weight for each criterion and what share of all it is. */
export function Weights({ weights, onChange }: { weights: WeightMap; onChange(weights: WeightMap): void }) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { formatPercent } = useFormat();
  const fault = useFault();
  const sum = Object.values(weights).reduce((total, weight) => total + Math.max(0, weight), 0);
  const set = (criterion: Criterion, weight: number) => {
    const { [criterion]: _old, ...rest } = weights;
    onChange(weight === 0 ? rest : { ...rest, [criterion]: weight });
  };
  return (
    <>
      <p className={styles.quiet}>{t('weightsText')}</p>
      <div className={styles.weights}>
        <span className={styles.headline}>{t('criterion')}</span>
        <span className={styles.headline}>{t('weight')}</span>
        <span className={styles.headline}>{t('share')}</span>
        {CRITERIA.map((criterion) => {
          const weight = weights[criterion] ?? 0;
          const wrong = fault(`selection.weights.${criterion}`);
          return [
            <span key="name">
              {words(`by_${criterion}`)}
              {wrong && <span className={styles.wrong}> {wrong}</span>}
            </span>,
            <NumberInput
              key="weight"
              control={wrong ? { 'aria-invalid': true } : {}}
              label={`${words(`by_${criterion}`)}: ${t('weight')}`}
              decimals
              unit={t('pointsUnit')}
              value={weight}
              onChange={(next) => set(criterion, next)}
            />,
            <span key="share" className={styles.share}>
              {sum > 0 ? formatPercent(Math.max(0, weight) / sum) : '–'}
            </span>,
          ];
        })}
      </div>
    </>
  );
}

/** What is compared first, second and so on. */
export function OrderList({ criteria, onChange }: { criteria: readonly Criterion[]; onChange(criteria: Criterion[]): void }) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const removal = useRemoval();
  const absent = CRITERIA.filter((one) => !criteria.includes(one));
  return (
    <>
      <p className={styles.quiet}>{t('orderText')}</p>
      <ol className={styles.rows}>
        {criteria.map((one, n) => (
          <li key={one} className={styles.order}>
            <span>
              {n + 1}. {words(`by_${one}`)}
            </span>
            <IconButton icon="chevronUp" size="sm" label={t('moveUp')} disabled={n === 0} onClick={() => onChange(moved(criteria, n, -1))} />
            <IconButton icon="chevronDown" size="sm" label={t('moveDown')} disabled={n === criteria.length - 1} onClick={() => onChange(moved(criteria, n, 1))} />
            <IconButton icon="close" size="sm" label={t('remove')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(criteria, n)))} />
          </li>
        ))}
      </ol>
      {absent.length > 0 && (
        <span>
          <Menu
            align="start"
            trigger={
              <Button size="sm" icon="plus" {...removal.add}>
                {t('addCriterion')}
              </Button>
            }
          >
            {absent.map((one) => (
              <MenuItem key={one} onSelect={() => onChange([...criteria, one])}>
                {words(`by_${one}`)}
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
    </>
  );
}
