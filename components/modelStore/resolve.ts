import { parseSite } from "../../placement/site";
import { loadCloud } from "../../providers";
import type { AdoptedStoreSpec, ObjectStoreSpec } from "../../providers/cloud";
import { commonFields } from "../declaration";
import type { Settings } from "../declared";
import { show, type Problem } from "../validation/problem";
import * as is from "../validation/schema";
import { DEFAULT_STORE_GIB } from "./demand";
import type { AdoptedModelStoreArgs, ModelStoreArgs } from "./args";

/** The largest store that is believed: 100 PiB. */
const MAX_GIB = 100 * 1024 * 1024;

const NAMESPACE = is.textLike(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a Kubernetes namespace");

export const modelStoreSchema = is.fields({
    ...commonFields,
    sizeGiB: is.optional(is.number(1, MAX_GIB)),
    growthGiBPerMonth: is.optional(is.number(0, MAX_GIB)),
    move: is.optional(is.boolean()),
    replicate: is.optional(is.boolean()),
    keepVersionsDays: is.optional(is.integer(1, 3650)),
    replicas: is.optional(is.listOf(is.text("a region"))),
    encryptionKey: is.optional(is.input(is.text())),
    forceDestroy: is.optional(is.boolean()),
    storageClass: is.optional(is.input(is.text())),
    namespace: is.optional(NAMESPACE),
});

const URL_FORMS = [
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/?$/,
    /^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]\/?$/,
    /^pvc:\/\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/?$/,
    /^https:\/\/[a-z0-9]{3,24}\.blob\.[a-z.]+\/[a-z0-9$-]{3,63}\/?$/,
];

export const adoptedModelStoreSchema = is.fields({
    ...commonFields,
    url: is.textThat(
        (given) => URL_FORMS.some((form) => form.test(given)),
        "s3://bucket, gs://bucket, pvc://claim or https://account.blob.core.windows.net/container",
    ),
    account: is.optional(is.text()),
    sizeGiB: is.optional(is.number(0, MAX_GIB)),
    growthGiBPerMonth: is.optional(is.number(0, MAX_GIB)),
    move: is.optional(is.boolean()),
    replicate: is.optional(is.boolean()),
    encryptionKey: is.optional(is.text()),
    endpoint: is.optional(
        is.textLike(/^https?:\/\/[^\s/]+$/, "an address such as 'https://minio.storage:9000'"),
    ),
    credentialsSecret: is.optional(is.text("the name of a Secret")),
    namespace: is.optional(NAMESPACE),
});

/** A store's specification, created or adopted. */
export type StoreSpec =
    | { readonly kind: "created"; readonly sizeGiB: number; readonly store: ObjectStoreSpec }
    | { readonly kind: "adopted"; readonly sizeGiB: number; readonly store: AdoptedStoreSpec };

