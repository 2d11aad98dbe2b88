import { Anchor, List, Paper, Text } from '@mantine/core';
import type { Webhook } from '../../api/queries.ts';
import { KIND_HELP } from './kinds.ts';

/** Where the URL or the key of a kind of receiver is found, for who sets one up. */
export function KindHelp({ kind }: { kind: Webhook['kind'] }) {
  const { label, steps, note, docs } = KIND_HELP[kind];
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Setting up ${label}`}>
      <Text fw={600} size="sm" mb={4}>
        {kind === 'http' ? 'Your own receiver' : `In ${label}`}
      </Text>
      <List type="ordered" size="sm" spacing={2}>
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed" mt={6}>
        {note}
      </Text>
      {docs && (
        <Anchor href={docs.href} target="_blank" rel="noreferrer" size="sm">
          {docs.label} (opens another tab)
        </Anchor>
      )}
    </Paper>
  );
}
