import { Code, Modal, Stack, Table, Text } from '@mantine/core';
import { changesOf, textOf } from './changes.ts';
import { type AuditEntry, actionLabel } from './words.ts';

interface DetailsProps {
  /** Undefined: closed. */
  entry: AuditEntry | undefined;
  onClose: () => void;
}

/** An entry's fields as they were and as they are, secrets masked, and the request that it was made by. */
export function Details({ entry, onClose }: DetailsProps) {
  if (entry === undefined) return null;
  const { action, target, before, after, request_id } = entry;
  const changes = changesOf(before, after);
  return (
    <Modal opened onClose={onClose} title={`${actionLabel(action)}: ${target.name ?? target.id}`} size="xl">
      <Stack gap="sm">
        {changes.length === 0 ? (
          <Text size="sm">It changed no field.</Text>
        ) : (
          <Table.ScrollContainer minWidth={480} type="native">
            <Table aria-label="What was changed" verticalSpacing="xs" layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w="24%">Field</Table.Th>
                  <Table.Th>Before</Table.Th>
                  <Table.Th>After</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {changes.map(({ field, ...values }) => (
                  <Table.Tr key={field}>
                    <Table.Th scope="row">{field}</Table.Th>
                    <Value value={values.before} />
                    <Value value={values.after} />
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {request_id !== null && (
          <Text size="sm">
            Request id: <Code>{request_id}</Code>
          </Text>
        )}
      </Stack>
    </Modal>
  );
}

const Value = ({ value }: { value: unknown }) => (
  <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{textOf(value)}</Table.Td>
);
