import { governance } from "./azure-native/governance";
import { platform } from "./azure-native/platform";
import { workloads } from "./azure-native/workloads";
import type { Rules } from "./types";

/** What Azure checks, computes and forbids beyond what its SDK declares. */
export const azureNativeRules: Rules = { ...platform, ...workloads, ...governance };
