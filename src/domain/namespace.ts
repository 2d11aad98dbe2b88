/** The tenant boundary's name; contract §1. */
export const namespacePattern = /^[a-z0-9-]{1,63}$/;
