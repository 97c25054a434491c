import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { cloud } from "../../../providers/azure";
import type { InferenceHandle, ManagedInferenceSpec, ObjectStoreHandle } from "../../../providers/cloud";
import { NO_ACCESS } from "../../../providers/cloud";
import { record, scopeOf, STORE_SPEC, valueOf, type Recording, type ScopeSettings } from "./support";

const STORE = {
    url: pulumi.output("https://acc.blob.core.windows.net/weights"),
    bucket: pulumi.output("acc/weights"),
    nodes: {},
    ready: [],
    uri: (path: string) => pulumi.output(path),
    tritonUri: (path: string) => pulumi.output(path),
    grant: () => NO_ACCESS,
    upload: () => [],
} satisfies ObjectStoreHandle;

const SPEC: ManagedInferenceSpec = {
    model: { name: "llama", version: "3", format: "huggingface", sizeGiB: 16, store: STORE, path: "llama/3" },
    server: "vllm",
    args: [],
    port: 8000,
    environment: [{ name: "LOG_LEVEL", value: "info" }],
    accelerators: ["A100-80GB"],
    resources: { cpu: "4", memory: "16Gi", accelerators: 1 },
    scaling: { min: 1, max: 4, metric: "gpuUtilization", target: 60 },
    startupSeconds: 600,
    drainSeconds: 60,
    machine: {
        accelerator: "A100-80GB",
        type: "Standard_NC24ads_A100_v4",
        count: 1,
        vcpu: 24,
        memoryGiB: 220,
    },
    expose: "network",
    rollout: "allAtOnce",
};

const WORKSPACE =
    "/subscriptions/s/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/shared";

async function made(
    spec: Partial<ManagedInferenceSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
): Promise<{ recording: Recording; service: InferenceHandle }> {
    let service: InferenceHandle | undefined;
    const recording = await record(
        (to) => {
            service = cloud.managedInference(
                { ...SPEC, ...spec },
                scopeOf(to, { name: "chat", ...settings }),
            );
        },
        { preview },
    );
    return { recording, service: service! };
}

/** The Dockerfile that a task run builds. */
function dockerfile(recording: Recording): string {
    const { encodedTaskContent } = recording.inputs("chat-image").runRequest;
    const task = Buffer.from(encodedTaskContent, "base64").toString("utf8");
    const encoded = /echo (\S+) \| base64 -d > Dockerfile/.exec(task)?.[1] ?? "";
    return Buffer.from(encoded, "base64").toString("utf8");
}

const endpointOf = (recording: Recording): Record<string, unknown> =>
    recording.inputs("chat-traffic").properties.template.resources[0];

