import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { NARROW } from './data-table.tsx';

/** What a person types is a filter once they pause this long. */
const PAUSE_MS = 400;

interface FilterBarProps {
  isFiltered: boolean;
  onClear: () => void;
  children: ReactNode;
}

/** The filters above a list, with the way to be rid of them all. On a small screen they are behind a button. */
export function FilterBar({ isFiltered, onClear, children }: FilterBarProps) {
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const [isOpen, { toggle }] = useDisclosure(false);
  const isShown = !isNarrow || isOpen;
  return (
    <Group component="search" aria-label="Filters" align="flex-end" gap="xs" mb="md">
      {isNarrow && (
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={isOpen}
        >
          Filters
        </Button>
      )}
      {isShown && children}
      <Button
        variant="subtle"
        leftSection={<IconFilterOff size={16} aria-hidden />}
        onClick={onClear}
        disabled={!isFiltered}
      >
        Clear
      </Button>
    </Group>
  );
}

interface SelectFilterProps {
  label: string;
  value: string | undefined;
  /** Values with the words for them. */
  options: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
  /** What nothing chosen means. */
  placeholder?: string;
}

/** One of several; nothing chosen is any. A value that is no option is one by itself. */
export function SelectFilter({ label, value, options, onChange, placeholder = 'Any' }: SelectFilterProps) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={isKnown ? options : [...options, { value: value as string, label: value as string }]}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      clearable
      searchable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      w={{ base: '100%', xs: 190 }}
    />
  );
}

interface TextFilterProps {
  label: string;
  placeholder?: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A text that has to be met whole, taken when the person pauses. */
export function TextFilter({ label, placeholder, value, onChange }: TextFilterProps) {
  const [text, setText] = useState(value ?? '');
  /** What the URL is to hold by this field: when it does, what is typed by then stands. */
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next.trim() || undefined;
    onChange(told.current);
  }, PAUSE_MS);
  // The URL may change by itself: back, or `Clear`.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    tell.cancel();
    setText(value ?? '');
  }, [value, tell]);
  return (
    <TextInput
      label={label}
      placeholder={placeholder ?? 'Any'}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value);
      }}
      w={{ base: '100%', xs: 190 }}
    />
  );
}
