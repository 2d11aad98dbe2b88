import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ChartProps } from './chart-canvas.tsx';

const Canvas = lazy(() => import('./chart-canvas.tsx'));

const HEIGHT = 220;

/** Series over time, drawn by uPlot, which is loaded with the first chart. `summary` says in words what it shows. */
export function Chart({ height = HEIGHT, ...props }: Omit<ChartProps, 'height'> & { height?: number }) {
  return (
    <Suspense fallback={<Skeleton height={height} />}>
      <Canvas height={height} {...props} />
    </Suspense>
  );
}
