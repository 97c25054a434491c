import type { PoolSpec } from "../cloud";

/** Elastic Fabric Adapter of a machine type. */
interface Adapter {
    /** Network cards that carry it. */
    readonly cards: number;
    /** Its device plugin needs a privileged container there. */
    readonly privileged?: true;
}

/**
 * Whole machines with EFA, by type.
 * Sources: docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html; privileged as in aws/eks-charts
 * stable/aws-efa-k8s-device-plugin.
 */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
    "p4d.24xlarge": { cards: 4 },
    "p4de.24xlarge": { cards: 4 },
    "p5.48xlarge": { cards: 32 },
    "p5en.48xlarge": { cards: 16 },
    "p6-b200.48xlarge": { cards: 8 },
    "trn2.48xlarge": { cards: 16, privileged: true },
};

/** Extended resource under which a node's adapters are. */
export const EFA_RESOURCE = "vpc.amazonaws.com/efa";

/**
 * The adapter by which a pool's nodes are joined; undefined where they are not: they are whole machines that have it,
 * more than one of them, in the one zone that is named. Nodes so joined stand close together in one zone, which makes
 * capacity harder to get; and a zone that is derived could change and replace the pool, so it has to be said.
 */
export function adapterOf(pool: PoolSpec): Adapter | undefined {
    return pool.max > 1 && pool.zones.length === 1 ? ADAPTERS[pool.machineType] : undefined;
}
