// The only place that loads the chart library; drawn as SVG with colours from the design tokens.
import { useEffect, useRef, useState } from 'react';
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { OverviewView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../i18n';
import { overviewMessages } from './messages';
import styles from './OverviewPage.module.css';

register([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Counts up whenever the colours may have changed. */
function useThemeTick(): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const bump = () => setTick((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(bump);
    system.addEventListener('change', bump);
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', bump);
      chosen.disconnect();
    };
  }, []);
  return tick;
}

export default function SeriesChart({ series }: { series: OverviewView['series'] }) {
  const t = useT(overviewMessages);
  const { formatTime } = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const themeTick = useThemeTick();

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, null, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const font = token('--font');
    const quiet = { color: token('--text-3'), fontFamily: font };
    chart.current?.setOption({
      aria: { enabled: true },
      animationDuration: 250,
      color: [token('--accent'), token('--border-input')],
      grid: { left: 4, right: 4, top: 40, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: token('--text-2'), fontFamily: font } },
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        backgroundColor: token('--surface'),
        borderColor: token('--border'),
        textStyle: { color: token('--text'), fontFamily: font, fontSize: 12 },
      },
      xAxis: {
        type: 'category',
        data: series.map((point) => formatTime(point.at)),
        axisLabel: quiet,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: token('--border-strong') } },
      },
      yAxis: { type: 'value', minInterval: 1, axisLabel: quiet, splitLine: { lineStyle: { color: token('--border') } } },
      series: [
        { type: 'bar', name: t('incoming'), data: series.map((point) => point.incoming), barMaxWidth: 16, itemStyle: { borderRadius: [3, 3, 0, 0] } },
        { type: 'bar', name: t('outgoing'), data: series.map((point) => point.outgoing), barMaxWidth: 16, itemStyle: { borderRadius: [3, 3, 0, 0] } },
      ],
    });
  }, [series, t, formatTime, themeTick]);

  return <div ref={box} className={styles.chart} role="img" aria-label={t('chart')} />;
}