export function resolveStore(args: ModelStoreArgs, settings: Settings, problems: Problem[]): StoreSpec {
    const { site, defaults } = settings;
    const sizeGiB = args.sizeGiB ?? DEFAULT_STORE_GIB;
    const forceDestroy = args.forceDestroy ?? (defaults.forceDestroy && !settings.protect);
    if (forceDestroy && settings.protect) {
        problems.push({
            path: "forceDestroy",
            message: "true contradicts `protect`: a protected store keeps its objects",
        });
    }
    const replicas = args.replicas ?? [];
    if (replicas.length > 0 && site.cloud === "kubernetes") {
        problems.push({
            path: "replicas",
            message: "a volume on plain Kubernetes has no replicas in other regions",
        });
    }
    if (replicas.includes(site.region)) {
        problems.push({ path: "replicas", message: `${show(site.region)} is where the store itself is` });
    }
    replicas.forEach((region, index) => {
        const parsed = parseSite(`${site.cloud}/${region}`);
        if ("reason" in parsed) {
            problems.push({ path: `replicas.${index}`, message: parsed.reason });
        }
    });
    if (new Set(replicas).size < replicas.length) {
        problems.push({ path: "replicas", message: `${show(replicas)} names a region twice` });
    }
    if (site.cloud === "azure" && replicas.length > 2) {
        problems.push({
            path: "replicas",
            message: `${show(replicas)} are ${replicas.length}: on azure a storage account copies to 2 others at most`,
        });
    }
    if (site.cloud === "azure" && (args.keepVersionsDays ?? 0) > 365) {
        problems.push({
            path: "keepVersionsDays",
            message: "is above 365, the longest that azure keeps what was deleted",
            warning: true,
        });
    }
    if (site.cloud !== "kubernetes") {
        for (const property of ["storageClass", "namespace"] as const) {
            if (args[property] !== undefined) {
                problems.push({
                    path: property,
                    message: `belongs to plain Kubernetes; this store is on ${site.cloud}`,
                });
            }
        }
    }
    const encryptionKey = args.encryptionKey ?? site.zone.encryptionKey;
    const store: ObjectStoreSpec = {
        sizeGiB,
        keepVersionsDays: args.keepVersionsDays ?? defaults.keepVersionsDays,
        abortUploadDays: 7,
        replicas,
        forceDestroy,
        retainOnDelete: defaults.retainOnDelete && settings.protect,
        namespace: args.namespace ?? "default",
        ...(encryptionKey !== undefined ? { encryptionKey } : {}),
        ...(args.storageClass !== undefined ? { storageClass: args.storageClass } : {}),
    };
    problems.push(...(loadCloud(site.cloud).objectStoreProblems?.(store, site) ?? []));
    return { kind: "created", sizeGiB, store };
}

const SCHEME_OF: Record<string, string> = { aws: "s3://", gcp: "gs://", azure: "https://", kubernetes: "" };

export function resolveAdopted(
    args: AdoptedModelStoreArgs,
    settings: Settings,
    problems: Problem[],
): StoreSpec {
    const { site } = settings;
    const scheme = SCHEME_OF[site.cloud] ?? "";
    if (!args.url.startsWith(scheme)) {
        problems.push({
            path: "url",
            message: `${show(args.url)} is not on ${site.cloud}, where a store is ${scheme}…`,
        });
    }
    if (site.cloud === "kubernetes") {
        checkOnKubernetes(args, problems);
    } else if (args.endpoint !== undefined || args.credentialsSecret !== undefined) {
        problems.push({
            path: args.endpoint !== undefined ? "endpoint" : "credentialsSecret",
            message: "belongs to an S3-compatible service, which is at a site kubernetes/<context>",
        });
    }
    if (site.cloud === "azure" && !/^[^/\s]+\/[^/\s]+$/.test(args.account ?? "")) {
        problems.push({
            path: "account",
            message: `${show(args.account)} is not 'subscription/resource-group', which is needed to grant access`,
        });
    }
    return {
        kind: "adopted",
        sizeGiB: args.sizeGiB ?? DEFAULT_STORE_GIB,
        store: {
            url: args.url.replace(/\/$/, ""),
            namespace: args.namespace ?? "default",
            ...(args.account !== undefined ? { account: args.account } : {}),
            ...(args.encryptionKey !== undefined ? { encryptionKey: args.encryptionKey } : {}),
            ...(args.endpoint !== undefined ? { endpoint: args.endpoint } : {}),
            ...(args.credentialsSecret !== undefined ? { credentialsSecret: args.credentialsSecret } : {}),
        },
    };
}

function checkOnKubernetes(args: AdoptedModelStoreArgs, problems: Problem[]): void {
    const compatible = args.url.startsWith("s3://");
    if (!compatible && !args.url.startsWith("pvc://")) {
        problems.push({
            path: "url",
            message: `${show(args.url)} is not pvc://claim, nor s3://bucket of an S3-compatible service`,
        });
    }
    if (compatible && args.endpoint === undefined) {
        problems.push({ path: "endpoint", message: "is required: the address of the S3-compatible service" });
    }
    if (compatible && args.credentialsSecret === undefined) {
        problems.push({
            path: "credentialsSecret",
            message: "is required: the Secret with the service's keys",
        });
    }
}