describe("a managed endpoint on Azure", () => {
    it("wants Entra tokens and signs in as an identity of its own", async () => {
        const { recording, service } = await made();
        const endpoint = recording.inputs("chat-endpoint");
        assert.equal(endpoint.properties.authMode, "AADToken");
        assert.equal("traffic" in endpoint.properties, false);
        assert.deepEqual(endpoint.identity.type, "UserAssigned");
        assert.equal(await valueOf(service.identity), "principal-of-chat-identity");
        assert.match(service.client.authentication, /Entra/);
        assert.match((await valueOf(service.url))!, /^https:\/\/chat-[a-z0-9]{8}\./);
    });

    it("routes traffic in a step of its own, after the deployment, with the whole of the endpoint", async () => {
        const { recording } = await made();
        const endpoint = endpointOf(recording) as {
            name: string;
            properties: Record<string, unknown>;
            tags: Record<string, string>;
            identity: unknown;
        };
        const { deploymentName } = recording.inputs("chat-deployment");
        assert.deepEqual(endpoint.properties, {
            ...recording.inputs("chat-endpoint").properties,
            traffic: { [deploymentName]: 100 },
        });
        assert.deepEqual(endpoint.tags, recording.inputs("chat-endpoint").tags);
        assert.match(endpoint.name, /^[^/]+\/chat-/);
        assert.deepEqual(recording.waitsFor("traffic"), ["chat-deployment"]);
        assert.equal(recording.inputs("chat-traffic").properties.mode, "Incremental");
    });

    it("never takes the traffic away by an update of the endpoint itself", async () => {
        const { recording } = await made();
        assert.deepEqual(recording.option("endpoint").ignoreChanges, ["properties", "tags"]);
    });

    it("names its deployment after what it serves, so that the new one stands before the old one goes", async () => {
        const name = async (spec: Partial<ManagedInferenceSpec>): Promise<string> =>
            (await made(spec)).recording.inputs("chat-deployment").deploymentName as string;
        const first = await name({});
        assert.match(first, /^[a-z][a-z0-9-]{2,31}$/);
        assert.equal(await name({}), first);
        assert.equal(await name({ scaling: { ...SPEC.scaling, max: 8 } }), first);
        for (const change of [
            { environment: [{ name: "LOG_LEVEL", value: "debug" }] },
            { model: { ...SPEC.model!, path: "llama/4" } },
            { args: ["--max-model-len=4096"] },
        ]) {
            assert.notEqual(await name(change), first);
        }
    });

    it("names what all subscriptions share after its own, so that two teams never meet", async () => {
        const names = async (subscription: string): Promise<string[]> => {
            const recording = await record(
                (to) => void cloud.managedInference(SPEC, scopeOf(to, { name: "chat" })),
                { subscription },
            );
            return [
                recording.inputs("chat-endpoint").endpointName as string,
                recording.inputs("chat-registry").registryName as string,
            ];
        };
        const [first, second] = [await names("one"), await names("two")];
        assert.notEqual(first[0], second[0]);
        assert.notEqual(first[1], second[1]);
        assert.deepEqual(await names("one"), first);
    });

    it("goes with its endpoint, because one with traffic cannot be deleted alone", async () => {
        const { recording } = await made();
        assert.ok(recording.option("deployment").deletedWith);
        assert.equal(recording.option("deployment").deleteBeforeReplace, false);
    });

    it("waits for its grants, and gives the model the time that it needs", async () => {
        const { recording } = await made();
        assert.deepEqual(recording.waitsFor("deployment").sort(), [
            "chat-image-access",
            "chat-workspace-access",
        ]);
        const { startupProbe, requestSettings } = recording.inputs("chat-deployment").properties;
        assert.equal(startupProbe.period, "PT10S");
        assert.equal(startupProbe.failureThreshold, 60);
        assert.equal(requestSettings.requestTimeout, "PT3M");
    });

    it("scales between its bounds by the metric asked for, and leaves the count to the autoscaler", async () => {
        const { recording } = await made();
        const [profile] = recording.inputs("chat-autoscale").profiles;
        assert.deepEqual(profile.capacity, { minimum: "1", maximum: "4", default: "1" });
        assert.deepEqual(
            profile.rules.map((rule: { metricTrigger: { metricName: string; threshold: number } }) => [
                rule.metricTrigger.metricName,
                rule.metricTrigger.threshold,
            ]),
            [
                ["GpuUtilizationPercentage", 60],
                ["GpuUtilizationPercentage", 30],
            ],
        );
        assert.deepEqual(recording.option("deployment").ignoreChanges, ["sku.capacity"]);
    });

    it("has no autoscaler where there is nothing to scale, and never less than one instance", async () => {
        const { recording } = await made({ scaling: { ...SPEC.scaling, min: 0, max: 1 } });
        assert.equal(recording.ofType("monitor:AutoscaleSetting").length, 0);
        assert.equal(recording.inputs("chat-deployment").sku.capacity, 1);
        assert.deepEqual(recording.option("deployment").ignoreChanges, []);
    });

    it("registers the model where it lies, read with an identity and no key", async () => {
        const { recording } = await made();
        const datastore = recording.inputs("chat-datastore").properties;
        assert.deepEqual(datastore.credentials, { credentialsType: "None" });
        assert.deepEqual([datastore.accountName, datastore.containerName], ["acc", "weights"]);
        const { modelUri, modelType } = recording.inputs("chat-model-version").properties;
        assert.match(
            modelUri,
            /^azureml:\/\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/workspaces\/[^/]+\/datastores\/[^/]+\/paths\/llama\/3$/,
        );
        assert.equal(modelType, "custom_model");
    });

    it("builds the server's start into its image, since a deployment takes no command", async () => {
        const { recording } = await made({ args: ["--max-model-len=4096", "two words"] });
        const text = dockerfile(recording);
        assert.match(text, /^FROM docker\.io\/vllm\/vllm-openai:/);
        assert.match(text, /exec vllm serve \\"\$MODEL\\" --port 8000 --served-model-name llama/);
        assert.match(text, /--max-model-len=4096 'two words'/);
        assert.match(text, /AZUREML_MODEL_DIR\/\\"3/);
        const { image, inferenceConfig } = recording.inputs("chat-environment-version").properties;
        assert.match(image, /^chat[a-z0-9]+\.azurecr\.io\/chat:[a-z0-9]{8}$/);
        assert.deepEqual(inferenceConfig.readinessRoute, { path: "/health", port: 8000 });
    });

    it("serves a Triton repository, and every GPU of a machine with vLLM", async () => {
        const triton = dockerfile((await made({ server: "triton" })).recording);
        assert.match(triton, /exec tritonserver --model-repository=\\"\$MODEL\\" --http-port=8000/);
        const machine = { ...SPEC.machine, count: 4 };
        assert.match(dockerfile((await made({ machine })).recording), /--tensor-parallel-size 4/);
    });

    it("uses a custom image that starts by itself as it is", async () => {
        const { recording } = await made({ server: "custom", image: "ghcr.io/team/server:1" });
        assert.equal(recording.ofType("containerregistry:TaskRun").length, 0);
        assert.equal(recording.ofType("containerregistry:Registry").length, 0);
        assert.equal(recording.inputs("chat-environment-version").properties.image, "ghcr.io/team/server:1");
    });

    it("gives a custom image its command and arguments", async () => {
        const { recording } = await made({
            server: "custom",
            image: "a/b:1",
            command: ["serve"],
            args: ["--fast"],
        });
        assert.equal(dockerfile(recording), 'FROM a/b:1\nENTRYPOINT ["serve"]\nCMD ["--fast"]');
    });

    it("takes pinned images from the landing zone's registry", async () => {
        const { recording } = await made({}, { zone: { registry: "mirror.example.com/cache" } });
        assert.match(dockerfile(recording), /^FROM mirror\.example\.com\/cache\/vllm\/vllm-openai:/);
    });

    it("makes a workspace whose parts are closed to keys and named within their lengths", async () => {
        const { recording } = await made({}, { name: "a-service-with-a-very-long-name" });
        const name = (suffix: string): string => `a-service-with-a-very-long-name-${suffix}`;
        const storage = recording.inputs(name("workspace-storage"));
        assert.equal(storage.allowSharedKeyAccess, false);
        assert.match(storage.accountName, /^[a-z0-9]{3,24}$/);
        assert.match(
            recording.inputs(name("workspace-vault")).vaultName,
            /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/,
        );
        assert.equal(recording.inputs(name("workspace-vault")).properties.enablePurgeProtection, undefined);
        const workspace = recording.inputs(name("workspace"));
        assert.ok(workspace.workspaceName.length <= 33);
        assert.equal(workspace.systemDatastoresAuthMode, "Identity");
    });

    it("draws the names of vault and workspace once, since deleted ones hold theirs", async () => {
        const [first, second] = [(await made()).recording, (await made()).recording];
        assert.notEqual(
            first.inputs("chat-workspace-vault").vaultName,
            second.inputs("chat-workspace-vault").vaultName,
        );
        assert.notEqual(
            first.inputs("chat-workspace").workspaceName,
            second.inputs("chat-workspace").workspaceName,
        );
        assert.deepEqual(first.option("workspace-vault").ignoreChanges, ["vaultName"]);
        assert.deepEqual(first.option("workspace").ignoreChanges, ["workspaceName"]);
    });

    it("uses the landing zone's workspace and its resource group where one is named", async () => {
        const zone = { machineLearningWorkspace: WORKSPACE, resourceGroup: "landing" };
        const { recording } = await made({}, { zone });
        assert.equal(recording.ofType("machinelearningservices:Workspace").length, 0);
        assert.equal(recording.ofType("keyvault:Vault").length, 0);
        assert.equal(recording.ofType("storage:StorageAccount").length, 0);
        assert.equal(recording.inputs("chat-endpoint").workspaceName, "shared");
        assert.equal(recording.inputs("chat-endpoint").resourceGroupName, "ml");
        assert.equal(recording.inputs("chat-traffic").resourceGroupName, "ml");
        assert.equal(recording.inputs("chat-identity").resourceGroupName, "landing");
    });

    it("is private where the landing zone has a subnet to reach it from", async () => {
        const zone = { subnets: ["/subnets/a"] };
        const closed = (await made({}, { zone })).recording;
        assert.equal(closed.inputs("chat-endpoint").properties.publicNetworkAccess, "Disabled");
        assert.equal(closed.inputs("chat-workspace").publicNetworkAccess, "Disabled");
        assert.equal(closed.inputs("chat-workspace-endpoint").subnet.id, "/subnets/a");
        for (const [spec, settings] of [
            [{ expose: "internet" as const }, { zone }],
            [{}, {}],
        ] as const) {
            const open = (await made(spec, settings)).recording;
            assert.equal(open.inputs("chat-endpoint").properties.publicNetworkAccess, "Enabled");
            assert.equal(open.ofType("network:PrivateEndpoint").length, 0);
        }
    });

    it("lets its workspace approve the private endpoints that its network is made of, before a deployment", async () => {
        const { recording } = await made({}, { zone: { subnets: ["/subnets/a"] } });
        for (const [suffix, scope] of [
            ["storage-link-access", /workspace-storage$|storageAccounts/],
            ["vault-link-access", /workspace-vault$/],
        ] as const) {
            const access = recording.inputs(`chat-${suffix}`);
            assert.equal(access.principalId, "principal-of-chat-workspace");
            assert.match(access.roleDefinitionId, /b556d68e-0be0-4f35-a333-ad7ee1ce17ea$/);
            assert.match(access.scope, scope);
            assert.ok(recording.waitsFor("deployment").includes(`chat-${suffix}`));
        }
    });

    describe("whose model lies in a store that is closed to the internet", () => {
        const closed = async (
            settings: {
                endpoint?: ScopeSettings;
                store?: ScopeSettings;
                spec?: Partial<ManagedInferenceSpec>;
            },
            preview = false,
        ): Promise<Recording> =>
            record(
                (to) => {
                    const store = cloud.objectStore(
                        STORE_SPEC,
                        scopeOf(to, { name: "weights", ...settings.store }),
                    );
                    cloud.managedInference(
                        { ...SPEC, model: { ...SPEC.model!, store }, ...settings.spec },
                        scopeOf(to, { name: "chat", ...settings.endpoint }),
                    );
                },
                { preview },
            );
        const zone = { subnets: ["/subnets/a"] };

        it("reaches it by a private endpoint that its workspace approves", async () => {
            const recording = await closed({ endpoint: { zone }, store: { zone } });
            const { properties, workspaceName } = recording.inputs("chat-model-link");
            assert.equal(workspaceName, recording.inputs("chat-workspace").workspaceName);
            assert.equal(properties.type, "PrivateEndpoint");
            assert.equal(properties.destination.subresourceTarget, "blob");
            const { accountName } = recording.inputs("weights-account");
            assert.ok(properties.destination.serviceResourceId.endsWith(`/storageAccounts/${accountName}`));
            const access = recording.inputs("chat-model-link-access");
            assert.equal(access.principalId, "principal-of-chat-workspace");
            // Above the store's lock, or the service could not be removed while its store is protected.
            assert.match(access.scope, /resourceGroups\/weights-[^/]+$/);
            assert.deepEqual(recording.waitsFor("model-link"), ["chat-model-link-access"]);
            assert.ok(recording.waitsFor("deployment").includes("chat-model-link"));
        });

        it("is given that right on the account in a landing zone's group", async () => {
            const landing = { ...zone, resourceGroup: "landing" };
            const recording = await closed({ endpoint: { zone: landing }, store: { zone: landing } });
            assert.match(recording.inputs("chat-model-link-access").scope, /storageAccounts\/[^/]+$/);
        });

        it("has a managed network although clients come from the internet, since it can never be turned off", async () => {
            const recording = await closed({
                endpoint: { zone },
                store: { zone },
                spec: { expose: "internet" },
            });
            const workspace = recording.inputs("chat-workspace");
            assert.equal(workspace.publicNetworkAccess, "Enabled");
            assert.equal(workspace.managedNetwork.isolationMode, "AllowInternetOutbound");
            assert.equal(
                recording.resources.some(({ name }) => name === "chat-model-link"),
                true,
            );
            // Its own account and vault are open, so nothing is reached by a private endpoint there.
            assert.equal(
                recording.resources.some(({ name }) => name === "chat-storage-link-access"),
                false,
            );
        });

        it("has one too where the store alone is in a closed network", async () => {
            const recording = await closed({ store: { zone } });
            assert.equal(
                recording.inputs("chat-workspace").managedNetwork.isolationMode,
                "AllowInternetOutbound",
            );
            assert.equal(recording.ofType("machinelearningservices:ManagedNetworkSettingsRule").length, 1);
        });

        it("has neither where the store is open", async () => {
            const recording = await closed({});
            assert.equal(recording.inputs("chat-workspace").managedNetwork.isolationMode, "Disabled");
            assert.equal(recording.ofType("machinelearningservices:ManagedNetworkSettingsRule").length, 0);
        });

        it("registers the same in a preview that knows nothing", async () => {
            const settings = { endpoint: { zone }, store: { zone } };
            assert.deepEqual((await closed(settings, true)).shape, (await closed(settings)).shape);
        });
    });

    it("puts cost tags on all that takes tags, and keeps a template from reading them as expressions", async () => {
        const { recording } = await made({}, { zone: { tags: { odd: "[x]" } } });
        for (const suffix of [
            "endpoint",
            "deployment",
            "workspace",
            "registry",
            "traffic",
            "autoscale",
            "identity",
        ]) {
            assert.equal(recording.inputs(`chat-${suffix}`).tags.owner, "ml", suffix);
        }
        assert.equal((endpointOf(recording).tags as Record<string, string>).odd, "[[x]");
        assert.equal(recording.inputs("chat-model-version").properties.tags.owner, "ml");
    });

    it("refuses secrets of a cluster", () => {
        const problems = cloud.managedInferenceProblems(
            {
                ...SPEC,
                environment: [{ name: "TOKEN", secret: { name: "hub", key: "token" } }],
            },
            { cloud: "azure", region: "westeurope", zone: {} },
        );
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["environment.TOKEN"],
        );
        assert.deepEqual(
            cloud.managedInferenceProblems(SPEC, { cloud: "azure", region: "westeurope", zone: {} }),
            [],
        );
    });

    it("registers the same in a preview that knows nothing", async () => {
        const zone = { subnets: ["/subnets/a"] };
        assert.deepEqual(
            (await made({}, { zone }, true)).recording.shape,
            (await made({}, { zone })).recording.shape,
        );
    });
});
