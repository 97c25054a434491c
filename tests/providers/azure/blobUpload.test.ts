import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cloud } from "../../../providers/azure";
import {
    blobUploadProvider,
    deployerCredential,
    pipelineToken,
    type BlobUploadInputs,
} from "../../../providers/azure/blobUploadProvider";
import { record, scopeOf, DEPLOYER, STORE_SPEC } from "./support";

type Provider = ReturnType<typeof blobUploadProvider>;

/** A blob service with the few calls that an upload makes, as Azure answers them. */
class BlobService {
    readonly blobs = new Map<string, { readonly body: Buffer; readonly sha256: string }>();
    readonly requests: string[] = [];
    /** Requests to refuse first, as a role that was assigned a moment ago does. */
    refusals = 0;
    refusal = "AuthorizationPermissionMismatch";
    /** Whether the container was deleted by somebody else. */
    gone = false;
    private readonly server: Server;

    constructor() {
        this.server = createServer((request, response) => {
            void this.answer(request).then(({ status, headers, code }) => {
                response.writeHead(status, {
                    "x-ms-request-id": "request",
                    "x-ms-version": "2026-02-06",
                    ...(code ? { "x-ms-error-code": code, "content-type": "application/xml" } : {}),
                    ...headers,
                });
                const body = code && request.method !== "HEAD" ? `<Error><Code>${code}</Code></Error>` : "";
                response.end(body);
            });
        });
    }

