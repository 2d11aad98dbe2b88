import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { HeaderRow, WebhookForm } from './form-values.ts';

/** Rows that were added: each has a key of its own. */
let made = 0;

/** Headers sent with every request. What is stored is never shown: it stays, unless a person replaces or removes it. */
export function HeadersEditor({ form }: { form: UseFormReturnType<WebhookForm> }) {
  const rows = form.getValues().headers;
  const add = () => {
    // By plain http there is no `crypto.randomUUID`.
    made += 1;
    form.insertListItem('headers', { key: `new ${made}`, name: '', value: '', isKept: false, isStored: false });
    focusSoon(form, `headers.${rows.length}.name`);
  };
  return (
    <Fieldset legend="Headers">
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Sent with every request, such as a token of the receiver. Values are sealed and never shown again.
        </Text>
        {rows.map((row, index) => (
          <Row key={row.key} form={form} row={row} index={index} />
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
          style={{ alignSelf: 'flex-start' }}
        >
          Add a header
        </Button>
      </Stack>
    </Fieldset>
  );
}

function Row({ form, row, index }: { form: UseFormReturnType<WebhookForm>; row: HeaderRow; index: number }) {
  const path = `headers.${index}` as const;
  const called = row.name || `header ${index + 1}`;
  const replace = () => {
    form.setFieldValue(`${path}.isKept`, false);
    focusSoon(form, `${path}.value`);
  };
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        aria-label={`Name of header ${index + 1}`}
        placeholder="authorization"
        readOnly={row.isStored}
        autoComplete="off"
        flex="1 1 200px"
        {...form.getInputProps(`${path}.name`)}
      />
      <Group gap="xs" align="flex-start" wrap="nowrap" flex="1 1 280px">
        <TextInput
          aria-label={`Value of ${called}`}
          placeholder={row.isKept ? 'stays as it is' : 'value'}
          disabled={row.isKept}
          autoComplete="off"
          flex={1}
          {...form.getInputProps(`${path}.value`)}
        />
        {row.isKept && (
          <Button variant="default" onClick={replace} px="xs" aria-label={`Replace the value of ${called}`}>
            Replace
          </Button>
        )}
        <Tooltip label="Remove" withArrow>
          <ActionIcon
            variant="default"
            size="input-sm"
            onClick={() => form.removeListItem('headers', index)}
            aria-label={`Remove ${called}`}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}

/** After what was just added or enabled is drawn. */
function focusSoon(form: UseFormReturnType<WebhookForm>, path: string): void {
  requestAnimationFrame(() => form.getInputNode(path as 'headers')?.focus());
}
