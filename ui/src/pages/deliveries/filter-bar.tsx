import { ChoiceFilter } from '../../kit/choice-filter.tsx';
import { FilterBar, SelectFilter, TextFilter } from '../../kit/filters.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { statusLabel } from '../../kit/status-badge.tsx';
import { DELIVERY_STATUSES, type deliverySearch } from './search.ts';

type Filters = Omit<ReturnType<typeof deliverySearch>, 'after' | 'page'>;

interface DeliveryFilterBarProps {
  value: Filters;
  isFiltered: boolean;
  onClear: () => void;
  onChange: (change: Partial<Filters>) => void;
}

const STATUS_OPTIONS = DELIVERY_STATUSES.map((value) => ({ value, label: statusLabel(value) }));

/** Status, endpoint, rule, event type and time. */
export function DeliveryFilterBar({ value, isFiltered, onClear, onChange }: DeliveryFilterBarProps) {
  return (
    <FilterBar isFiltered={isFiltered} onClear={onClear}>
      <SelectFilter
        label="Status"
        value={value.status}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status: status as Filters['status'] })}
      />
      <ChoiceFilter
        kind="webhooks"
        label="Endpoint"
        value={value.endpoint}
        onChange={(endpoint) => onChange({ endpoint })}
      />
      <ChoiceFilter kind="rules" label="Rule" value={value.rule} onChange={(rule) => onChange({ rule })} />
      <TextFilter label="Event type" value={value.type} onChange={(type) => onChange({ type })} />
      <TextFilter label="Event id" value={value.event} onChange={(event) => onChange({ event })} />
      <PeriodFilter value={value} onChange={onChange} />
    </FilterBar>
  );
}
