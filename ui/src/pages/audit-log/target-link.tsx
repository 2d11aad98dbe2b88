import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type AuditEntry, targetLabel } from './words.ts';

/** What an entry is about, with the way to it where it has a page. It may be gone by now: the page says so. */
export function TargetLink({ target }: { target: AuditEntry['target'] }) {
  const { type, id, name } = target;
  const words = name ?? id;
  return (
    <Stack gap={0}>
      <TargetWords type={type} id={id} words={words} />
      <Text size="xs" c="dimmed">
        {targetLabel(type)}
        {name !== null && ` · ${id}`}
      </Text>
    </Stack>
  );
}

function TargetWords({ type, id, words }: { type: AuditEntry['target']['type']; id: string; words: string }) {
  const params = { id };
  switch (type) {
    case 'webhook':
      return (
        <Anchor size="sm" renderRoot={(props) => <Link to="/webhooks/$id" params={params} {...props} />}>
          {words}
        </Anchor>
      );
    case 'alert_rule':
      return (
        <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={params} {...props} />}>
          {words}
        </Anchor>
      );
    case 'delivery':
    case 'dead_letter':
      return (
        <Anchor size="sm" renderRoot={(props) => <Link to="/deliveries/$id" params={params} {...props} />}>
          {words}
        </Anchor>
      );
    default:
      return <Text size="sm">{words}</Text>;
  }
}
