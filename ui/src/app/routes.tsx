import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { alertSearch } from '../pages/alerts/search.ts';
import { apiKeySearch } from '../pages/api-keys/search.ts';
import { auditSearch } from '../pages/audit-log/search.ts';
import { deadLetterSearch } from '../pages/dead-letters/search.ts';
import { deliveryDetailSearch, deliverySearch } from '../pages/deliveries/search.ts';
import { eventDetailSearch, eventSearch } from '../pages/events/search.ts';
import { overviewSearch } from '../pages/overview/search.ts';
import { newRuleSearch, ruleSearch } from '../pages/rules/search.ts';
import { signInSearch } from '../pages/sign-in/search.ts';
import { silenceSearch } from '../pages/silences/search.ts';
import { webhookDetailSearch, webhookSearch } from '../pages/webhooks/search.ts';
import { Root } from './root.tsx';

/* Every page with its path and what its URL may hold. Pages are loaded when they are first wanted. */

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  async beforeLoad({ context, location }): Promise<void> {
    if (location.pathname === '/sign-in') return;
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
  },
});

const of = () => root;

const signIn = createRoute({
  getParentRoute: of,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('../pages/sign-in/page.tsx')),
});

const overview = createRoute({
  getParentRoute: of,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('../pages/overview/page.tsx')),
});

const alerts = createRoute({
  getParentRoute: of,
  path: '/alerts',
  validateSearch: alertSearch,
  component: lazyRouteComponent(() => import('../pages/alerts/list.tsx')),
});

const alert = createRoute({
  getParentRoute: of,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('../pages/alerts/detail.tsx')),
});

const deliveries = createRoute({
  getParentRoute: of,
  path: '/deliveries',
  validateSearch: deliverySearch,
  component: lazyRouteComponent(() => import('../pages/deliveries/list.tsx')),
});

const delivery = createRoute({
  getParentRoute: of,
  path: '/deliveries/$id',
  validateSearch: deliveryDetailSearch,
  component: lazyRouteComponent(() => import('../pages/deliveries/detail.tsx')),
});

const deadLetters = createRoute({
  getParentRoute: of,
  path: '/dead-letters',
  validateSearch: deadLetterSearch,
  component: lazyRouteComponent(() => import('../pages/dead-letters/list.tsx')),
});

/** A dead letter is its delivery. */
const deadLetter = createRoute({
  getParentRoute: of,
  path: '/dead-letters/$id',
  beforeLoad({ params }) {
    throw redirect({ to: '/deliveries/$id', params, replace: true });
  },
});

const events = createRoute({
  getParentRoute: of,
  path: '/events',
  validateSearch: eventSearch,
  component: lazyRouteComponent(() => import('../pages/events/list.tsx')),
});

const event = createRoute({
  getParentRoute: of,
  path: '/events/$id',
  validateSearch: eventDetailSearch,
  component: lazyRouteComponent(() => import('../pages/events/detail.tsx')),
});

const webhooks = createRoute({
  getParentRoute: of,
  path: '/webhooks',
  validateSearch: webhookSearch,
  component: lazyRouteComponent(() => import('../pages/webhooks/list.tsx')),
});

const newWebhook = createRoute({
  getParentRoute: of,
  path: '/webhooks/new',
  component: lazyRouteComponent(() => import('../pages/webhooks/new.tsx')),
});

const webhook = createRoute({
  getParentRoute: of,
  path: '/webhooks/$id',
  validateSearch: webhookDetailSearch,
  component: lazyRouteComponent(() => import('../pages/webhooks/detail.tsx')),
});

const rules = createRoute({
  getParentRoute: of,
  path: '/rules',
  validateSearch: ruleSearch,
  component: lazyRouteComponent(() => import('../pages/rules/list.tsx')),
});

const newRule = createRoute({
  getParentRoute: of,
  path: '/rules/new',
  validateSearch: newRuleSearch,
  component: lazyRouteComponent(() => import('../pages/rules/new.tsx')),
});

const rule = createRoute({
  getParentRoute: of,
  path: '/rules/$id',
  component: lazyRouteComponent(() => import('../pages/rules/detail.tsx')),
});

const silences = createRoute({
  getParentRoute: of,
  path: '/silences',
  validateSearch: silenceSearch,
  component: lazyRouteComponent(() => import('../pages/silences/list.tsx')),
});

const apiKeys = createRoute({
  getParentRoute: of,
  path: '/api-keys',
  validateSearch: apiKeySearch,
  component: lazyRouteComponent(() => import('../pages/api-keys/list.tsx')),
});

const auditLog = createRoute({
  getParentRoute: of,
  path: '/audit-log',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../pages/audit-log/list.tsx')),
});

export const routeTree = root.addChildren([
  signIn,
  overview,
  alerts,
  alert,
  deliveries,
  delivery,
  deadLetters,
  deadLetter,
  events,
  event,
  webhooks,
  newWebhook,
  webhook,
  rules,
  newRule,
  rule,
  silences,
  apiKeys,
  auditLog,
]);
