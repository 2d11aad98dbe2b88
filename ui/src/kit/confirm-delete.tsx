import type { ReactNode } from 'react';
import { Confirm } from './confirm.tsx';

interface ConfirmDeleteProps {
  isOpen: boolean;
  /** `Delete the webhook “ops”?` */
  title: string;
  /** What it would stop, in full sentences. */
  children: ReactNode;
  /** The word on the button. */
  verb?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is gone, and says what that would stop. */
export const ConfirmDelete = ({ verb = 'Delete', ...props }: ConfirmDeleteProps) => (
  <Confirm {...props} verb={verb} keep="Keep it" colour="red" />
);
