import { Badge, Tooltip } from '@mantine/core';

/** How soon a page knows of changes. @param state what `useLive` gave */
export function LiveBadge({ state }: { state: 'live' | 'polling' }) {
  const isLive = state === 'live';
  return (
    <Tooltip label={isLive ? 'Changes appear by themselves, within a second' : 'Read again every 10 s'} withArrow>
      <Badge variant="default" tt="none">
        {isLive ? 'Live' : 'Every 10 s'}
      </Badge>
    </Tooltip>
  );
}
