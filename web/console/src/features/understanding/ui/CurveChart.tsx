import { useEffect, useId, useRef, useState } from 'react';
import type { CurvePoint } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../i18n';
import { Table } from '../../../ui';
import { evaluationMessages } from '../evaluation-messages';
import { stepOf, steps } from '../model/curve';
import styles from './Charts.module.css';

const HEIGHT = 220;
const PAD = { left: 44, right: 12, top: 12, bottom: 12 };
const GRID = [0, 0.25, 0.5, 0.75, 1];

/** What each threshold does, strictest on the left, with a slider to read it by. */
export function CurveChart({ curve, threshold }: { curve: readonly CurvePoint[]; threshold: number }) {
  const t = useT(evaluationMessages);
  const { formatPercent } = useFormat();
  const [box, width] = useWidth();
  const id = useId();
  const all = steps(curve);
  const [chosen, setChosen] = useState(() => stepOf(all, threshold));
  const point = all[chosen];
  if (!point) return null;
  const x = (index: number) => PAD.left + (all.length < 2 ? 0 : (index / (all.length - 1)) * (width - PAD.left - PAD.right));
  const y = (share: number) => PAD.top + (1 - share) * (HEIGHT - PAD.top - PAD.bottom);
  const line = (of: (p: CurvePoint) => number) => all.map((p, index) => `${x(index).toFixed(1)},${y(of(p)).toFixed(1)}`).join(' ');
  const sentence = t('sentence', { answered: formatPercent(point.answered), wrong: formatPercent(point.wrong) });
  const hasStrangers = all.some((p) => p.strangers_left !== null);
  return (
    <>
      <p className={styles.sentence} aria-live="polite">
        {sentence}
        {point.strangers_left !== null && ` ${t('strangers', { left: formatPercent(point.strangers_left) })}`}
      </p>
      <ul className={styles.legend} aria-hidden="true">
        <li data-line="answered">{t('answered')}</li>
        <li data-line="wrong">{t('wrong')}</li>
        {hasStrangers && <li data-line="left">{t('left')}</li>}
      </ul>
      <div ref={box} className={styles.chart}>
        <svg width={width} height={HEIGHT} aria-hidden="true" className={styles.svg}>
          {GRID.map((share) => (
            <g key={share}>
              <line className={styles.grid} x1={PAD.left} x2={width - PAD.right} y1={y(share)} y2={y(share)} />
              <text className={styles.axis} x={PAD.left - 8} y={y(share) + 4} textAnchor="end">
                {formatPercent(share)}
              </text>
            </g>
          ))}
          <line className={styles.marker} x1={x(chosen)} x2={x(chosen)} y1={PAD.top} y2={HEIGHT - PAD.bottom} />
          {hasStrangers && <polyline className={styles.left} points={line((p) => p.strangers_left ?? 0)} />}
          <polyline className={styles.answered} points={line((p) => p.answered)} />
          <polyline className={styles.wrong} points={line((p) => p.wrong)} />
          <circle className={styles.answeredDot} cx={x(chosen)} cy={y(point.answered)} r={4} />
          <circle className={styles.wrongDot} cx={x(chosen)} cy={y(point.wrong)} r={4} />
        </svg>
      </div>
      <div className={styles.slider}>
        <span>{t('careful')}</span>
        <input
          id={id}
          type="range"
          min={0}
          max={Math.max(0, all.length - 1)}
          value={chosen}
          disabled={all.length < 2}
          aria-label={t('curve')}
          aria-valuetext={sentence}
          onChange={(event) => setChosen(Number(event.target.value))}
        />
        <span>{t('eager')}</span>
      </div>
      <details className={styles.details}>
        <summary>{t('asTable')}</summary>
        <Table
          label={t('curve')}
          rows={all}
          rowKey={(p) => String(p.threshold)}
          columns={[
            { key: 'threshold', title: t('curve'), grow: true, render: (p) => p.threshold.toFixed(2) },
            { key: 'answered', title: t('answered'), align: 'end', render: (p) => formatPercent(p.answered) },
            { key: 'wrong', title: t('wrong'), align: 'end', render: (p) => formatPercent(p.wrong) },
            { key: 'left', title: t('left'), align: 'end', wideOnly: true, render: (p) => (p.strangers_left === null ? '–' : formatPercent(p.strangers_left)) },
          ]}
        />
      </details>
    </>
  );
}

/** The width there is, so that letters in a drawing keep their size. */
export function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(200, Math.floor(entry.contentRect.width))));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
