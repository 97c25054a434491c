import type { ContainerClient } from "@azure/storage-blob";
import type * as pulumi from "@pulumi/pulumi";

/** What an uploaded blob is. All plain: files are known when the program runs. */
export interface BlobUploadInputs {
    /** `https://account.blob.core.windows.net/container`. */
    readonly containerUrl: string;
    /** Path in the container. */
    readonly key: string;
    /** File on this machine; where it lies does not matter, only its content. */
    readonly source: string;
    /** SHA-256 of the content in hex. */
    readonly sha256: string;
}

export interface BlobUploadOutputs extends BlobUploadInputs {
    readonly url: string;
}

/** Opens a container; runs in the dynamic provider's process, so it requires what it needs by itself. */
export type OpenContainer = (containerUrl: string) => ContainerClient;

/**
 * Token of the pipeline that deploys, which Entra exchanges for one of its own: given, in a file, or asked for from
 * GitHub Actions and its like. The variables are azure-native's.
 */
export async function pipelineToken(environment: NodeJS.ProcessEnv): Promise<string> {
    const { ARM_OIDC_TOKEN: given, ARM_OIDC_TOKEN_FILE_PATH: file } = environment;
    if (given) {
        return given;
    }
    if (file) {
        const fs = require("node:fs") as typeof import("node:fs");
        return fs.readFileSync(file, "utf8").trim();
    }
    const url = environment.ARM_OIDC_REQUEST_URL ?? environment.ACTIONS_ID_TOKEN_REQUEST_URL;
    const token = environment.ARM_OIDC_REQUEST_TOKEN ?? environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    if (!url || !token) {
        throw new Error(
            "ARM_USE_OIDC is set, but neither ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH nor ARM_OIDC_REQUEST_URL with ARM_OIDC_REQUEST_TOKEN",
        );
    }
    const asked = new URL(url);
    asked.searchParams.set("audience", "api://AzureADTokenExchange");
    const response = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) {
        throw new Error(`${asked.origin} gave no token for the deployment: HTTP ${response.status}`);
    }
    return ((await response.json()) as { value: string }).value;
}

/**
 * Who deploys, as azure-native signs in: by its own variables, else as the Azure CLI. The role on the data is
 * assigned to that principal, so another one that happens to be in the environment would stay refused. Where neither
 * tells (a principal in the stack's configuration), the environment's.
 */
export function deployerCredential(
    identity: typeof import("@azure/identity"),
    environment: NodeJS.ProcessEnv,
): import("@azure/identity").TokenCredential {
    const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID: client } = environment;
    if (tenant && client) {
        const { ARM_CLIENT_CERTIFICATE_PATH: certificatePath, ARM_CLIENT_SECRET: secret } = environment;
        if (certificatePath) {
            return new identity.ClientCertificateCredential(tenant, client, {
                certificatePath,
                certificatePassword: environment.ARM_CLIENT_CERTIFICATE_PASSWORD,
            });
        }
        if (secret) {
            return new identity.ClientSecretCredential(tenant, client, secret);
        }
        if (environment.ARM_USE_OIDC === "true") {
            return new identity.ClientAssertionCredential(tenant, client, () => pipelineToken(environment));
        }
    }
    if (environment.ARM_USE_MSI === "true") {
        return client
            ? new identity.ManagedIdentityCredential({ clientId: client })
            : new identity.ManagedIdentityCredential();
    }
    return new identity.ChainedTokenCredential(
        new identity.AzureCliCredential(),
        new identity.DefaultAzureCredential(),
    );
}

/** With the credential of who deploys. */
const openWithEntra: OpenContainer = (containerUrl) => {
    let storage: typeof import("@azure/storage-blob");
    let identity: typeof import("@azure/identity");
    try {
        storage = require("@azure/storage-blob") as typeof import("@azure/storage-blob");
        identity = require("@azure/identity") as typeof import("@azure/identity");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
            throw error;
        }
        throw new Error(
            "uploading to Azure needs two packages that are not installed. Run: npm install @azure/storage-blob @azure/identity",
        );
    }
    return new storage.ContainerClient(containerUrl, deployerCredential(identity, process.env));
};

