import { NumberInput, SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { at } from './draft.ts';
import type { FormPart } from './form.ts';
import { CountInput, DurationInput, PerInput, TypesInput } from './inputs.tsx';

const SIDES = [
  { value: 'below', label: 'Below' },
  { value: 'at_least', label: 'At least' },
];

/** A share of events, such as the success rate, and the bound that it must not cross. In per cent here, 0 to 1 in the API. */
export function RatioFields(part: FormPart) {
  const side = at(part.draft, 'trigger.at_least') === undefined ? 'below' : 'at_least';
  const share = at(part.draft, `trigger.${side}`);
  const turn = (next: string) => {
    part.set(`trigger.${side}`, undefined);
    part.set(`trigger.${next}`, share);
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TypesInput
        {...part}
        path="trigger.of"
        label="Share of"
        description="Event types, among those counted"
        required
      />
      <TypesInput {...part} path="trigger.against" label="Among" description="All that is counted" required />
      <Stack gap={4}>
        <SegmentedControl aria-label="Which side of the bound fires" data={SIDES} value={side} onChange={turn} />
        <NumberInput
          label="Bound"
          description="Per cent"
          suffix=" %"
          required
          min={0}
          max={100}
          decimalScale={4}
          value={typeof share === 'number' ? Number((share * 100).toFixed(4)) : ''}
          onChange={(next) =>
            part.set(`trigger.${side}`, next === '' ? undefined : Number((Number(next) / 100).toFixed(6)))
          }
          error={part.errorOf('trigger.at_least') ?? part.errorOf('trigger.below')}
        />
      </Stack>
      <DurationInput {...part} path="trigger.window" label="Within" description="1s to 7d" required />
      <CountInput {...part} path="trigger.min_samples" label="Not on fewer events than" placeholder="5" />
      <PerInput {...part} />
    </SimpleGrid>
  );
}
