import { Box, Code } from '@mantine/core';
import { parseExactly } from '../api/exact-json.ts';
import { CopyButton } from './copy-button.tsx';

/** Anything as JSON; a text that is none as it is. Always text: no markup that somebody sent comes alive. */
export function Json({ value, label = 'Copy as JSON' }: { value: unknown; label?: string }) {
  const text = asText(value);
  return (
    <Box pos="relative">
      <Box pos="absolute" top={4} right={4}>
        <CopyButton value={text} label={label} />
      </Box>
      <Code block tabIndex={0} mah={480} style={{ overflow: 'auto', paddingRight: 40 }}>
        {text}
      </Code>
    </Box>
  );
}

function asText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2) ?? '';
  try {
    return JSON.stringify(parseExactly(value), null, 2);
  } catch {
    return value;
  }
}
