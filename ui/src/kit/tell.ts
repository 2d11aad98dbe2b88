import { notifications } from '@mantine/notifications';

/** Tells in passing what has been done. What went wrong is told where it was asked for, and stays. */
export const tell = (message: string) =>
  notifications.show({ message, closeButtonProps: { 'aria-label': 'Close this message' } });
