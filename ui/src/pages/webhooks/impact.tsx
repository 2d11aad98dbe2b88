import { Anchor, List, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messageOf } from '../../api/problem.ts';
import type { Webhook } from '../../api/queries.ts';
import { countText } from './count-text.ts';
import { rulesOfQuery, waitingQuery } from './queries.ts';

/** So many are named; the others are counted. */
const MOST_NAMED = 8;

/** What would stop without a webhook: the rules that tell it, and what waits to be sent. */
export function Impact({ webhook: { id }, isDeletion }: { webhook: Webhook; isDeletion: boolean }) {
  const rules = useQuery(rulesOfQuery(id));
  const waiting = useQuery(waitingQuery(id));
  const error = rules.error ?? waiting.error;
  if (error) return <Text size="sm">What this would stop could not be read: {messageOf(error)}</Text>;
  if (rules.data === undefined || waiting.data === undefined) {
    return <Loader size="sm" role="status" aria-label="Reading what this would stop" />;
  }
  const { items, next_cursor } = rules.data;
  const { deliveries, moreDeliveries, deadLetters, moreDeadLetters } = waiting.data;
  const alone = items.filter(({ webhook_endpoint_ids }) => webhook_endpoint_ids.length === 1).length;
  return (
    <Stack gap="xs">
      <Text size="sm">{rulesText(items.length, next_cursor !== null, alone)}</Text>
      {items.length > 0 && (
        <List size="sm">
          {items.slice(0, MOST_NAMED).map((rule) => (
            <List.Item key={rule.id}>
              <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule.id }} {...props} />}>
                {rule.name}
              </Anchor>
            </List.Item>
          ))}
          {items.length > MOST_NAMED && <List.Item>and {items.length - MOST_NAMED} more</List.Item>}
        </List>
      )}
      <Text size="sm">
        {deliveries === 0
          ? 'No delivery waits for it.'
          : `${countText(deliveries, moreDeliveries, 'waiting delivery', 'waiting deliveries')} would end as skipped.`}
      </Text>
      {deadLetters > 0 && (
        <Text size="sm">
          {countText(deadLetters, moreDeadLetters, 'dead letter')}{' '}
          {isDeletion ? 'could not be sent any more.' : 'would wait until it is on again.'}
        </Text>
      )}
    </Stack>
  );
}

/** @param alone how many of them name nothing else */
function rulesText(count: number, isMore: boolean, alone: number): string {
  if (count === 0) return 'No rule names it.';
  if (count === 1) return alone === 1 ? '1 rule names it, and would tell nobody any more:' : '1 rule names it:';
  const names = `${countText(count, isMore, 'rule')} name it`;
  return alone === 0 ? `${names}:` : `${names}; ${alone} of them would tell nobody any more:`;
}
