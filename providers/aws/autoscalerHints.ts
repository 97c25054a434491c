import type { PoolSpec } from "../cloud";
import { adapterOf, EFA_RESOURCE } from "./efa";
import { extendedResource, kindOf } from "./poolInfo";

/** A tag that tells the cluster autoscaler what a node of an empty group will be like. */
export interface AutoscalerHint {
    /** Suffix of the child, before that of the group's part. */
    readonly suffix: string;
    readonly key: string;
    readonly value: string;
}

const TEMPLATE = "k8s.io/cluster-autoscaler/node-template";

/**
 * What the cluster autoscaler can't derive of a pool's nodes while there are none. Labels and valued taints it reads
 * from EKS and GPUs from the machine type, but it knows neither Neuron devices nor EFA adapters, and overlooks a taint
 * of EKS without a value. Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md.
 */
export function autoscalerHints(pool: PoolSpec): readonly AutoscalerHint[] {
    const adapter = adapterOf(pool);
    return [
        ...(kindOf(pool) === "neuron"
            ? [
                  {
                      suffix: "devices",
                      key: `${TEMPLATE}/resources/${extendedResource(pool)}`,
                      value: String(pool.acceleratorsPerNode),
                  },
              ]
            : []),
        ...(adapter
            ? [
                  {
                      suffix: "adapters",
                      key: `${TEMPLATE}/resources/${EFA_RESOURCE}`,
                      value: String(adapter.cards),
                  },
              ]
            : []),
        ...pool.taints
            .filter(({ value }) => value === undefined)
            .map(({ key, effect }) => ({
                suffix: `taint-${key.replace(/[^\w.-]/g, "-")}`,
                key: `${TEMPLATE}/taint/${key}`,
                value: `:${effect}`,
            })),
    ];
}
