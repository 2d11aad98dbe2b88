import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ChartProps } from './chart-canvas.tsx';

const Canvas = lazy(() => import('./chart-canvas.tsx'));

const HEIGHT = 220;
/** Of the names of the series below it, px: kept free, so that nothing moves when they come. */
const LEGEND_HEIGHT = 34;

/** Series over time, drawn by uPlot, which is loaded with the first chart. `summary` says in words what it shows. */
export function Chart({ height = HEIGHT, ...props }: Omit<ChartProps, 'height' | 'minHeight'> & { height?: number }) {
  return (
    <Suspense fallback={<Skeleton height={height + LEGEND_HEIGHT} role="status" aria-label="Loading the chart" />}>
      <Canvas height={height} minHeight={height + LEGEND_HEIGHT} {...props} />
    </Suspense>
  );
}
