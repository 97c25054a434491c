import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ClusterReference } from "../../providers/concepts/cluster";
import { SimulatedClouds } from "../../testing";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";
import { cases, EDITS, exampleFolders, type Case } from "./catalogue";
import { assertRecorded } from "./recorded";
import { assertSafe } from "./safety";

/** What the platform team's stack exports: the cluster that bring-your-own runs on. */
const REFERENCES: Partial<Record<Case["cloud"], Partial<ClusterReference>>> = {
    aws: {
        region: "eu-west-1",
        id: "arn:aws:eks:eu-west-1:123456789012:cluster/shared",
        issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
        account: "123456789012",
    },
    gcp: {
        region: "europe-west4",
        id: "projects/example-project/locations/europe-west4/clusters/shared",
        issuer: "https://container.googleapis.com/v1/projects/example-project/locations/europe-west4/clusters/shared",
        account: "example-project",
    },
    azure: {
        region: "westeurope",
        id: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shared",
        issuer: "https://westeurope.oic.prod-aks.azure.com/tenant/id/",
        account: "00000000-0000-0000-0000-000000000001",
        resourceGroup: "platform",
    },
};

function referenceOn(cloud: Case["cloud"]): ClusterReference {
    return {
        version: 1,
        cloud,
        region: "",
        name: "shared",
        id: "",
        endpoint: "https://shared.example.com",
        certificateAuthority: "Y2VydGlmaWNhdGU=",
        issuer: "",
        account: "",
        pools: [
            {
                name: "chat",
                accelerator: cloud === "azure" ? "T4" : "L4",
                acceleratorsPerNode: 1,
                vcpu: 8,
                memoryGiB: 32,
                min: 0,
                max: 4,
                spot: false,
                onDemandBase: 0,
                nodeSelector: { "barycenter/pool": "chat" },
                taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                resourceName: "nvidia.com/gpu",
            },
        ],
        addOns: ["kserve", "keda", "metrics", "gateway"],
        kubeconfig: JSON.stringify({ apiVersion: "v1", kind: "Config", clusters: [], contexts: [], users: [] }),
        ...REFERENCES[cloud],
    };
}

const TRANSPILE = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

describe("the examples", () => {
    it("are all covered here", () => {
        assert.deepEqual(exampleFolders().filter((name) => !name.startsWith("placement-")).sort(), Object.keys(EDITS).sort());
    });

    for (const { example, cloud, directory, edit } of cases()) {
        describe(`${example} on ${cloud}`, function () {
            this.timeout(180_000);
            let engine: Engine;
            let clouds: SimulatedClouds;
            let stack: EngineStack;

            before(async function () {
                await requireEngine(this);
                clouds = await SimulatedClouds.start();
                engine = await Engine.create({ clouds: clouds.environment });
                if (example === "bring-your-own") {
                    const platform = await engine.inline("platform", "production", async () => ({
                        clusterReference: referenceOn(cloud),
                    }));
                    assertSucceeded(await platform.up());
                }
                stack = await engine.project(directory, cloud, { copy: true });
            });

            after(async () => {
                await engine?.stop();
                await clouds?.stop();
            });

            it("previews the resources that up creates", async () => {
                const preview = await stack.preview({ environment: TRANSPILE });
                assertSucceeded(preview);
                const up = await stack.up({ environment: TRANSPILE });
                assertSucceeded(up);
                const created = (result: typeof up): string[] =>
                    result.steps.filter((step) => step.op === "create").map((step) => step.urn).sort();
                assert.deepEqual(created(preview), created(up));
                assertRecorded(`${example}.${cloud}`, created(up));
            });

            it("keeps everything private, with least privilege and no secret in clear text", () => {
                assertSafe(clouds.resources());
                assert.doesNotMatch(stack.stateText(), /BEGIN [A-Z ]*PRIVATE KEY|client-key-data|simulated-secret/);
            });

            it("changes nothing when it is brought up again", async () => {
                assertNoChanges(await stack.up({ environment: TRANSPILE }));
            });

            it("changes nothing when it is refreshed", async () => {
                assertNoChanges(await stack.refresh({ environment: TRANSPILE }));
            });

            it("touches only what an edit is about", async () => {
                const file = path.join(stack.directory, "index.ts");
                const program = fs.readFileSync(file, "utf8");
                assert.ok(program.includes(edit.from), `${edit.from} is not in the program`);
                fs.writeFileSync(file, program.replace(edit.from, edit.to));
                const result = await stack.up({ environment: TRANSPILE });
                assertSucceeded(result);
                const touched = result.steps.filter(
                    (step) => !["same", "read", "refresh"].includes(step.op) && step.type !== "pulumi:pulumi:Stack",
                );
                assert.ok(touched.length > 0, "the edit changed nothing");
                assert.deepEqual(touched.filter((step) => !edit.touches.test(step.name)).map((step) => step.urn), []);
            });

            it("leaves nothing when it is destroyed", async () => {
                assertSucceeded(await stack.destroy({ environment: TRANSPILE }));
                assert.deepEqual(
                    clouds.resources().map((resource) => resource.urn),
                    [],
                );
            });
        });
    }
});
