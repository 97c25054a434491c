import assert from "node:assert/strict";
import * as path from "node:path";
import { SimulatedClouds } from "../../testing";
import type { CloudResource } from "../../testing/store";
import { ApiServer, type KubernetesObject } from "../support/engine/apiserver";
import { assertSucceeded } from "../support/engine/assertions";
import { requireApiServer, requireCrds, requireEngine } from "../support/engine/require";
import { Engine } from "../support/engine/workspace";
import { cases } from "../examples/catalogue";
import { platformStack } from "../examples/platform";

/** Add-ons whose objects the examples use. */
const CRDS = ["kserve", "keda", "keda-http", "gateway-api", "prometheus-operator"];

/** Envoy Gateway's own kinds, whose definitions are not among the published ones that tests have. */
const WITHOUT_DEFINITION = "gateway.envoyproxy.io/";

/** An object as a client would send it; undefined for what is no object of a cluster, such as a Helm release. */
function objectOf(resource: CloudResource): KubernetesObject | undefined {
    if (resource.type.includes(WITHOUT_DEFINITION)) {
        return undefined;
    }
    if (!resource.type.startsWith("kubernetes:") || resource.type.startsWith("kubernetes:helm.sh/")) {
        return undefined;
    }
    const inputs = resource.inputs as unknown as KubernetesObject;
    const name = inputs.metadata?.name ?? resource.id.split("/").pop() ?? "";
    return { ...inputs, metadata: { ...inputs.metadata, name } };
}

describe("the Kubernetes objects of the examples", function () {
    this.timeout(300_000);
    let server: ApiServer;
    let engine: Engine;
    let clouds: SimulatedClouds;

    before(async function () {
        requireApiServer(this);
        const folder = requireCrds(this);
        await requireEngine(this);
        server = await ApiServer.start();
        for (const name of CRDS) {
            await server.loadCrds(path.join(folder, name));
        }
        clouds = await SimulatedClouds.start();
    });

    beforeEach(async () => {
        engine = await Engine.create({ clouds: clouds.environment });
    });

    afterEach(async () => {
        await engine?.stop();
    });

    after(async () => {
        await clouds?.stop();
        await server?.stop();
    });

    const onClusters = cases().filter((candidate) => candidate.example !== "managed-endpoint");
    for (const { example, cloud, directory } of onClusters) {
        it(`of ${example} on ${cloud} are accepted by a real API server`, async function () {
            if (example === "bring-your-own") {
                await platformStack(engine, cloud);
            }
            const stack = await engine.project(directory, cloud);
            const before = new Set(clouds.resources().map((resource) => resource.urn));
            assertSucceeded(await stack.up());
            const objects = clouds
                .resources()
                .filter((resource) => !before.has(resource.urn))
                .map(objectOf)
                .filter((object) => object !== undefined);
            assert.ok(
                objects.some((object) => object.kind === "InferenceService"),
                "no service among the objects",
            );
            await server.apply(objects, { dryRun: true });
            assertSucceeded(await stack.destroy());
        });
    }
});
