import type { Drift } from "../../placement/drift";
import type { PinChange } from "../../placement/pins";
import type { Placement } from "../../placement/explain";
import type { Range } from "../../placement/pricing/lines";
import type { CloudName } from "../../placement/site";
import type { ClientContract } from "../../providers/concepts/inference";

/** Version of {@link PlanDocument}; it grows when a field changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

/** What `barycenter plan --json` prints. A value that is known only once something exists is `null`. */
export interface PlanDocument {
    readonly schemaVersion: typeof SCHEMA_VERSION;
    /** Version of barycenter that made the plan. */
    readonly barycenter: string;
    readonly project: string;
    readonly stack: string;
    /** `barycenter:cloud` and `barycenter:region`, where they are set. */
    readonly site?: string;
    /** Components that no other component made. */
    readonly components: readonly PlannedComponent[];
    /** Resources that no component made. */
    readonly resources: readonly PlannedResource[];
    /** The program's stack outputs. */
    readonly outputs: Readonly<Record<string, unknown>>;
    /** Warnings about the program as a whole. */
    readonly warnings: readonly string[];
    readonly assumptions: readonly PlanAssumption[];
    readonly totals: { readonly components: number; readonly resources: number };
    /** Not empty when the program is invalid; the rest then says how far it came. */
    readonly errors: readonly PlanError[];
    /** Where everything is, why, and what it costs a month; absent where the program has errors or no components. */
    readonly placement?: Placement;
    /** What `--pin` wrote, or would have to write; absent where nothing is placed. */
    readonly pins?: PinState;
    /** A better place at today's prices; absent where something is not placed yet. */
    readonly drift?: Drift;
    /** What differs from `--baseline`. */
    readonly changes?: PlanChanges;
}

/** What `barycenter plan --all-clouds --json` prints. */
export interface CloudPlans {
    readonly schemaVersion: typeof SCHEMA_VERSION;
    readonly plans: Readonly<Partial<Record<CloudName, PlanDocument>>>;
    /** The clouds that can be compared from the cheapest to the dearest, then the others. */
    readonly comparison: readonly ComparedCloud[];
}

/** A cloud among others. */
export interface ComparedCloud {
    readonly cloud: CloudName;
    /** Sites that the program's components have there. */
    readonly sites: readonly string[];
    /** Micro-dollars a month; absent where the program can't be placed there, or not at a known price. */
    readonly total?: Range;
    /** Expected micro-dollars a month more than on the cheapest cloud. */
    readonly extra?: number;
    /** Whether the error of the prices leaves it dearer than the cheapest. */
    readonly sure?: boolean;
    /** What prevents its use, or its comparison. */
    readonly obstacles: readonly string[];
}

/** How the stack's pins stand to its program. */
export interface PinState {
    /** Components whose place is neither in the program, nor pinned, nor the stack's default. */
    readonly unpinned: readonly string[];
    /** Pins of components that the program no longer has, or whose place it says itself. */
    readonly stale: readonly string[];
    /** Accelerators of pins that the program no longer accepts. What else a pin breaks is an error. */
    readonly broken: readonly { readonly component: string; readonly text: string }[];
    /** With `--pin`: what was written. */
    readonly written?: {
        /** Relative to the project. */
        readonly file: string;
        readonly changes: readonly PinChange[];
    };
}

export interface PlannedComponent {
    /** Type token, such as `barycenter:index:ModelStore`. */
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** `cloud/region`; absent for components of other packages. */
    readonly site?: string;
    /** Registered outputs. */
    readonly outputs: Readonly<Record<string, unknown>>;
    /** How clients talk to it; inference services only. */
    readonly client?: ClientContract;
    readonly warnings: readonly string[];
    /** What it says besides, such as what the owner of an adopted store has to add. */
    readonly notes?: readonly string[];
    readonly resources: readonly PlannedResource[];
    readonly components: readonly PlannedComponent[];
}

export interface PlannedResource {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly protect?: true;
    readonly retainOnDelete?: true;
    /** It exists already and is only read; it doesn't count. */
    readonly read?: true;
    readonly warnings?: readonly string[];
}

/** Something that the plan could not find out and took as given. */
export interface PlanAssumption {
    readonly kind: "config" | "stackReference" | "invoke" | "remoteComponent" | "unchecked";
    /** Configuration key, stack, function token, component or package. */
    readonly subject: string;
    readonly text: string;
}

export interface PlanError {
    /** Absent for errors of the program as a whole. */
    readonly urn?: string;
    readonly message: string;
    /** It is about the stack's pins alone. */
    readonly pins?: true;
}

/** What a plan changes against an earlier one, or against a stack's state. */
export interface PlanChanges {
    readonly added: readonly ResourceName[];
    readonly removed: readonly ResourceName[];
    /** Services whose clients must change. */
    readonly clients: readonly ClientChange[];
}

export interface ResourceName {
    readonly type: string;
    readonly name: string;
}

export interface ClientChange {
    readonly service: string;
    readonly from: ClientContract;
    readonly to: ClientContract;
}
