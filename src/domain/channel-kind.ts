/** What an endpoint's receiver is: each kind has its own message, limits and meaning of answers. */
export const channelKinds = ['http', 'slack', 'pagerduty', 'discord', 'teams'] as const;

export type ChannelKind = (typeof channelKinds)[number];
