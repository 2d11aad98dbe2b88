import { Fieldset, Select, SimpleGrid, Skeleton, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Fault } from './condition-faults.ts';
import { asList, at, type Kind, kindOf, takesEventTypes } from './draft.ts';
import { EndpointChoice } from './endpoint-choice.tsx';
import type { FormPart } from './form.ts';
import { CountInput, DurationInput, TypesInput } from './inputs.tsx';
import { RetryFields } from './retry-fields.tsx';
import { TriggerFields } from './trigger-fields.tsx';

const ConditionEditor = lazy(() => import('./condition-editor.tsx'));

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

interface RuleFieldsProps extends FormPart {
  onKind: (kind: Kind) => void;
  /** What is wrong with the condition, and of which text that is said. */
  faults: Fault[];
  judged: string;
}

/** Everything of a rule that the form shows; what it does not stays as it is. */
export function RuleFields({ onKind, faults, judged, ...part }: RuleFieldsProps) {
  const { draft, set, errorOf } = part;
  const types = takesEventTypes(kindOf(draft)) ? at(draft, 'event_types') : undefined;
  const watched = [types, at(draft, 'trigger.of'), at(draft, 'trigger.against'), at(draft, 'trigger.started')].flatMap(
    asList,
  );
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label="Name"
          description="No two rules have the same"
          required
          autoComplete="off"
          value={String(draft.name ?? '')}
          onChange={({ currentTarget }) => set('name', currentTarget.value)}
          error={errorOf('name')}
        />
        <Select
          label="Severity"
          description="Decides the colour or the urgency at the receiver"
          data={SEVERITIES}
          allowDeselect={false}
          value={String(draft.severity ?? 'error')}
          onChange={(next) => set('severity', next)}
          error={errorOf('severity')}
        />
      </SimpleGrid>
      <TriggerFields {...part} onKind={onKind} />
      {takesEventTypes(kindOf(draft)) && (
        <TypesInput
          {...part}
          isList
          path="event_types"
          label="Event types"
          description="Exact ones, workflow.* or *"
          required
        />
      )}
      <Suspense fallback={<Skeleton height={110} />}>
        <ConditionEditor
          value={String(draft.condition ?? '')}
          types={watched.length > 0 ? watched : ['*']}
          faults={faults}
          judged={judged}
          onChange={(next) => set('condition', next.trim() === '' ? undefined : next)}
        />
      </Suspense>
      <EndpointChoice {...part} />
      <Fieldset legend="How often people are told">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <DurationInput
            {...part}
            path="notify.cooldown"
            label="Cooldown"
            description="Between messages of a key"
            placeholder="none"
          />
          <DurationInput
            {...part}
            path="notify.repeat_every"
            label="Repeat every"
            description="While it still fires"
            placeholder="never"
          />
          <CountInput
            {...part}
            path="notify.max_per_hour"
            label="Messages an hour"
            description="At most, of the whole rule"
            placeholder="no bound"
          />
        </SimpleGrid>
      </Fieldset>
      <RetryFields {...part} />
      <Textarea
        label="Description"
        description="For colleagues: what to do about it"
        autosize
        minRows={2}
        value={String(draft.description ?? '')}
        onChange={({ currentTarget }) => set('description', currentTarget.value || undefined)}
        error={errorOf('description')}
      />
      <Switch
        label="Active"
        checked={draft.is_active !== false}
        onChange={({ currentTarget }) => set('is_active', currentTarget.checked)}
      />
    </Stack>
  );
}
