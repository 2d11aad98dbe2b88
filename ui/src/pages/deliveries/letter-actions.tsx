import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { tell } from '../../kit/tell.ts';
import { WorkflowLink } from '../../kit/workflow-link.tsx';
import { type DeliveryDetail, deadLetterQuery, hasDeadLetter } from './queries.ts';
import { obstacleToDiscarding } from './state.ts';

const LONGEST_REASON = 500;

/** Of a delivery that was given up: discard it, and the way to the workflow that waits for the decision. */
export function LetterActions({ delivery, mayWrite }: { delivery: DeliveryDetail; mayWrite: boolean }) {
  const { id } = delivery;
  const client = useQueryClient();
  const { data: letter } = useQuery({ ...deadLetterQuery(id), enabled: hasDeadLetter(delivery) });
  const [isAsking, setIsAsking] = useState(false);
  const [reason, setReason] = useState('');
  if (letter === undefined || letter.closed_at !== null) return null;

  async function discard() {
    const given = reason.trim();
    const body = given === '' ? {} : { reason: given };
    await dataOf(api.POST('/v1/dead-letters/{id}/discard', { params: { path: { id } }, body }));
    tell('It is being discarded.');
    await Promise.all(['deliveries', 'dead_letters'].map((kind) => client.invalidateQueries({ queryKey: [kind] })));
  }

  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={obstacleToDiscarding(letter, { mayWrite }) !== undefined}
        onClick={() => setIsAsking(true)}
      >
        Discard
      </Button>
      <WorkflowLink workflow={letter.workflow} label="The dead letter in Temporal" />
      <Confirm
        isOpen={isAsking}
        title="Discard this dead letter?"
        verb="Discard"
        keep="Keep it"
        colour="red"
        onConfirm={discard}
        onClose={() => setIsAsking(false)}
      >
        <Stack gap="sm">
          <Text size="sm">
            {letter.status === 'in_round'
              ? 'A retry of it is under way: it is discarded if that fails. '
              : 'It is given up and will not be retried. '}
            <strong>This cannot be undone.</strong>
          </Text>
          <TextInput
            label="Reason"
            description="Kept with the dead letter and in the audit log. May be empty."
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </Stack>
      </Confirm>
    </>
  );
}