/**
 * Puts one file into a container with a Microsoft Entra token.
 *
 * azure-native's own `storage.Blob` signs with the account key, which our accounts refuse
 * (pulumi-azure-native#2015). The functions are serialized into the state and run in another process, so they
 * refer to nothing of this package. What they do is idempotent: a blob that carries the same hash is left alone.
 */
export function blobUploadProvider(
    open: OpenContainer = openWithEntra,
    retrySeconds = 600,
): pulumi.dynamic.ResourceProvider<BlobUploadInputs, BlobUploadOutputs> {
    const status = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;
    // An answer to HEAD has no body: its code is in a header, which the client keeps under `details`.
    const code = (error: unknown): string | undefined => {
        const { code: inBody, details } = error as { code?: string; details?: { errorCode?: string } };
        return details?.errorCode ?? inBody;
    };

    /**
     * Waits for a role that was assigned a moment ago: Azure takes minutes to honour it and answers 403 until then.
     * `AuthorizationFailure` is another 403, that of the account's network rules, and no role will ever cure it.
     */
    const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
        const end = Date.now() + retrySeconds * 1000;
        for (let pause = 1000; ; pause = Math.min(pause * 2, 30_000)) {
            try {
                return await work();
            } catch (error) {
                if (code(error) === "AuthorizationFailure") {
                    throw new Error(
                        "the storage account's network rules refuse this machine: upload from a network that they allow",
                        { cause: error },
                    );
                }
                if (status(error) !== 403 || Date.now() + pause > end) {
                    throw error;
                }
                await new Promise((resolve) => setTimeout(resolve, pause));
            }
        }
    };

    const put = async (inputs: BlobUploadInputs): Promise<BlobUploadOutputs> => {
        const fs = require("node:fs") as typeof import("node:fs");
        const crypto = require("node:crypto") as typeof import("node:crypto");
        const hash = crypto.createHash("sha256");
        for await (const chunk of fs.createReadStream(inputs.source)) {
            hash.update(chunk as Buffer);
        }
        if (hash.digest("hex") !== inputs.sha256) {
            throw new Error(`${inputs.source} changed while it was deployed: run again`);
        }
        const blob = open(inputs.containerUrl).getBlockBlobClient(inputs.key);
        await patiently(async () => {
            const existing = await blob.getProperties().catch((error: unknown) => {
                if (status(error) === 404) {
                    return undefined;
                }
                throw error;
            });
            if (existing?.metadata?.sha256 !== inputs.sha256) {
                await blob.uploadFile(inputs.source, {
                    metadata: { sha256: inputs.sha256 },
                    concurrency: 4,
                    blockSize: 32 * 1024 * 1024,
                });
            }
        });
        const { containerUrl, key, source, sha256 } = inputs;
        return { containerUrl, key, source, sha256, url: blob.url };
    };

    return {
        diff: async (_id, olds, news) => {
            const moved = ["containerUrl", "key"].filter(
                (name) => olds[name as keyof BlobUploadInputs] !== news[name as keyof BlobUploadInputs],
            );
            return { changes: moved.length > 0 || olds.sha256 !== news.sha256, replaces: moved };
        },
        create: async (inputs) => {
            const outs = await put(inputs);
            return { id: outs.url, outs };
        },
        update: async (_id, _olds, news) => ({ outs: await put(news) }),
        read: async (id, props) => {
            if (!props) {
                return {};
            }
            try {
                const found = await open(props.containerUrl).getBlockBlobClient(props.key).getProperties();
                return { id, props: { ...props, sha256: found.metadata?.sha256 ?? "" } };
            } catch (error) {
                if (status(error) === 404) {
                    return {};
                }
                throw error;
            }
        },
        delete: async (_id, props) => {
            const blob = open(props.containerUrl).getBlockBlobClient(props.key);
            await patiently(() =>
                blob.delete().catch((error: unknown) => {
                    // Gone already, alone or with its container.
                    if (status(error) !== 404) {
                        throw error;
                    }
                }),
            );
        },
    };
}
