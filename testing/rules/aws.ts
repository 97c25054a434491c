import { eks } from "./aws/eks";
import { identity } from "./aws/identity";
import { network } from "./aws/network";
import { serving } from "./aws/serving";
import { storage } from "./aws/storage";
import type { Rules } from "./types";

/** What AWS checks, computes and forbids beyond what its SDK declares. */
export const awsRules: Rules = { ...storage, ...network, ...identity, ...eks, ...serving };
