import { platform } from "./gcp/platform";
import { workloads } from "./gcp/workloads";
import type { Rules } from "./types";

/** What Google Cloud checks, computes and forbids beyond what its SDK declares. */
export const gcpRules: Rules = { ...platform, ...workloads };
