import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import UPlot from 'uplot';
import css from './chart.module.css';

export interface ChartSeries {
  label: string;
  /** A name of Mantine's colours. */
  colour: string;
  /** One for each of `times`; null: a gap. */
  values: (number | null)[];
}

export interface ChartProps {
  /** Unix seconds, ascending. */
  times: number[];
  series: ChartSeries[];
  /** Of the axes and what is between, px; and of that with the names of the series. */
  height: number;
  minHeight: number;
  /** What it shows, in words. */
  summary: string;
  /** Bars on top of each other rather than lines. */
  isStacked?: boolean;
  /** How a value reads on the axis. */
  format?: (value: number) => string;
}

/** The picture itself. It is drawn anew when its size, its colours or its data change. */
export default function ChartCanvas(props: ChartProps) {
  const { times, series, height, minHeight, summary, isStacked = false, format = String } = props;
  const { ref, width } = useElementSize();
  const holder = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const data = useMemo(() => [times, ...stack(series, isStacked)] as UPlot.AlignedData, [times, series, isStacked]);
  useEffect(() => {
    if (holder.current === null || width === 0) return;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = { stroke: scheme === 'dark' ? '#424242' : '#e9ecef', width: 1 };
    const plot = new UPlot(
      {
        width,
        height,
        // As all else that is shown.
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
        legend: { live: false },
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] } },
        axes: [
          { stroke: ink, grid, ticks: grid, label: 'UTC', labelSize: 16, labelFont: '12px sans-serif' },
          { stroke: ink, grid, ticks: grid, size: 56, values: (_plot, ticks) => ticks.map((tick) => format(tick)) },
        ],
        // What is stacked highest is drawn first, so that the lower ones stand before it.
        series: [{}, ...series.map((each) => seriesOf(each, isStacked, scheme))],
      },
      data,
      holder.current,
    );
    return () => plot.destroy();
  }, [data, series, width, height, scheme, isStacked, format]);
  return (
    <figure ref={ref} className={css.figure} style={{ minHeight }} aria-label={summary}>
      <div ref={holder} aria-hidden />
    </figure>
  );
}

function seriesOf({ label, colour }: ChartSeries, isStacked: boolean, scheme: string): UPlot.Series {
  const stroke = shade(colour, scheme === 'dark' ? 5 : 7);
  return {
    label,
    stroke,
    width: isStacked ? 0 : 2,
    fill: isStacked ? stroke : undefined,
    points: { show: false },
    paths: isStacked ? UPlot.paths.bars?.({ size: [0.9, 60] }) : undefined,
  } as UPlot.Series;
}

/** Each series with all after it: the first is the tallest. */
function stack(series: ChartSeries[], isStacked: boolean): (number | null)[][] {
  if (!isStacked) return series.map(({ values }) => values);
  return series.map((_, index) =>
    (series[index]?.values ?? []).map((_value, at) =>
      series.slice(index).reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
    ),
  );
}

const shade = (colour: string, level: number): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--mantine-color-${colour}-${level}`).trim() || colour;
