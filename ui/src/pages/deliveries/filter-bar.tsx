import { useQuery } from '@tanstack/react-query';
import { rulesQuery, webhooksQuery } from '../../api/queries.ts';
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
const asOption = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

/** Status, endpoint, rule, event type and time. */
export function DeliveryFilterBar({ value, isFiltered, onClear, onChange }: DeliveryFilterBarProps) {
  const webhooks = useQuery(webhooksQuery);
  const rules = useQuery(rulesQuery);
  return (
    <FilterBar isFiltered={isFiltered} onClear={onClear}>
      <SelectFilter
        label="Status"
        value={value.status}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status: status as Filters['status'] })}
      />
      <SelectFilter
        label="Endpoint"
        value={value.endpoint}
        options={webhooks.data?.items.map(asOption) ?? []}
        onChange={(endpoint) => onChange({ endpoint })}
      />
      <SelectFilter
        label="Rule"
        value={value.rule}
        options={rules.data?.items.map(asOption) ?? []}
        onChange={(rule) => onChange({ rule })}
      />
      <TextFilter label="Event type" value={value.type} onChange={(type) => onChange({ type })} />
      <TextFilter label="Event id" value={value.event} onChange={(event) => onChange({ event })} />
      <PeriodFilter value={value} onChange={onChange} />
    </FilterBar>
  );
}