    async start(): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/account/models`;
    }

    async stop(): Promise<void> {
        await new Promise((resolve) => this.server.close(resolve));
    }

    private async answer(
        request: IncomingMessage,
    ): Promise<{ status: number; headers?: Record<string, string>; code?: string }> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const path = decodeURIComponent((request.url ?? "").split("?")[0]!).replace("/account/models/", "");
        this.requests.push(`${request.method} ${path}`);
        if (this.refusals > 0) {
            this.refusals -= 1;
            return { status: 403, code: this.refusal };
        }
        if (this.gone) {
            return { status: 404, code: "ContainerNotFound" };
        }
        const dates = { "last-modified": new Date(0).toUTCString(), etag: '"0x1"' };
        const blob = this.blobs.get(path);
        switch (request.method) {
            case "HEAD":
                return blob
                    ? {
                          status: 200,
                          headers: {
                              ...dates,
                              "content-length": `${blob.body.length}`,
                              "x-ms-meta-sha256": blob.sha256,
                          },
                      }
                    : { status: 404, code: "BlobNotFound" };
            case "PUT":
                this.blobs.set(path, {
                    body: Buffer.concat(chunks),
                    sha256: String(request.headers["x-ms-meta-sha256"]),
                });
                return { status: 201, headers: { ...dates, "x-ms-request-server-encrypted": "true" } };
            case "DELETE":
                this.blobs.delete(path);
                return blob ? { status: 202 } : { status: 404, code: "BlobNotFound" };
            default:
                return { status: 400, code: "InvalidInput" };
        }
    }
}

/** Without a credential, because the client library sends none over plain HTTP. */
const openPlainly = (containerUrl: string): import("@azure/storage-blob").ContainerClient => {
    const storage = require("@azure/storage-blob") as typeof import("@azure/storage-blob");
    return new storage.ContainerClient(containerUrl, new storage.AnonymousCredential(), {
        retryOptions: { maxTries: 1 },
    });
};

describe("an uploaded blob on Azure", () => {
    let service: BlobService;
    let folder: string;
    let inputs: BlobUploadInputs;
    let provider: Provider;

    const file = (content: string): Pick<BlobUploadInputs, "source" | "sha256"> => {
        const source = join(folder, "config.json");
        writeFileSync(source, content);
        return { source, sha256: createHash("sha256").update(content).digest("hex") };
    };

    beforeEach(async () => {
        service = new BlobService();
        folder = mkdtempSync(join(tmpdir(), "blobs-"));
        inputs = { containerUrl: await service.start(), key: "llama/3/config.json", ...file("{}") };
        provider = blobUploadProvider(openPlainly, 5);
    });

    afterEach(async () => {
        await service.stop();
        rmSync(folder, { recursive: true });
    });

    it("carries the hash of its content", async () => {
        const { id, outs } = await provider.create(inputs);
        assert.equal(id, `${inputs.containerUrl}/llama/3/config.json`);
        assert.equal(outs?.url, id);
        const blob = service.blobs.get("llama/3/config.json");
        assert.equal(blob?.body.toString(), "{}");
        assert.equal(blob?.sha256, inputs.sha256);
    });

    it("is not sent again when it is there already, as after an interrupted run", async () => {
        await provider.create(inputs);
        service.requests.length = 0;
        await provider.create(inputs);
        assert.deepEqual(service.requests, ["HEAD llama/3/config.json"]);
    });

    it("is sent again when its content changed", async () => {
        const { outs } = await provider.create(inputs);
        const changed = { ...inputs, ...file('{"a":1}') };
        assert.deepEqual(await provider.diff?.("id", outs!, changed), { changes: true, replaces: [] });
        await provider.update?.("id", outs!, changed);
        assert.equal(service.blobs.get("llama/3/config.json")?.body.toString(), '{"a":1}');
    });

    it("does not change when the same file lies elsewhere", async () => {
        const { outs } = await provider.create(inputs);
        const moved = { ...inputs, source: "/another/checkout/config.json" };
        assert.deepEqual(await provider.diff?.("id", outs!, moved), { changes: false, replaces: [] });
    });

    it("is another blob under another key", async () => {
        const { outs } = await provider.create(inputs);
        assert.deepEqual(await provider.diff?.("id", outs!, { ...inputs, key: "other" }), {
            changes: true,
            replaces: ["key"],
        });
    });

    it("waits for a role that was assigned a moment ago", async () => {
        service.refusals = 1;
        await provider.create(inputs);
        assert.equal(service.blobs.size, 1);
    });

    it("says that access is refused when it stays refused", async () => {
        service.refusals = 1000;
        await assert.rejects(blobUploadProvider(openPlainly, 0).create(inputs), { statusCode: 403 });
    });

    it("says at once that the account's network rules refuse this machine, which no role cures", async () => {
        service.refusals = 1000;
        service.refusal = "AuthorizationFailure";
        await assert.rejects(blobUploadProvider(openPlainly, 600).create(inputs), /network rules/);
        assert.equal(service.requests.length, 1);
    });

    it("refuses a file that changed since its hash was taken", async () => {
        writeFileSync(inputs.source, "changed");
        await assert.rejects(provider.create(inputs), /changed while it was deployed/);
        assert.equal(service.blobs.size, 0);
    });

    it("is gone for the engine when it is gone from the container", async () => {
        const { id, outs } = await provider.create(inputs);
        assert.equal((await provider.read?.(id, outs))?.props?.sha256, inputs.sha256);
        await provider.delete?.(id, outs!);
        assert.deepEqual(await provider.read?.(id, outs), {});
        await provider.delete?.(id, outs!);
    });

    it("is deleted where its container is gone already", async () => {
        const { id, outs } = await provider.create(inputs);
        service.gone = true;
        await provider.delete?.(id, outs!);
        assert.deepEqual(await provider.read?.(id, outs), {});
    });

    it("works from its serialized form alone, in another process than the program", async () => {
        const { text } = await pulumi.runtime.serializeFunction(() => provider, { allowSecrets: true });
        const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi"));
        const requireFromString = pulumiRequire("require-from-string") as (code: string) => {
            handler(): Provider;
        };
        await requireFromString(text).handler().create(inputs);
        assert.equal(service.blobs.size, 1);
        assert.equal(text.includes(__dirname), false);
    });

    it("serializes with its own credential too, without this package's path", async () => {
        const { text } = await pulumi.runtime.serializeFunction(() => blobUploadProvider(), {
            allowSecrets: true,
        });
        assert.ok(text.includes("DefaultAzureCredential"));
        assert.equal(text.includes(process.cwd()), false);
    });
});

describe("who uploads to Azure", () => {
    const identity = require("@azure/identity") as typeof import("@azure/identity");
    const APPLICATION = { ARM_TENANT_ID: "11111111-1111-1111-1111-111111111111", ARM_CLIENT_ID: "client" };
    const kind = (environment: NodeJS.ProcessEnv): string =>
        deployerCredential(identity, environment).constructor.name;

    it("is who azure-native deploys as, whatever other principal the environment knows", () => {
        const other = { AZURE_CLIENT_ID: "other", AZURE_CLIENT_SECRET: "s", AZURE_TENANT_ID: "t" };
        assert.equal(kind({ ...APPLICATION, ...other, ARM_CLIENT_SECRET: "s" }), "ClientSecretCredential");
        assert.equal(kind({ ...APPLICATION, ...other, ARM_USE_OIDC: "true" }), "ClientAssertionCredential");
        assert.equal(
            kind({ ...APPLICATION, ARM_CLIENT_CERTIFICATE_PATH: "/certificate.pem" }),
            "ClientCertificateCredential",
        );
        assert.equal(kind({ ARM_USE_MSI: "true" }), "ManagedIdentityCredential");
    });

    it("is the Azure CLI's session where azure-native has no variables, then what else there is", () => {
        const chain = deployerCredential(identity, {}) as unknown as { _sources: object[] };
        assert.deepEqual(
            chain._sources.map((source) => source.constructor.name),
            ["AzureCliCredential", "DefaultAzureCredential"],
        );
    });

    it("proves a pipeline by its token: given, in a file, or asked for with the audience of Entra", async () => {
        const asked: string[] = [];
        const issuer = createServer((request, response) => {
            asked.push(`${request.url} ${request.headers.authorization}`);
            response.writeHead(asked.length === 1 ? 200 : 500).end('{"value":"asked"}');
        });
        await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
        const folder = mkdtempSync(join(tmpdir(), "token-"));
        try {
            writeFileSync(join(folder, "token"), "filed\n");
            const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token?api-version=2`;
            const request = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer" };
            assert.equal(await pipelineToken({ ARM_OIDC_TOKEN: "given" }), "given");
            assert.equal(await pipelineToken({ ARM_OIDC_TOKEN_FILE_PATH: join(folder, "token") }), "filed");
            assert.equal(await pipelineToken(request), "asked");
            assert.deepEqual(asked, [
                "/token?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange Bearer bearer",
            ]);
            await assert.rejects(pipelineToken(request), /HTTP 500/);
            await assert.rejects(pipelineToken({}), /ARM_OIDC_TOKEN/);
        } finally {
            await new Promise((resolve) => issuer.close(resolve));
            rmSync(folder, { recursive: true });
        }
    });
});

