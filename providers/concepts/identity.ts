import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { CloudName } from "../../placement/site";
import type { ClusterHandle } from "./cluster";

/** A Kubernetes service account that runs a workload. */
export interface ServiceAccountSpec {
    readonly cluster: ClusterHandle;
    readonly namespace: string;
    readonly serviceAccount: string;
}

/** Who gets access, as the store's cloud names it: role ARN, service account e-mail, principal id, or a federated principal. */
export interface Principal {
    readonly cloud: CloudName;
    /** AWS: role ARN. Google Cloud: IAM member (`serviceAccount:…`, `principal://…`). Azure: principal (object) id. Kubernetes: service account name. */
    readonly id: Output<string>;
    /** AWS: the role's name, which inline policies attach to. */
    readonly roleName?: Output<string>;
}

/** An identity that pods use. */
export interface WorkloadIdentity extends Principal {
    /** What pods need to act as this identity. */
    readonly pod: PodAccess;
    /** The raw resources, by child suffix. */
    readonly nodes: Readonly<Record<string, Resource>>;
}

/** A variable in a container's environment. */
export interface EnvironmentVariable {
    readonly name: string;
    readonly value?: Input<string>;
    /** The value may be a secret: pods get it from a Secret of the workload's own, never in their own definition. */
    readonly concealed?: true;
    /** Key of a Secret in the workload's namespace. */
    readonly secret?: { readonly name: Input<string>; readonly key: string };
}

/** A file that pods need and that is no secret, such as a federation's credential configuration. */
export interface PodFile {
    readonly path: string;
    readonly content: Input<string>;
}

/** A service account token that is projected into the pod for another cloud. */
export interface ProjectedToken {
    readonly path: string;
    readonly audience: Input<string>;
    /** @default 3600 */
    readonly expirationSeconds?: number;
}

/** An existing volume claim to mount. */
export interface VolumeClaim {
    readonly claim: Input<string>;
    /** Where containers find it. */
    readonly path: string;
    readonly readOnly: boolean;
    /** Folder of the volume that is mounted; all of it where absent. */
    readonly subPath?: string;
    /** Namespace of the claim: pods elsewhere can't mount it. */
    readonly namespace?: string;
}

/** What a pod needs for an access to work, free of any SDK's types. All parts of several accesses can be merged. */
export interface PodAccess {
    readonly environment: readonly EnvironmentVariable[];
    readonly files: readonly PodFile[];
    readonly tokens: readonly ProjectedToken[];
    readonly claims: readonly VolumeClaim[];
    readonly serviceAccountAnnotations: Readonly<Record<string, Input<string>>>;
    readonly podLabels: Readonly<Record<string, string>>;
    /** What must exist before the pod starts. */
    readonly dependencies: readonly Resource[];
}

/** Needs nothing. */
export const NO_ACCESS: PodAccess = {
    environment: [],
    files: [],
    tokens: [],
    claims: [],
    serviceAccountAnnotations: {},
    podLabels: {},
    dependencies: [],
};

/** Everything that any of these accesses needs; the same variable, file or claim asked for twice is kept once. */
export function mergeAccess(...accesses: readonly PodAccess[]): PodAccess {
    return {
        environment: distinct(
            accesses.flatMap((access) => access.environment),
            (variable) => variable.name,
        ),
        files: distinct(
            accesses.flatMap((access) => access.files),
            (file) => file.path,
        ),
        tokens: distinct(
            accesses.flatMap((access) => access.tokens),
            (token) => token.path,
        ),
        claims: distinct(
            accesses.flatMap((access) => access.claims),
            (claim) => claim.path,
        ),
        serviceAccountAnnotations: Object.assign({}, ...accesses.map((a) => a.serviceAccountAnnotations)),
        podLabels: Object.assign({}, ...accesses.map((access) => access.podLabels)),
        dependencies: [...new Set(accesses.flatMap((access) => access.dependencies))],
    };
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
    return [...new Map(items.map((item) => [key(item), item])).values()];
}
