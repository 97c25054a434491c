import { parse } from "yaml";

/** Where a cluster is, as a kubeconfig tells. Empty where it doesn't. */
export interface ClusterAddress {
    readonly endpoint: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
}

interface Kubeconfig {
    readonly "current-context"?: string;
    readonly contexts?: readonly {
        readonly name: string;
        readonly context?: { readonly cluster?: string };
    }[];
    readonly clusters?: readonly {
        readonly name: string;
        readonly cluster?: { readonly server?: string; readonly "certificate-authority-data"?: string };
    }[];
}

const UNKNOWN: ClusterAddress = { endpoint: "", certificateAuthority: "" };

/**
 * The address of a context's cluster. A kubeconfig can be given as contents or as a path; a path is left to the
 * provider, which reads it when it contacts the cluster, so that a preview on another machine needs no file.
 */
export function addressIn(kubeconfig: string, context: string): ClusterAddress {
    const config = contentsOf(kubeconfig);
    if (!config) {
        return UNKNOWN;
    }
    const wanted = config.contexts?.some(({ name }) => name === context)
        ? context
        : config["current-context"];
    const clusterName = config.contexts?.find(({ name }) => name === wanted)?.context?.cluster;
    const cluster = config.clusters?.find(({ name }) => name === clusterName)?.cluster;
    return {
        endpoint: cluster?.server ?? "",
        certificateAuthority: cluster?.["certificate-authority-data"] ?? "",
    };
}

function contentsOf(kubeconfig: string): Kubeconfig | undefined {
    try {
        const parsed: unknown = parse(kubeconfig);
        return typeof parsed === "object" && parsed !== null ? (parsed as Kubeconfig) : undefined;
    } catch {
        return undefined;
    }
}
