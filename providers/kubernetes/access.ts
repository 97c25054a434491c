import * as pulumi from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import { ConfigMap, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type { EnvironmentVariable, PodAccess, VolumeClaim, WorkloadAccess } from "../cloud";
import type { Scope } from "../scope";
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
        secret
            ? { name, valueFrom: { secretKeyRef: { name: secret.name, key: secret.key } } }
            : { name, value: value ?? "" },
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
    const files = filesOf(access.files, namespace, scope, dependsOn);
    return {
        environment: environmentOf(access.environment),
        credentials: credentialsOf(access, files?.metadata.name),
        data: dataOf(access.claims, namespace, scope.name),
        nodes: files ? { files } : {},
    };
}

function filesOf(
    files: PodAccess["files"],
    namespace: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ConfigMap | undefined {
    if (files.length === 0) {
        return undefined;
    }
    return scope.child(
        "files",
        ConfigMap,
        {
            // Named by the engine: a changed file makes a new ConfigMap, which rolls the pods, before the old one goes.
            metadata: { namespace, labels: objectLabels(scope, "access") },
            immutable: true,
            data: Object.fromEntries(files.map(({ content }, index) => [fileKey(index), content])),
        },
        { dependsOn: [...dependsOn] },
    );
}

/**
 * A folder with a token is one projected volume with all that is in it, since nothing can be mounted inside another
 * read-only volume. It is mounted whole: the kubelet renews a token by swapping the folder's link, which a mount of
 * the file alone doesn't follow. Files elsewhere are mounted one by one, so that they hide nothing of the image.
 */
function credentialsOf(
    { files, tokens }: PodAccess,
    configMap: pulumi.Input<string> | undefined,
): PodParts["credentials"] {
    const folders = [...new Set(tokens.map(({ path }) => folder(path)))];
    const keyed = files.map(({ path }, index) => ({ path, key: fileKey(index) }));
    const projected = folders.map((mountPath, index) => ({
        mount: { name: `credentials-${index}`, mountPath, readOnly: true },
        volume: {
            name: `credentials-${index}`,
            projected: {
                sources: [
                    ...tokens
                        .filter(({ path }) => folder(path) === mountPath)
                        .map(({ path, audience, expirationSeconds }) => ({
                            serviceAccountToken: {
                                audience,
                                expirationSeconds: expirationSeconds ?? 3600,
                                path: baseName(path),
                            },
                        })),
                    ...keyed
                        .filter(({ path }) => folder(path) === mountPath)
                        .map(({ path, key }) => ({
                            configMap: { name: configMap ?? "", items: [{ key, path: baseName(path) }] },
                        })),
                ],
            },
        },
    }));
    const alone = keyed.filter(({ path }) => !folders.includes(folder(path)));
    return {
        volumes: [
            ...projected.map(({ volume }) => volume),
            ...(alone.length > 0 ? [{ name: "files", configMap: { name: configMap ?? "" } }] : []),
        ],
        mounts: [
            ...projected.map(({ mount }) => mount),
            ...alone.map(({ path, key }) => ({
                name: "files",
                mountPath: path,
                subPath: key,
                readOnly: true,
            })),
        ],
    };
}

function dataOf(claims: readonly VolumeClaim[], namespace: string, workload: string): PodParts["data"] {
    const names = new Map<pulumi.Input<string>, string>();
    for (const { claim, namespace: home } of claims) {
        if (home !== undefined && home !== namespace) {
            throw new pulumi.RunError(
                `'${workload}' runs in namespace '${namespace}' and can't mount a volume of namespace '${home}': ` +
                    "give both the same `namespace`",
            );
        }
        names.set(claim, names.get(claim) ?? `store-${names.size}`);
    }
    return {
        volumes: [...names].map(([claimName, name]) => ({ name, persistentVolumeClaim: { claimName } })),
        mounts: claims.map(({ claim, path, readOnly, subPath }) => ({
            name: names.get(claim) ?? "",
            mountPath: path,
            readOnly,
            ...(subPath ? { subPath } : {}),
        })),
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

const fileKey = (index: number): string => `file-${index}`;
const folder = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
