import { Button, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../kit/use-session.ts';
import { MOST_IDS, type Operation } from './bulk.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import type { BulkFilter, Decision } from './queries.ts';

interface BulkBarProps {
  /** Ids. */
  selected: string[];
  filter: BulkFilter;
  isFiltered: boolean;
  /** Whether the filters show those that wait: no others can be decided about. */
  areWaiting: boolean;
  onUnselect: () => void;
  /** Ticks all rows that are shown: a small screen has no column to do it by. */
  onSelectPage: () => void;
  onStarted: (operation: Operation) => void;
}

interface Asked {
  decision: Decision;
  body: BulkFilter;
}

/** What can be done with those that are ticked, or with all that match the filters. */
export function BulkBar({
  selected,
  filter,
  isFiltered,
  areWaiting,
  onUnselect,
  onSelectPage,
  onStarted,
}: BulkBarProps) {
  const mayWrite = useMay()('deliveries:write');
  const [asked, setAsked] = useState<Asked>();
  const [isOpen, setIsOpen] = useState(false);
  const ask = (decision: Decision) => {
    setAsked({ decision, body: selected.length > 0 ? { ids: selected } : filter });
    setIsOpen(true);
  };
  const obstacle = obstacleTo(mayWrite, selected.length, areWaiting);
  const which = selected.length > 0 ? `${selected.length} selected` : isFiltered ? 'all that match' : 'all that wait';
  return (
    <Paper withBorder p="xs" mb="sm" component="section" aria-label="Decide about many">
      <Group gap="xs" justify="space-between">
        <Text size="sm" aria-live="polite">
          {obstacle ??
            (selected.length > 0
              ? `${selected.length} selected.`
              : 'Tick some rows, or decide about all, on every page.')}
        </Text>
        <Group gap="xs">
          <Button variant="subtle" size="sm" onClick={selected.length > 0 ? onUnselect : onSelectPage}>
            {selected.length > 0 ? 'Clear the selection' : 'Select this page'}
          </Button>
          <Button size="sm" disabled={obstacle !== undefined} onClick={() => ask('retry')}>
            Retry {which}
          </Button>
          <Button size="sm" variant="default" disabled={obstacle !== undefined} onClick={() => ask('discard')}>
            Discard {which}
          </Button>
        </Group>
      </Group>
      {asked && (
        <BulkDialog
          isOpen={isOpen}
          decision={asked.decision}
          body={asked.body}
          onClose={() => setIsOpen(false)}
          onStarted={(id) => {
            setIsOpen(false);
            onStarted({ decision: asked.decision, id });
          }}
        />
      )}
    </Paper>
  );
}

function obstacleTo(mayWrite: boolean, selected: number, areWaiting: boolean): string | undefined {
  if (!mayWrite) return 'Your API key may only look: it lacks the scope deliveries:write.';
  if (!areWaiting) return 'Only those that wait can be retried or discarded: the status filter shows others.';
  if (selected > MOST_IDS) return `At most ${MOST_IDS} can be selected: filter them, and take all that match.`;
  return undefined;
}
