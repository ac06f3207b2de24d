import type { EvaluationView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../i18n';
import { Table } from '../../../ui';
import { evaluationMessages } from '../evaluation-messages';
import { matrixOf } from '../model/matrix';
import { useWidth } from './CurveChart';
import styles from './Charts.module.css';

const SHOWN_WIDE = 12;
const SHOWN_NARROW = 8;
const NARROW = 480;
const HEAD = 24;
const CELL = { least: 22, most: 40 };
/** Pixels of one letter, for cutting names: Chinese ones take a whole. */
const LETTER = 13;

/** Which intents' examples were read as which, as a shaded grid. Columns carry the numbers of the rows. */
export function MatrixChart({ evaluation }: { evaluation: EvaluationView }) {
  const t = useT(evaluationMessages);
  const { formatNumber } = useFormat();
  const [box, width] = useWidth();
  const matrix = matrixOf(evaluation.intents, evaluation.cells, width < NARROW ? SHOWN_NARROW : SHOWN_WIDE);
  const n = matrix.intents.length;
  const names = new Map(evaluation.intents.map((one) => [one.intent_id, one.name]));
  const mistakes = evaluation.cells.filter((cell) => cell.intent_id !== cell.read_as_id);
  const label = Math.min(200, Math.max(96, width * 0.3));
  const size = Math.max(CELL.least, Math.min(CELL.most, (width - label) / Math.max(1, n)));
  const most = Math.floor((label - 34) / LETTER);
  return (
    <>
      {n === 0 && <p className={styles.quiet}>{t('matrixNone')}</p>}
      <div ref={box} className={styles.chart}>
        {n > 0 && (
          <svg width={Math.ceil(label + n * size)} height={Math.ceil(HEAD + n * size)} aria-hidden="true" className={styles.svg}>
            {matrix.intents.map((intent, row) => (
              <g key={intent.intent_id}>
                <text className={styles.axis} x={label + (row + 0.5) * size} y={HEAD - 8} textAnchor="middle">
                  {row + 1}
                </text>
                <text className={styles.name} x={0} y={HEAD + (row + 0.5) * size + 4}>
                  {`${row + 1}  ${short(intent.name, most)}`}
                </text>
                {matrix.counts[row]?.map((count, column) => {
                  const share = count / Math.max(1, matrix.totals[row] ?? 1);
                  const guess = matrix.intents[column]?.name ?? '';
                  return (
                    <g key={column}>
                      <rect
                        className={row === column ? styles.hit : styles.miss}
                        x={label + column * size + 1}
                        y={HEAD + row * size + 1}
                        width={size - 2}
                        height={size - 2}
                        rx={3}
                        fillOpacity={count === 0 ? 0.04 : 0.15 + 0.85 * share}
                      >
                        <title>{t('cell', { truth: intent.name, guess, n: count })}</title>
                      </rect>
                      {count > 0 && (
                        <text className={share > 0.5 ? styles.onDark : styles.onLight} x={label + (column + 0.5) * size} y={HEAD + (row + 0.5) * size + 4} textAnchor="middle">
                          {count}
                        </text>
                      )}
                    </g>
                  );
                })}
              </g>
            ))}
          </svg>
        )}
      </div>
      {mistakes.length > 0 && (
        <details className={styles.details}>
          <summary>{t('asTable')}</summary>
          <Table
            label={t('matrix')}
            rows={mistakes.slice(0, 100)}
            rowKey={(cell) => `${cell.intent_id} ${cell.read_as_id}`}
            columns={[
              { key: 'truth', title: t('truth'), grow: true, render: (cell) => names.get(cell.intent_id) ?? '' },
              { key: 'guess', title: t('readAs'), grow: true, render: (cell) => names.get(cell.read_as_id) ?? '' },
              { key: 'count', title: t('count'), align: 'end', render: (cell) => formatNumber(cell.count) },
            ]}
          />
        </details>
      )}
    </>
  );
}

/** Cut to the room there is; a Latin letter takes half the room of a Chinese one. */
function short(name: string, most: number): string {
  let room = most;
  for (const [index, letter] of [...name].entries()) {
    room -= letter.charCodeAt(0) > 0xff ? 1 : 0.55;
    if (room < 0) return `${[...name].slice(0, Math.max(1, index - 1)).join('')}…`;
  }
  return name;
}
