import { ChoiceFilter } from '../../kit/choice-filter.tsx';
import { GIVEN_UP_REASONS } from '../../kit/delivery-reason.ts';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { statusLabel } from '../../kit/status-badge.tsx';
import { type deadLetterSearch, LETTER_STATUSES } from './search.ts';

type Filters = Omit<ReturnType<typeof deadLetterSearch>, 'after' | 'page' | 'bulk'>;

interface DeadLetterFilterBarProps {
  value: Filters;
  /** Reasons of the rows that are shown. */
  seen: string[];
  isFiltered: boolean;
  onClear: () => void;
  onChange: (change: Partial<Filters>) => void;
}

const STATUS_OPTIONS = LETTER_STATUSES.map((value) => ({ value, label: statusLabel(value) }));

/** Endpoint, rule, reason, time, and status: without one, those that wait or are being retried. */
export function DeadLetterFilterBar({ value, seen, isFiltered, onClear, onChange }: DeadLetterFilterBarProps) {
  const reasons = [...new Set([...seen, ...GIVEN_UP_REASONS])].sort();
  return (
    <FilterBar isFiltered={isFiltered} onClear={onClear}>
      <ChoiceFilter
        kind="webhooks"
        label="Endpoint"
        value={value.endpoint}
        onChange={(endpoint) => onChange({ endpoint })}
      />
      <ChoiceFilter kind="rules" label="Rule" value={value.rule} onChange={(rule) => onChange({ rule })} />
      <SelectFilter
        label="Reason"
        value={value.reason}
        options={reasons.map((reason) => ({ value: reason, label: reason }))}
        onChange={(reason) => onChange({ reason })}
      />
      <SelectFilter
        label="Status"
        placeholder="Waiting or retried"
        value={value.status}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status: status as Filters['status'] })}
      />
      <PeriodFilter value={value} onChange={onChange} />
    </FilterBar>
  );
}
