import * as pulumi from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import { ConfigMap, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type { EnvironmentVariable, WorkloadAccess } from "../cloud";
import type { Scope } from "../scope";
import type { VolumeAccess } from "./grant";
import { objectLabels } from "./labels";

type EnvVar = core.v1.EnvVar;
type Volume = core.v1.Volume;
type VolumeMount = core.v1.VolumeMount;

/** What an access adds to pods, by where it goes. */
export interface PodParts {
    readonly environment: readonly EnvVar[];
    /** Files and tokens, and where a container mounts them. */
    readonly credentials: { readonly volumes: readonly Volume[]; readonly mounts: readonly VolumeMount[] };
    /** Volume claims of stores, and where a container mounts them. */
    readonly data: { readonly volumes: readonly Volume[]; readonly mounts: readonly VolumeMount[] };
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/** Variables in Kubernetes' form. Secrets stay references: no token is ever written into a pod. */
export function environmentOf(variables: readonly EnvironmentVariable[]): EnvVar[] {
    return variables.map(({ name, value, secret }) =>
        secret ? { name, valueFrom: { secretKeyRef: { name: secret.name, key: secret.key } } } : { name, value: value ?? "" },
    );
}

/**
 * Volumes, mounts and variables of an access. Files become a ConfigMap, tokens projected volumes.
 *
 * @throws RunError when a claim is in another namespace than the pods, which can't mount it
 */
export function podParts(
    { access }: WorkloadAccess,
    namespace: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): PodParts {
    const files = fileParts(access.files, namespace, scope, dependsOn);
    const tokens = access.tokens.map((token, index) => ({
        volume: {
            name: `token-${index}`,
            projected: {
                sources: [
                    {
                        serviceAccountToken: {
                            audience: token.audience,
                            expirationSeconds: token.expirationSeconds ?? 3600,
                            path: baseName(token.path),
                        },
                    },
                ],
            },
        },
        // The folder, not the file: kubelet renews a token by swapping the folder's link, which subPath doesn't follow.
        mount: { name: `token-${index}`, mountPath: folder(token.path), readOnly: true },
    }));
    const claims = access.claims as readonly VolumeAccess[];
    const names = new Map<unknown, string>();
    for (const { claim, namespace: home } of claims) {
        if (home !== undefined && home !== namespace) {
            throw new pulumi.RunError(
                `'${scope.name}' runs in namespace '${namespace}' and can't mount a volume of namespace '${home}': ` +
                    "give both the same `namespace`",
            );
        }
        names.set(claim, names.get(claim) ?? `store-${names.size}`);
    }
    return {
        environment: environmentOf(access.environment),
        credentials: {
            volumes: [...files.volumes, ...tokens.map(({ volume }) => volume)],
            mounts: [...files.mounts, ...tokens.map(({ mount }) => mount)],
        },
        data: {
            volumes: [...names].map(([claim, name]) => ({
                name,
                persistentVolumeClaim: { claimName: claim as pulumi.Input<string> },
            })),
            mounts: claims.map(({ claim, path, readOnly, subPath }) => ({
                name: names.get(claim) ?? "",
                mountPath: path,
                readOnly,
                ...(subPath ? { subPath } : {}),
            })),
        },
        nodes: files.nodes,
    };
}

function fileParts(
    files: WorkloadAccess["access"]["files"],
    namespace: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): { volumes: Volume[]; mounts: VolumeMount[]; nodes: Record<string, pulumi.Resource> } {
    if (files.length === 0) {
        return { volumes: [], mounts: [], nodes: {} };
    }
    const config = scope.child(
        "files",
        ConfigMap,
        {
            // Named by the engine: a changed file makes a new ConfigMap, which rolls the pods, before the old one goes.
            metadata: { namespace, labels: objectLabels(scope, "access") },
            immutable: true,
            data: Object.fromEntries(files.map(({ content }, index) => [`file-${index}`, content])),
        },
        { dependsOn: [...dependsOn] },
    );
    return {
        volumes: [{ name: "files", configMap: { name: config.metadata.name } }],
        mounts: files.map(({ path }, index) => ({
            name: "files",
            mountPath: path,
            subPath: `file-${index}`,
            readOnly: true,
        })),
        nodes: { files: config },
    };
}

/** The account that pods run as, with the annotations that tie it to cloud identities. Its own token isn't mounted. */
export function serviceAccountOf(
    { serviceAccount, access }: WorkloadAccess,
    namespace: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ServiceAccount {
    return scope.child(
        "account",
        ServiceAccount,
        {
            metadata: {
                name: serviceAccount,
                namespace,
                labels: objectLabels(scope, "access"),
                annotations: { ...access.serviceAccountAnnotations },
            },
            automountServiceAccountToken: false,
        },
        { dependsOn: [...dependsOn] },
    );
}

const folder = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
