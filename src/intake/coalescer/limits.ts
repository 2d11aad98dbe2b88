/** What bounds lists, and what makes them longer. Times are in ms, sizes in bytes. */
export interface CoalescerLimits {
  /** Of one list. One larger item is a list of its own. */
  maxItems: number;
  maxBytes: number;
  /** From an item's arrival until its list starts, if a start is free. */
  maxWaitMs: number;
  /** More lists than this in a second are pressure, and so are so many on their way when another starts: starts take long. */
  restedPerSecond: number;
  restedRuns: number;
  /** And so are more items than this in a second: their lists are few because they are long. */
  restedItemsPerSecond: number;
  /** Under pressure a key's lists follow each other no closer than the first, and for each item in a second this much more. */
  pressedGapMs: number;
  pressedGapMsPerItem: number;
  /** Lists being committed at once: of one key, and of all, which namespaces share. */
  maxRunsOfKey: number;
  /** Of one key while there are other namespaces: fewer and longer lists take less of what all start lists in. */
  maxRunsBesideOthers: number;
  maxRuns: number;
  /** Waiting and being committed, of all keys; namespaces share it. */
  maxHeldItems: number;
  maxHeldBytes: number;
  /** An item that could not start by then is refused: its sender had better come back later than wait for a time-out. */
  maxQueuedMs: number;
}
