import { Badge, Group, Stack, Text } from '@mantine/core';
import { policyOf, type RetryForm } from './retry-form.ts';
import { previewOf, waitText } from './retry-preview.ts';

/** What a retry policy means in times, while it is written. */
export function Waits({ form }: { form: RetryForm }) {
  const preview = previewOf(policyOf(form));
  if (preview === undefined) {
    return (
      <Text size="sm" c="dimmed" role="status">
        Times are written as 5s, 30m or 12h; then the waits show here.
      </Text>
    );
  }
  const { waits, totalMs, isCut, jitter } = preview;
  const count = waits.length + 1;
  return (
    <Stack gap={4} role="status" aria-label="The waits that this means">
      <Text size="sm">
        {count === 1 ? 'One attempt, and no retry' : `${count} attempts over ${waitText(totalMs)}`}
        {isCut && ', where the limit of time ends it'}
        {count > 1 && jitter > 0 && `; each wait varies by ${Math.round(jitter * 100)} %`}.
      </Text>
      <Group gap={4}>
        <Wait>at once</Wait>
        {waits.map((wait, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a wait is what stands at its place
          <Wait key={index}>+ {waitText(wait)}</Wait>
        ))}
      </Group>
    </Stack>
  );
}

function Wait({ children }: { children: React.ReactNode }) {
  return (
    <Badge variant="default" tt="none" fw={500}>
      {children}
    </Badge>
  );
}
