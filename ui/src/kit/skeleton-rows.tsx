import { Skeleton, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { NARROW, ROW_HEIGHT } from './data-table.tsx';

/** As high as a card of five columns. */
const CARD_HEIGHT = 180;

/** Where rows will be: as high as they, so that nothing moves when they come. */
export function SkeletonRows({ count = 10 }: { count?: number }) {
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  return (
    <Stack gap={isNarrow ? 'xs' : 0} role="status" aria-label="Loading">
      {Array.from({ length: count + (isNarrow ? 0 : 1) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} height={isNarrow ? CARD_HEIGHT : ROW_HEIGHT - 8} my={isNarrow ? 0 : 4} radius="sm" />
      ))}
    </Stack>
  );
}
