import { Box, Text } from '@mantine/core';
import { Json } from './json.tsx';

/** A body under its name: JSON made readable, anything else as it came, in a box that scrolls by keyboard too. */
export function TextBox({ label, value }: { label: string; value: unknown }) {
  return (
    <Box component="section" aria-label={label}>
      <Text size="sm" fw={600} mb={4}>
        {label}
      </Text>
      <Json value={value} label={`Copy the ${label.toLowerCase()}`} />
    </Box>
  );
}
