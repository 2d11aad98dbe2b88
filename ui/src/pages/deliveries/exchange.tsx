import { Code, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { exactTime } from '../../kit/relative-time.ts';
import { TextBox } from '../../kit/text-box.tsx';
import type { Attempt, DeliveryDetail } from './queries.ts';
import { requestOf } from './request-of.ts';

/** So much of an answer is kept, in bytes. */
const KEPT = 8_192;

/** What was sent and what came back, side by side. Without an attempt: what will be sent. */
export function Exchange({ delivery, attempt }: { delivery: DeliveryDetail; attempt: Attempt | undefined }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Stack component="section" aria-labelledby="request" gap="sm" miw={0}>
        <Title order={2} id="request">
          {attempt === undefined ? 'Request to be sent' : `Request of attempt ${attempt.number}`}
        </Title>
        <RequestHead delivery={delivery} attempt={attempt} />
        <TextBox label="Request body" value={delivery.body} />
      </Stack>
      <Stack component="section" aria-labelledby="response" gap="sm" miw={0}>
        <Title order={2} id="response">
          Response
        </Title>
        <Response attempt={attempt} />
      </Stack>
    </SimpleGrid>
  );
}

function RequestHead({ delivery, attempt }: { delivery: DeliveryDetail; attempt: Attempt | undefined }) {
  if (delivery.request === null) return <Text size="sm">Its endpoint is deleted, and with it URL and headers.</Text>;
  const { method, url, headers } = requestOf(delivery.request, attempt);
  return (
    <>
      {attempt !== undefined && (
        <Text size="xs" c="dimmed">
          URL and headers are those that its endpoint has now: they may have been others then.
        </Text>
      )}
      <Code>
        {method} {url ?? '(your key may not see the URL)'}
      </Code>
      <Table aria-label="Request headers" verticalSpacing={2} fz="xs" layout="fixed">
        <Table.Tbody>
          {Object.entries(headers).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w="45%">
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function Response({ attempt }: { attempt: Attempt | undefined }) {
  if (attempt === undefined) return <Text size="sm">Nothing was sent yet.</Text>;
  if (attempt.outcome === null)
    return <Text size="sm">Sent {exactTime(attempt.started_at)}; there is no answer yet.</Text>;
  const { status_code, error, response_excerpt } = attempt;
  return (
    <>
      <Code>{status_code === null ? 'No answer' : `HTTP ${status_code}`}</Code>
      {error !== null && error !== `HTTP ${status_code}` && <Text size="sm">{error}</Text>}
      {response_excerpt ? (
        <>
          <TextBox label="Response body" value={response_excerpt} />
          {new Blob([response_excerpt]).size >= KEPT - 3 && (
            <Text size="xs" c="dimmed">
              The first 8 KiB; more of an answer is not kept.
            </Text>
          )}
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {status_code === null ? '' : 'Its body is empty.'}
        </Text>
      )}
    </>
  );
}
