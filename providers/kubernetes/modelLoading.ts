import type { core } from "@pulumi/kubernetes/types/input";
import type { ClusterInferenceSpec } from "../cloud";
import type { PodParts } from "./access";
import { imageFrom } from "../serverImages";
import { FETCH_COMMAND } from "./modelFetch";
import { MODEL_PATH } from "./servers";

const STORAGE_INITIALIZER = "docker.io/kserve/storage-initializer:v0.20.0";

/** How the model comes to the server's container. */
export interface ModelLoading {
    readonly initContainers: readonly core.v1.Container[];
    readonly volumes: readonly core.v1.Volume[];
    readonly mounts: readonly core.v1.VolumeMount[];
}

/**
 * Puts the model where the server reads it. A volume is mounted. Everything else is fetched by KServe's storage
 * initializer in a container of our own, for stores of the cluster's cloud and of others alike, instead of the one
 * that KServe would inject for a `storageUri`: its image is pinned whatever KServe a cluster brings, it has the
 * server's memory for large files (KServe gives it 1 GiB), and it can carry the projected token and configuration that
 * another cloud's federation needs. KServe injects none beside a container of this name.
 *
 * Disk space isn't requested: a node group at zero tells the cluster autoscaler no ephemeral storage, so a pod that
 * requests some would never get a node.
 */
export function modelLoading(
    { model, resources: { cpu, memory } }: ClusterInferenceSpec,
    parts: PodParts,
    registry: string | undefined,
): ModelLoading {
    if (!model) {
        return { initContainers: [], volumes: [], mounts: [] };
    }
    const [claim] = parts.data.mounts;
    if (claim) {
        return {
            initContainers: [],
            volumes: parts.data.volumes,
            mounts: [{ ...claim, mountPath: MODEL_PATH, readOnly: true }],
        };
    }
    const mount = { name: "model", mountPath: MODEL_PATH };
    return {
        initContainers: [
            {
                name: "storage-initializer",
                image: imageFrom(registry, STORAGE_INITIALIZER),
                command: [...FETCH_COMMAND],
                args: [model.store.uri(model.path).apply(asFolder), MODEL_PATH],
                env: [...parts.environment],
                volumeMounts: [mount, ...parts.credentials.mounts],
                // What the server will have: more would ask for a larger node, and less than its limit is no guarantee.
                resources: { requests: { cpu, memory }, limits: { cpu, memory } },
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: 1000,
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                },
            },
        ],
        volumes: [{ name: "model", emptyDir: {} }, ...parts.credentials.volumes],
        mounts: [{ ...mount, readOnly: true }],
    };
}

/** The initializer takes every object whose key starts with the path: without a slash `…/3` would also fetch `…/30`. */
function asFolder(uri: string): string {
    return uri.endsWith("/") ? uri : `${uri}/`;
}
