import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { cloud } from "../../../providers/azure";
import { blobCondition } from "../../../providers/azure/blobConditions";
import type {
    AccessMode,
    AdoptedStoreSpec,
    ObjectStoreHandle,
    PodAccess,
    Principal,
} from "../../../providers/cloud";
import type { Scope } from "../../../providers/scope";
import {
    clusterOf,
    DEPLOYER,
    GUID,
    record,
    scopeOf,
    valueOf,
    type Recording,
    type ScopeSettings,
    STORE_SPEC,
} from "./support";

const READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const ADOPTED: AdoptedStoreSpec = {
    url: "https://theirs.blob.core.windows.net/models",
    account: "99999999-9999-9999-9999-999999999999/their-group",
    namespace: "default",
};
const ADOPTED_SCOPE =
    "/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/their-group/providers/Microsoft.Storage" +
    "/storageAccounts/theirs/blobServices/default/containers/models";

const principal = (id = "workload"): Principal => ({ cloud: "azure", id: pulumi.output(id) });

/** A store with a consumer of its own. */
async function granted(
    use: (store: ObjectStoreHandle, consumer: Scope) => void,
    options: ScopeSettings & { preview?: boolean } = {},
): Promise<Recording> {
    return record(
        (to) => {
            const store = cloud.objectStore(STORE_SPEC, scopeOf(to, { ...options, name: "weights" }));
            use(store, scopeOf(to, { name: "chat", zone: options.zone }));
        },
        { preview: options.preview ?? false },
    );
}

describe("access to a store on Azure", () => {
    it("gives a reader the reader's role, to a service principal, under a GUID", async () => {
        const recording = await granted((store, consumer) => {
            store.grant(principal(), [{ mode: "read", prefix: "llama/3" }], consumer);
        });
        const grant = recording.inputs("chat-grant");
        assert.match(grant.roleDefinitionId, new RegExp(`roleDefinitions/${READER}$`));
        assert.equal(grant.principalType, "ServicePrincipal");
        assert.equal(grant.principalId, "workload");
        assert.match(grant.roleAssignmentName, GUID);
        assert.equal(grant.conditionVersion, "2.0");
    });

    it("gives a writer the contributor's role", async () => {
        for (const mode of ["write", "readWrite"] as AccessMode[]) {
            const recording = await granted((store, consumer) => {
                store.grant(principal(), [{ mode, prefix: "out" }], consumer);
            });
            assert.match(
                recording.inputs("chat-grant").roleDefinitionId,
                new RegExp(`${CONTRIBUTOR}$`),
                mode,
            );
        }
    });

    it("assigns above the lock in a group of its own, narrowed to the container", async () => {
        const recording = await granted((store, consumer) => {
            store.grant(principal(), [{ mode: "read", prefix: "llama/3" }], consumer);
        });
        const { scope, condition } = recording.inputs("chat-grant");
        const { accountName } = recording.inputs("weights-account");
        assert.match(scope, /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/);
        assert.ok(condition.includes(`storageAccounts:name] StringEquals '${accountName}'`));
        assert.ok(condition.includes("containers:name] StringEquals 'weights'"));
    });

    it("assigns on the container in a landing zone's group", async () => {
        const recording = await granted(
            (store, consumer) => {
                store.grant(principal(), [{ mode: "read", prefix: "llama/3" }], consumer);
            },
            { zone: { resourceGroup: "landing" } },
        );
        const { scope, condition } = recording.inputs("chat-grant");
        assert.match(scope, /\/containers\/weights$/);
        assert.equal(condition.includes("storageAccounts:name]"), false);
    });

    it("has no condition where the whole container is read", async () => {
        const recording = await granted(
            (store, consumer) => {
                store.grant(principal(), [{ mode: "read", prefix: "" }], consumer);
            },
            { zone: { resourceGroup: "landing" } },
        );
        const grant = recording.inputs("chat-grant");
        assert.equal(grant.condition, undefined);
        assert.equal(grant.conditionVersion, undefined);
    });

    it("makes one assignment for two prefixes of one store, because Azure refuses a second", async () => {
        const recording = await granted((store, consumer) => {
            const accesses = ["a", "b"].map((prefix) => ({ mode: "read" as const, prefix }));
            store.grant(principal(), accesses, consumer);
        });
        const assignments = recording
            .ofType("authorization:RoleAssignment")
            .filter(({ name }) => name.startsWith("chat"));
        assert.deepEqual(
            assignments.map(({ name }) => name),
            ["chat-grant"],
        );
        assert.match(assignments[0]?.inputs.condition, /'a\/'.*'b\/'/);
    });

    it("tells a second principal apart from the first", async () => {
        const recording = await granted((store, consumer) => {
            store.grant(principal("one"), [{ mode: "read", prefix: "a" }], consumer.within("one"));
            store.grant(principal("two"), [{ mode: "read", prefix: "a" }], consumer.within("two"));
        });
        assert.notEqual(
            recording.inputs("chat-one-grant").roleAssignmentName,
            recording.inputs("chat-two-grant").roleAssignmentName,
        );
    });

    it("tells Triton how to sign in, without a key, and no account, which would win over that of its URL", async () => {
        let access: PodAccess | undefined;
        await granted((store, consumer) => {
            access = store.grant(principal(), [{ mode: "read", prefix: "a" }], consumer);
        });
        assert.deepEqual(
            access?.environment.map(({ name }) => name),
            ["AZURE_STORAGE_AUTH_TYPE"],
        );
        assert.deepEqual(access?.tokens, []);
    });

    it("registers the same in a preview that knows nothing", async () => {
        const use = (store: ObjectStoreHandle, consumer: Scope): void => {
            store.grant(principal(), [{ mode: "readWrite", prefix: "a" }], consumer);
        };
        assert.deepEqual((await granted(use, { preview: true })).shape, (await granted(use)).shape);
    });
});

