import { Outlet, useLocation } from '@tanstack/react-router';
import { Shell } from './shell.tsx';

/** Every page stands in the shell but the one that leads into it. */
export function Root() {
  const isSignIn = useLocation({ select: ({ pathname }) => pathname === '/sign-in' });
  if (isSignIn) return <Outlet />;
  return (
    <Shell>
      <Outlet />
    </Shell>
  );
}
