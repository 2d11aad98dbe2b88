/** Something that keeps dependencies from being installed and that a person can mend; the message says how. */
export class InstallError extends Error {}