describe("the condition of a grant", () => {
    it("lets a reader list by the bare prefix, as many clients do, but read below it only", () => {
        const condition = blobCondition([{ mode: "read", prefix: "llama/3" }])!;
        assert.ok(condition.includes("blobs:prefix] StringEquals 'llama/3'"));
        assert.ok(condition.includes("blobs:prefix] StringStartsWith 'llama/3/'"));
        assert.ok(condition.includes("blobs:path] StringStartsWith 'llama/3/'"));
        assert.equal(condition.includes("blobs:path] StringStartsWith 'llama/3'"), false);
    });

    it("says nothing of writing for a reader", () => {
        assert.equal(blobCondition([{ mode: "read", prefix: "a" }])!.includes("blobs/write"), false);
    });

    it("keeps a writer from reading", () => {
        const condition = blobCondition([{ mode: "write", prefix: "" }])!;
        assert.match(
            condition,
            /^\(!\(ActionMatches\{'[^']+blobs\/read'\} AND NOT SubOperationMatches\{'Blob.List'\}\)\)$/,
        );
    });

    it("narrows every way to write or delete", () => {
        const condition = blobCondition([{ mode: "write", prefix: "out" }])!;
        for (const action of ["blobs/write", "blobs/add/action", "blobs/delete", "blobs/move/action"]) {
            assert.ok(
                condition.includes(
                    `!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/${action}'})`,
                ),
            );
        }
    });

    it("is absent where the role alone is right", () => {
        assert.equal(blobCondition([{ mode: "readWrite", prefix: "" }]), undefined);
    });

    it("still names the container where the assignment is wider", () => {
        const condition = blobCondition([{ mode: "read", prefix: "" }], {
            account: "acc",
            container: "con",
        })!;
        assert.ok(condition.includes("storageAccounts:name] StringEquals 'acc'"));
        assert.ok(condition.includes("containers:name] StringEquals 'con'"));
    });

    it("doubles quotes", () => {
        assert.ok(blobCondition([{ mode: "read", prefix: "it's" }])!.includes("'it''s/'"));
    });

    it("has balanced parentheses", () => {
        const condition = blobCondition(
            [
                { mode: "readWrite", prefix: "a" },
                { mode: "write", prefix: "b" },
            ],
            { account: "acc", container: "con" },
        )!;
        assert.equal([...condition.matchAll(/\(/g)].length, [...condition.matchAll(/\)/g)].length);
    });
});

describe("an adopted store on Azure", () => {
    const adopted = async (
        spec: Partial<AdoptedStoreSpec>,
        subscription?: string,
    ): Promise<{ recording: Recording; store: ObjectStoreHandle }> => {
        let store: ObjectStoreHandle | undefined;
        const recording = await record(
            (to) => {
                store = cloud.adoptObjectStore({ ...ADOPTED, ...spec }, scopeOf(to, { name: "theirs" }));
            },
            { subscription },
        );
        return { recording, store: store! };
    };

    it("registers nothing", async () => {
        assert.deepEqual((await adopted({})).recording.ofType("storage:StorageAccount"), []);
        assert.equal(
            (await adopted({})).recording.resources.filter(({ name }) => name.startsWith("theirs-")).length,
            0,
        );
    });

    it("tells the owner how to let the deployer assign the two blob roles, to identities alone", async () => {
        const { store } = await adopted({});
        const command = (await valueOf(store.ownerPolicy!))!;
        assert.match(command, /^az role assignment create/);
        assert.ok(command.includes(DEPLOYER.objectId));
        assert.ok(command.includes(ADOPTED_SCOPE));
        assert.ok(command.includes(READER) && command.includes(CONTRIBUTOR));
        const { stdout } = spawnSync("sh", ["-c", `az() { printf '%s\\n' "$@"; }; ${command}`], {
            encoding: "utf8",
        });
        const words = stdout.trimEnd().split("\n");
        const condition = words[words.indexOf("--condition") + 1]!;
        assert.equal(words.indexOf("--condition"), words.length - 2);
        assert.match(
            condition,
            /^\(\(!\(ActionMatches\{'Microsoft\.Authorization\/roleAssignments\/write'\}\)\) OR /,
        );
        assert.ok(condition.includes("StringEqualsIgnoreCase {'ServicePrincipal'}"));
    });

    it("asks nothing of the owner in the stack's own subscription", async () => {
        const { store } = await adopted({}, "99999999-9999-9999-9999-999999999999");
        assert.equal(store.ownerPolicy, undefined);
    });

    it("grants on the container by its id, in whichever subscription", async () => {
        const recording = await record((to) => {
            const store = cloud.adoptObjectStore(ADOPTED, scopeOf(to, { name: "theirs" }));
            store.grant(principal(), [{ mode: "read", prefix: "" }], scopeOf(to, { name: "chat" }));
        });
        assert.equal(recording.inputs("chat-grant").scope, ADOPTED_SCOPE);
        assert.match(recording.inputs("chat-grant").roleDefinitionId, /^\/subscriptions\/99999999-/);
    });

    it("refuses a grant whose scope nobody told, and a URL that is no container's", async () => {
        await record((to) => {
            const store = cloud.adoptObjectStore(
                { ...ADOPTED, account: undefined },
                scopeOf(to, { name: "theirs" }),
            );
            assert.throws(
                () => store.grant(principal(), [{ mode: "read", prefix: "" }], scopeOf(to, { name: "chat" })),
                pulumi.RunError,
            );
            for (const url of ["https://theirs.example.com/models", "https://theirs.blob.core.windows.net"]) {
                assert.throws(
                    () =>
                        cloud.adoptObjectStore(
                            { ...ADOPTED, url },
                            scopeOf(to, { name: `bad-${url.length}` }),
                        ),
                    pulumi.RunError,
                );
            }
        });
    });
});

describe("a workload's identity on Azure", () => {
    const identified = async (
        clusterCloud: "azure" | "aws",
        preview = false,
    ): Promise<{ recording: Recording; pod: PodAccess; id?: string }> => {
        let made: ReturnType<typeof cloud.workloadIdentity> | undefined;
        const recording = await record(
            (to) => {
                made = cloud.workloadIdentity(
                    {
                        cluster: clusterOf(clusterCloud, "https://issuer.example/"),
                        namespace: "models",
                        serviceAccount: "chat",
                    },
                    scopeOf(to, { name: "chat" }),
                );
            },
            { preview },
        );
        return { recording, pod: made!.pod, id: await valueOf(made!.id) };
    };

    it("trusts one service account of the cluster's issuer", async () => {
        const { recording, id } = await identified("azure");
        const federation = recording.inputs("chat-federation");
        assert.equal(federation.issuer, "https://issuer.example/");
        assert.equal(federation.subject, "system:serviceaccount:models:chat");
        assert.deepEqual(federation.audiences, ["api://AzureADTokenExchange"]);
        assert.equal(federation.resourceName, recording.inputs("chat-identity").resourceName);
        assert.equal(id, "principal-of-chat-identity");
    });

    it("leaves the token to the webhook on AKS", async () => {
        const { pod } = await identified("azure");
        assert.deepEqual(pod.podLabels, { "azure.workload.identity/use": "true" });
        assert.deepEqual(Object.keys(pod.serviceAccountAnnotations), ["azure.workload.identity/client-id"]);
        assert.deepEqual(pod.tokens, []);
        assert.deepEqual(pod.environment, []);
    });

    it("projects the token and says where it is on another cloud's cluster", async () => {
        const { pod } = await identified("aws");
        const [token] = pod.tokens;
        assert.equal(token?.audience, "api://AzureADTokenExchange");
        const environment = new Map(pod.environment.map(({ name, value }) => [name, value]));
        assert.equal(environment.get("AZURE_FEDERATED_TOKEN_FILE"), token?.path);
        assert.deepEqual(
            [...environment.keys()],
            ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST"],
        );
        assert.deepEqual(pod.serviceAccountAnnotations, {});
        assert.deepEqual(pod.podLabels, {});
    });

    it("refuses a cluster whose issuer is turned off", async () => {
        const recording = await record((to) => {
            cloud.workloadIdentity(
                { cluster: clusterOf("azure", ""), namespace: "models", serviceAccount: "chat" },
                scopeOf(to, { name: "chat" }),
            );
        });
        // Its registration waits for the issuer, which ends in an error that mocks do not show.
        assert.equal(
            recording.resources.some(({ name }) => name === "chat-federation"),
            false,
        );
    });

    it("refuses a cluster whose issuer is not known", async () => {
        await record((to) => {
            assert.throws(
                () =>
                    cloud.workloadIdentity(
                        {
                            cluster: clusterOf("kubernetes", undefined),
                            namespace: "models",
                            serviceAccount: "chat",
                        },
                        scopeOf(to, { name: "chat" }),
                    ),
                /issuer/,
            );
        });
    });

    it("registers the same in a preview that knows nothing", async () => {
        assert.deepEqual(
            (await identified("azure", true)).recording.shape,
            (await identified("azure")).recording.shape,
        );
    });
});
