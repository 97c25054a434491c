/** Kinds of environment. They differ in the defaults below; every default can be overridden on the component. */
export const TIERS = ["dev", "staging", "production"] as const;

export type Tier = (typeof TIERS)[number];

/** What a tier sets where the program is silent. */
export interface TierDefaults {
    /** Deletion protection on what holds data and on the cluster. */
    readonly protect: boolean;
    /** Keep data in the cloud when it is removed from the program. */
    readonly retainOnDelete: boolean;
    /** Delete objects with their store. */
    readonly forceDestroy: boolean;
    /** Days that overwritten or deleted objects are kept. */
    readonly keepVersionsDays: number;
    /** Zones of a created network. AWS refuses an EKS cluster in fewer than two. */
    readonly zones: number;
    /** Replicas of a service at least. */
    readonly minReplicas: number;
    /** Replicas of a service at most. */
    readonly maxReplicas: number;
    /** Nodes of a pool at least. */
    readonly minNodes: number;
    /** Nodes of the add-ons at least. */
    readonly systemNodes: number;
    /** On-demand nodes of a pool with spot. */
    readonly onDemandBase: number;
    /** Pod disruption budgets for services. */
    readonly disruptionBudget: boolean;
    /** Spread replicas over zones and nodes. */
    readonly spread: boolean;
    /** Replicas of add-on controllers. */
    readonly controllerReplicas: number;
    /** Each zone of a created network has a NAT gateway of its own, where the cloud's gateways are zonal. */
    readonly natPerZone: boolean;
    /** The control plane has a service level, also where one without is free. */
    readonly controlPlaneSla: boolean;
    /** How a managed endpoint goes from one revision to the next. */
    readonly rollout: "allAtOnce" | "canary" | "rolling";
}

export const TIER_DEFAULTS: Record<Tier, TierDefaults> = {
    dev: {
        protect: false,
        retainOnDelete: false,
        forceDestroy: true,
        keepVersionsDays: 7,
        zones: 2,
        minReplicas: 1,
        maxReplicas: 2,
        minNodes: 0,
        systemNodes: 1,
        onDemandBase: 0,
        disruptionBudget: false,
        spread: false,
        controllerReplicas: 1,
        natPerZone: false,
        controlPlaneSla: false,
        rollout: "allAtOnce",
    },
    staging: {
        protect: false,
        retainOnDelete: false,
        forceDestroy: false,
        keepVersionsDays: 14,
        zones: 2,
        minReplicas: 1,
        maxReplicas: 4,
        minNodes: 0,
        systemNodes: 2,
        onDemandBase: 0,
        disruptionBudget: true,
        spread: true,
        controllerReplicas: 1,
        natPerZone: false,
        controlPlaneSla: true,
        rollout: "canary",
    },
    production: {
        protect: true,
        retainOnDelete: true,
        forceDestroy: false,
        keepVersionsDays: 30,
        zones: 3,
        minReplicas: 2,
        maxReplicas: 8,
        minNodes: 0,
        systemNodes: 2,
        onDemandBase: 1,
        disruptionBudget: true,
        spread: true,
        controllerReplicas: 2,
        natPerZone: true,
        controlPlaneSla: true,
        rollout: "canary",
    },
};
