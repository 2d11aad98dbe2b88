import { Fieldset, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { AbsenceFields } from './absence-fields.tsx';
import { at, KIND_LABELS, KINDS, type Kind, kindOf } from './draft.ts';
import type { FormPart } from './form.ts';
import { CountInput, DurationInput, PerInput, TypesInput } from './inputs.tsx';
import { RatioFields } from './ratio-fields.tsx';

const COLUMNS = { base: 1, sm: 2 };

/** When the rule fires: the kind, and the fields that belong to it. */
export function TriggerFields({ onKind, ...part }: FormPart & { onKind: (kind: Kind) => void }) {
  const kind = kindOf(part.draft);
  return (
    <Fieldset legend="When it fires">
      <Stack gap="sm">
        <Radio.Group aria-label="Kind of trigger" value={kind} onChange={(next) => onKind(next as Kind)}>
          <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="xs">
            {KINDS.map((value) => (
              <Radio key={value} value={value} label={KIND_LABELS[value].label} />
            ))}
          </SimpleGrid>
        </Radio.Group>
        <Text size="sm" c="dimmed">
          {KIND_LABELS[kind].help}
        </Text>
        <FieldsOf kind={kind} part={part} />
      </Stack>
    </Fieldset>
  );
}

function FieldsOf({ kind, part }: { kind: Kind; part: FormPart }) {
  switch (kind) {
    case 'event':
      return null;
    case 'count':
      return (
        <SimpleGrid cols={COLUMNS} spacing="sm">
          <CountInput {...part} path="trigger.threshold" label="Matches" required />
          <DurationInput {...part} path="trigger.window" label="Within" description="1s to 7d" required />
          <PerInput {...part} />
          <TypesInput
            {...part}
            path="resolve.on"
            label="Resolved by"
            description="Event types; besides a quiet time"
            placeholder="workflow.succeeded"
          />
        </SimpleGrid>
      );
    case 'consecutive':
      return (
        <SimpleGrid cols={COLUMNS} spacing="sm">
          <CountInput {...part} path="trigger.threshold" label="Matches in a row" required />
          <TypesInput {...part} path="trigger.reset_on" label="Ended by" description="Event types" required />
          <PerInput {...part} />
        </SimpleGrid>
      );
    case 'ratio':
      return <RatioFields {...part} />;
    case 'duration':
      return (
        <SimpleGrid cols={COLUMNS} spacing="sm">
          <DurationInput {...part} path="trigger.longer_than" label="Longer than" description="1s to 30d" required />
          <TextInput
            label="What names a run"
            description="A field of the event"
            placeholder="event.data.run_id"
            value={String(at(part.draft, 'trigger.key') ?? '')}
            onChange={({ currentTarget }) => part.set('trigger.key', currentTarget.value.trim() || undefined)}
            error={part.errorOf('trigger.key')}
          />
          <TypesInput {...part} path="trigger.started" label="Begins with" placeholder="workflow.started" />
          <TypesInput
            {...part}
            path="trigger.ended"
            label="Ends with"
            placeholder="workflow.succeeded, .failed, .cancelled"
          />
        </SimpleGrid>
      );
    case 'absence':
      return <AbsenceFields {...part} />;
  }
}
