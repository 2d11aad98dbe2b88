import { NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { eventTypesQuery } from '../../api/queries.ts';
import { asList, asTypes, at } from './draft.ts';
import type { FormPart } from './form.ts';

/* The fields that the triggers share, each bound to a path of the draft. */

interface Bound extends FormPart {
  path: string;
  label: string;
  description?: string;
  placeholder?: string;
  required?: boolean;
}

/** Event types: one or several, of the built-in ones or one's own. @param isList it is a list always */
export function TypesInput({
  draft,
  set,
  errorOf,
  path,
  placeholder = '',
  isList = false,
  ...rest
}: Bound & { isList?: boolean }) {
  const known = useQuery(eventTypesQuery);
  const names = known.data?.items.map(({ type }) => type).filter((type) => !type.includes('<')) ?? [];
  return (
    <TagsInput
      {...rest}
      placeholder={asList(at(draft, path)).length === 0 ? placeholder : ''}
      data={['workflow.*', ...names]}
      value={asList(at(draft, path))}
      onChange={(next) => set(path, isList ? next : asTypes(next))}
      error={errorOf(path)}
      splitChars={[',', ' ']}
      acceptValueOnBlur
    />
  );
}

/** A number of a unit: `30m`. */
export function DurationInput({ draft, set, errorOf, path, ...rest }: Bound) {
  return (
    <TextInput
      placeholder="30m"
      {...rest}
      value={String(at(draft, path) ?? '')}
      onChange={({ currentTarget }) => set(path, currentTarget.value.trim() || undefined)}
      error={errorOf(path)}
      autoComplete="off"
    />
  );
}

export function CountInput({ draft, set, errorOf, path, ...rest }: Bound) {
  const value = at(draft, path);
  return (
    <NumberInput
      {...rest}
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => set(path, next === '' ? undefined : Number(next))}
      error={errorOf(path)}
      min={1}
      allowDecimal={false}
    />
  );
}

/** Fields whose values are counted apart. */
export function PerInput(part: FormPart) {
  return (
    <TagsInput
      label="Counted apart for each"
      description="Fields of the event; nothing: all together"
      placeholder={asList(at(part.draft, 'trigger.per')).length === 0 ? 'data.graph_name' : ''}
      data={['data.graph_name', 'data.run_id', 'data.error.type', 'data.labels.env', 'source', 'subject']}
      value={asList(at(part.draft, 'trigger.per'))}
      onChange={(next) => part.set('trigger.per', next.length === 0 ? undefined : next)}
      error={part.errorOf('trigger.per')}
      splitChars={[',', ' ']}
      acceptValueOnBlur
    />
  );
}
