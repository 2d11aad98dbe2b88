import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';

interface PagerProps {
  page: number;
  /** Undefined: there is none. */
  onFirst: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

/** Moves through pages whose number nobody counts. Not there where one page is all. */
export function Pager({ page, onFirst, onPrevious, onNext }: PagerProps) {
  if (onPrevious === undefined && onNext === undefined) return null;
  return (
    <Group component="nav" aria-label="Pages of the list" justify="flex-end" gap="xs" mt="sm">
      {onFirst && (
        <Button variant="subtle" size="sm" onClick={onFirst}>
          Newest
        </Button>
      )}
      <Button
        variant="default"
        size="sm"
        disabled={!onPrevious}
        onClick={onPrevious}
        leftSection={<IconChevronLeft size={16} aria-hidden />}
      >
        Previous
      </Button>
      <Text size="sm" aria-live="polite">
        Page {page}
      </Text>
      <Button
        variant="default"
        size="sm"
        disabled={!onNext}
        onClick={onNext}
        rightSection={<IconChevronRight size={16} aria-hidden />}
      >
        Next
      </Button>
    </Group>
  );
}
