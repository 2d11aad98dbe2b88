import type { Attempt, DeliveryDetail } from './queries.ts';

type Request = NonNullable<DeliveryDetail['request']>;

/** The API tells the request of the latest attempt: that of another one differs in its number and its time alone. */
export function requestOf(request: Request, attempt: Pick<Attempt, 'number' | 'started_at'> | undefined): Request {
  if (attempt === undefined) return request;
  const seconds = Math.floor(Date.parse(attempt.started_at) / 1_000);
  const own = { 'webhook-timestamp': String(seconds), 'x-exosphere-attempt': String(attempt.number) };
  return { ...request, headers: { ...request.headers, ...own } };
}

/** The alert's page, where there is one: rules that tell of every match make alerts that have none. */
export function hasAlertPage(body: unknown): boolean {
  const status = (body as { data?: { alert?: { status?: unknown } } } | null)?.data?.alert?.status;
  return status === 'firing' || status === 'resolved';
}
