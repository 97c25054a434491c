import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference } from "../../../providers/cloud";
import { cloud } from "../../../providers/kubernetes";
import { isSecret, L4_POOL, plain, record, scopeOf, unknown, valueOf, type Recording } from "./support";

const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: other
contexts:
  - { name: other, context: { cluster: wrong, user: me } }
  - { name: edge, context: { cluster: mine, user: me } }
clusters:
  - { name: wrong, cluster: { server: "https://wrong:6443" } }
  - { name: mine, cluster: { server: "https://mine:6443", certificate-authority-data: Q0E= } }
users:
  - { name: me, user: { token: very-secret } }
`;

const REFERENCE: ClusterReference = {
    version: 1,
    cloud: "kubernetes",
    region: "edge",
    name: "edge",
    id: "kubernetes/edge",
    endpoint: "https://mine:6443",
    certificateAuthority: "Q0E=",
    issuer: "https://issuer",
    account: "",
    pools: [L4_POOL],
    addOns: ["kserve"],
    kubeconfig: "",
};

async function adopt(
    spec: Partial<AdoptedClusterSpec>,
    options: { preview?: boolean } = {},
): Promise<{ recording: Recording; handle: ClusterHandle }> {
    let handle: ClusterHandle | undefined;
    const recording = await record((recorded) => {
        const scope = scopeOf(recorded, { name: "serving", cloud: "kubernetes", region: "edge" });
        handle = cloud.adoptCluster(
            { existingPools: [L4_POOL], pools: [], addOns: ["kserve"], ...spec },
            scope,
        );
    }, options);
    return { recording, handle: handle! };
}

describe("a cluster of one's own", () => {
    it("registers nothing but a provider with an identity that a new kubeconfig doesn't change", async () => {
        const { recording } = await adopt({ context: "edge", kubeconfig: KUBECONFIG });
        assert.deepEqual(
            recording.names.filter((name) => name !== "serving"),
            ["serving-provider"],
        );
        const { inputs } = recording.named("serving-provider");
        assert.equal(inputs.clusterIdentifier, "kubernetes/edge");
        assert.equal(inputs.context, "edge");
        assert.equal(plain(inputs).kubeconfig, KUBECONFIG);
    });

    it("uses the ambient kubeconfig when none is given", async () => {
        const { recording, handle } = await adopt({ context: "edge" });
        assert.ok(!("kubeconfig" in recording.named("serving-provider").inputs));
        assert.equal(await valueOf(handle.endpoint), "");
        assert.equal(await valueOf(handle.clusterName), "edge");
    });

    it("keeps a kubeconfig secret, and tells the address of the context's cluster", async () => {
        const { handle } = await adopt({ context: "edge", kubeconfig: KUBECONFIG });
        assert.equal(await isSecret(handle.kubeconfig), true);
        assert.equal(await isSecret(handle.reference), true);
        assert.equal(await isSecret(handle.endpoint), false);
        assert.equal(await valueOf(handle.endpoint), "https://mine:6443");
        const reference = await valueOf(handle.reference);
        assert.equal(reference?.certificateAuthority, "Q0E=");
        assert.equal(reference?.id, "kubernetes/edge");
    });

    it("reads no file: a path is left to the provider", async () => {
        const { recording, handle } = await adopt({ kubeconfig: "/nowhere/kubeconfig" });
        assert.equal(plain(recording.named("serving-provider").inputs).kubeconfig, "/nowhere/kubeconfig");
        assert.equal(await valueOf(handle.endpoint), "");
    });

    it("has the pools and add-ons that the user says", async () => {
        const { handle } = await adopt({ issuer: "https://issuer" });
        assert.deepEqual(handle.pools, [L4_POOL]);
        assert.deepEqual(handle.addOns, ["kserve"]);
        assert.equal(await valueOf(handle.issuer!), "https://issuer");
        assert.equal((await adopt({})).handle.issuer, undefined);
    });

    it("comes from another stack by its reference, known or not", async () => {
        const { recording, handle } = await adopt({ reference: REFERENCE, existingPools: [] });
        const { inputs } = recording.named("serving-provider");
        assert.equal(inputs.clusterIdentifier, "kubernetes/edge");
        assert.equal(inputs.context, "edge");
        assert.equal(plain(inputs).kubeconfig ?? undefined, undefined);
        assert.deepEqual(await valueOf(pulumi.output(handle.pools)), [L4_POOL]);
        assert.deepEqual(await valueOf(pulumi.output(handle.addOns)), ["kserve"]);
        const preview = await adopt({ reference: unknown<ClusterReference>() }, { preview: true });
        assert.deepEqual(preview.recording.shape, recording.shape);
        assert.equal(await valueOf(pulumi.output(preview.handle.pools)), undefined);
    });

    it("can't be created, has no managed endpoints and no cloud identities", () => {
        for (const call of [
            () => cloud.cluster(undefined as never, undefined as never),
            () => cloud.managedInference(undefined as never, undefined as never),
            () => cloud.workloadIdentity(undefined as never, undefined as never),
        ]) {
            assert.throws(
                call,
                (error: Error) => error instanceof pulumi.RunError && error.message.length > 40,
            );
        }
        assert.deepEqual(
            cloud.managedInferenceProblems(undefined as never, undefined as never).map(({ path }) => path),
            ["runOn"],
        );
        assert.equal(cloud.siteProvider("edge", {}), undefined);
    });

    it("is described by its pools as they are", () => {
        const info = cloud.poolInfo({
            name: "gpu",
            accelerator: "L4",
            machineType: "",
            acceleratorsPerNode: 2,
            vcpu: 16,
            memoryGiB: 64,
            min: 1,
            max: 2,
            diskGiB: 100,
            zones: [],
            labels: { gpu: "l4" },
            taints: [],
        });
        assert.deepEqual(info, {
            name: "gpu",
            accelerator: "L4",
            acceleratorsPerNode: 2,
            vcpu: 16,
            memoryGiB: 64,
            min: 1,
            max: 2,
            spot: false,
            onDemandBase: 0,
            nodeSelector: { gpu: "l4" },
            taints: [],
            resourceName: "nvidia.com/gpu",
        });
    });
});
