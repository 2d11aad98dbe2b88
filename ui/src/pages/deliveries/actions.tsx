import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { tell } from '../../kit/tell.ts';
import { useMay } from '../../kit/use-session.ts';
import { LetterActions } from './letter-actions.tsx';
import { type DeliveryDetail, endpointQuery } from './queries.ts';
import { obstacleToSending } from './state.ts';

interface ActionsProps {
  delivery: DeliveryDetail;
  /** A further attempt is on its way. */
  onSent: () => void;
}

/** Send it once more, or give it up: with the reason where that is not possible now. */
export function Actions({ delivery, onSent }: ActionsProps) {
  const { id, status, endpoint_id, endpoint_name, request } = delivery;
  const client = useQueryClient();
  const mayWrite = useMay()('deliveries:write');
  // Who may not see endpoints is told by the API when they ask.
  const endpoint = useQuery({ ...endpointQuery(endpoint_id), enabled: request !== null && request.url !== null });
  const isEndpointOff = endpoint.data && (!endpoint.data.is_active || endpoint.data.health === 'disabled');
  const obstacle = obstacleToSending(status, { mayWrite, isEndpointDeleted: request === null, isEndpointOff });
  const [isAsking, setIsAsking] = useState(false);
  const reason = useId();
  const isLetter = status === 'dead_lettered';
  const verb = isLetter ? 'Retry' : 'Redeliver';

  async function send() {
    const path = { params: { path: { id } } };
    await (isLetter
      ? dataOf(api.POST('/v1/dead-letters/{id}/retry', path))
      : dataOf(api.POST('/v1/deliveries/{id}/redeliver', path)));
    onSent();
    tell(`It is sent once more to ${endpoint_name}.`);
    await Promise.all(['deliveries', 'dead_letters'].map((kind) => client.invalidateQueries({ queryKey: [kind] })));
  }

  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Button
          size="sm"
          disabled={obstacle !== undefined}
          aria-describedby={obstacle === undefined ? undefined : reason}
          onClick={() => setIsAsking(true)}
        >
          {verb}
        </Button>
        <LetterActions delivery={delivery} mayWrite={mayWrite} />
      </Group>
      {obstacle !== undefined && (
        <Text size="sm" c="dimmed" id={reason}>
          {obstacle}
        </Text>
      )}
      <Confirm
        isOpen={isAsking}
        title={isLetter ? 'Retry this dead letter?' : 'Send it once more?'}
        verb={verb}
        keep="Do not send"
        onConfirm={send}
        onClose={() => setIsAsking(false)}
      >
        {isLetter
          ? `It is sent to ${endpoint_name} for a fresh round of the present retry policy. If that fails too, it waits here again.`
          : `The same body goes to ${endpoint_name} as one more attempt, with the same webhook-id: a receiver that keeps to it takes it once.`}
      </Confirm>
    </Stack>
  );
}
