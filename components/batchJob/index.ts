export { BatchJob } from "./batchJob";
export type { BatchJobArgs, StorePart } from "./args";
