import assert from "node:assert/strict";
import type { CloudName } from "../../placement/site";
import { SimulatedClouds } from "../../testing";
import { assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import type { Step, StepResult } from "../support/engine/result";
import { Engine, type StackConfig } from "../support/engine/workspace";

/** The clouds that have clusters of their own. */
export const CLOUDS = ["aws", "gcp", "azure"] as const satisfies readonly CloudName[];

export type Managed = (typeof CLOUDS)[number];

/** Where the tests' components live. */
export const REGION: Readonly<Record<Managed, string>> = {
    aws: "eu-west-1",
    gcp: "europe-west4",
    azure: "westeurope",
};

/** CIDR blocks that reach the tests' control planes. */
export const OPERATORS = { allow: ["203.0.113.0/24"] } as const;

/** A stack's configuration on a cloud. */
export function configOn(cloud: Managed, tier = "dev"): StackConfig {
    return {
        "barycenter:cloud": cloud,
        "barycenter:region": REGION[cloud],
        "barycenter:tier": tier,
        "aws:region": REGION.aws,
        "gcp:project": "example-project",
        "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
    };
}

/** The engine and the clouds that it is attached to. */
export interface Attached {
    readonly engine: Engine;
    readonly clouds: SimulatedClouds;
}

/** Sets both up before the tests of a suite and takes them down after. Without an engine the suite is skipped. */
export function attached(): Attached {
    const found: { engine?: Engine; clouds?: SimulatedClouds } = {};
    before(async function () {
        await requireEngine(this);
        found.clouds = await SimulatedClouds.start();
        found.engine = await Engine.create({ clouds: found.clouds.environment });
    });
    after(async () => {
        await found.engine?.stop();
        await found.clouds?.stop();
    });
    return found as Attached;
}

/** The last part of each URN, sorted. */
export function namesOf(resources: readonly { readonly urn?: string }[]): string[] {
    return resources.map(({ urn = "" }) => urn.slice(urn.lastIndexOf("::") + 2)).sort();
}

/** What an operation changed: not what it left the same or only read. */
export function changesOf(result: StepResult): Step[] {
    assertSucceeded(result);
    const quiet = ["same", "read", "refresh"];
    return result.steps.filter((step) => !quiet.includes(step.op) && step.type !== "pulumi:pulumi:Stack");
}

/** An operation replaced something, and made each replacement before it deleted the predecessor. */
export function assertReplacedBeside(result: StepResult): void {
    const replaced = result.steps.filter((step) => step.op === "replace").map((step) => step.urn);
    assert.ok(replaced.length > 0, "nothing was replaced");
    for (const urn of replaced) {
        const ops = result.steps.filter((step) => step.urn === urn).map((step) => step.op as string);
        assert.ok(
            ops.indexOf("create-replacement") < ops.indexOf("delete-replaced"),
            `${urn}: ${ops.join(", ")}`,
        );
    }
}
