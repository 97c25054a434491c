/** The command line, or a file that it names, can't be used: exit code 2. */
export class UsageError extends Error {}
