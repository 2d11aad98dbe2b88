import { oneOf, pageSearch, present, type RawSearch } from '../../kit/search.ts';

const KINDS = ['http', 'slack', 'pagerduty', 'discord', 'teams'] as const;
/** `off`: switched off by a person; the others are the service's verdict. */
const STATES = ['healthy', 'failing', 'disabled', 'off'] as const;
export const TABS = ['activity', 'settings', 'secret', 'verify'] as const;

/** What the URL of the list holds. */
export const webhookSearch = (raw: RawSearch) =>
  present({ kind: oneOf(raw, 'kind', KINDS), health: oneOf(raw, 'health', STATES), ...pageSearch(raw) });

/** What the URL of one webhook holds. */
export const webhookDetailSearch = (raw: RawSearch) => present({ tab: oneOf(raw, 'tab', TABS) });