describe("uploads to a store on Azure", () => {
    const FILES = [
        { source: "/models/a.bin", key: "llama/a.bin", sha256: "a".repeat(64) },
        { source: "/models/b.bin", key: "llama/b.bin", sha256: "b".repeat(64) },
    ];

    it("are one resource a file, after the deployer got a role on the data", async () => {
        const recording = await record((to) => {
            const scope = scopeOf(to, { name: "weights" });
            cloud.objectStore(STORE_SPEC, scope).upload(FILES, scope);
        });
        const uploads = recording.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
        assert.deepEqual(uploads.map(({ inputs }) => inputs.key).sort(), ["llama/a.bin", "llama/b.bin"]);
        assert.match(
            uploads[0]!.inputs.containerUrl,
            /^https:\/\/[a-z0-9]+\.blob\.core\.windows\.net\/weights$/,
        );
        assert.equal(recording.inputs("weights-uploader").principalId, DEPLOYER.objectId);
        const suffix = uploads[0]!.name.replace("weights-", "");
        assert.deepEqual(recording.waitsFor(suffix), [
            "weights-blob-service",
            "weights-container",
            "weights-uploader",
        ]);
    });

    it("give nobody a role where there is nothing to upload", async () => {
        const recording = await record((to) => {
            const scope = scopeOf(to, { name: "weights" });
            cloud.objectStore(STORE_SPEC, scope).upload([], scope);
        });
        assert.equal(recording.ofType("authorization:RoleAssignment").length, 0);
    });
});
