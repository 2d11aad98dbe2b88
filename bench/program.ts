import type { Client } from '@temporalio/client';

/** A program under test: where events go in, and whose work it is. */
export interface Program {
  name: string;
  /** Where events are POSTed, and with which headers. */
  url: string;
  headers: Record<string, string>;
  /** Its processes by name: the service alone, or API and worker apart. */
  pids: Record<string, number>;
  taskQueue: string;
  /** Names of its workflow types. */
  workflowTypes: { event: string; delivery: string };
  /** A client of its Temporal namespace. */
  temporal: Client;
}
