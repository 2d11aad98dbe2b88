import { SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { at } from './draft.ts';
import type { FormPart } from './form.ts';
import { DurationInput, PerInput, TypesInput } from './inputs.tsx';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const MODES = [
  { value: 'within', label: 'For so long' },
  { value: 'by', label: 'By a time of day' },
];

/** What is missed, and for how long or by when. */
export function AbsenceFields(part: FormPart) {
  const mode = at(part.draft, 'trigger.by') === undefined ? 'within' : 'by';
  const turn = (next: string) => {
    if (next === mode) return;
    part.set('trigger.within', next === 'within' ? '24h' : undefined);
    part.set('trigger.by', next === 'by' ? '06:00' : undefined);
    part.set('trigger.timezone', next === 'by' ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined);
  };
  const zone = at(part.draft, 'trigger.timezone');
  const zones = typeof zone === 'string' && !ZONES.includes(zone) ? [zone, ...ZONES] : ZONES;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TypesInput {...part} path="trigger.of" label="No event of" required />
      <Stack gap={4}>
        <SegmentedControl aria-label="How it is missed" data={MODES} value={mode} onChange={turn} />
        {mode === 'within' ? (
          <DurationInput {...part} path="trigger.within" label="Within" description="1s to 30d" required />
        ) : (
          <SimpleGrid cols={2} spacing="xs">
            <TextInput
              label="By"
              type="time"
              required
              value={String(at(part.draft, 'trigger.by') ?? '')}
              onChange={({ currentTarget }) => part.set('trigger.by', currentTarget.value)}
              error={part.errorOf('trigger.by')}
            />
            <Select
              label="Time zone"
              required
              searchable
              limit={100}
              data={zones}
              value={typeof zone === 'string' ? zone : null}
              onChange={(next) => part.set('trigger.timezone', next ?? undefined)}
              error={part.errorOf('trigger.timezone')}
            />
          </SimpleGrid>
        )}
      </Stack>
      <DurationInput
        {...part}
        path="trigger.grace"
        label="And so long after"
        description="Grace; 1s to 12h"
        placeholder="none"
      />
      <PerInput {...part} />
    </SimpleGrid>
  );
}
