import assert from "node:assert/strict";
import { Role } from "@pulumi/aws/iam";
import { Vpc } from "@pulumi/aws/ec2";
import { RolePolicyAttachment } from "@pulumi/aws/iam";
import { Bucket } from "@pulumi/aws/s3";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ComponentResource } from "@pulumi/pulumi";
import { diagnose } from "../../cli/doctor/diagnose";
import { SimulatedClouds } from "../../testing";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";

/** A component with resources whose ids are fixed, joined, or chosen by their service. */
async function program(): Promise<Record<string, unknown>> {
    const parent = new ComponentResource("shop:index:Store", "store");
    new Bucket("data", { bucket: "shop-data" }, { parent });
    const role = new Role("reader", { name: "shop-reader", assumeRolePolicy: "{}" }, { parent });
    const policyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    new RolePolicyAttachment("attachment", { role: role.name, policyArn }, { parent });
    new Vpc("network", { cidrBlock: "10.0.0.0/16", tags: { component: "store" } }, { parent });
    new ServiceAccount("account", { metadata: { name: "reader", namespace: "shop" } }, { parent });
    return {};
}

describe("doctor after a killed up", function () {
    this.timeout(0);
    let engine: Engine;
    let clouds: SimulatedClouds;
    let stack: EngineStack;

    before(async function () {
        await requireEngine(this);
        clouds = await SimulatedClouds.start();
        engine = await Engine.create({ clouds: clouds.environment });
        stack = await engine.inline("shop", "dev", program, { "aws:region": "eu-west-1" });
    });
    after(async () => {
        await engine?.stop();
        await clouds?.stop();
    });

    /** Brings the stack up until a resource has been created, and kills the engine before it hears of that. */
    async function killedWhileCreating(name: string): Promise<void> {
        let created = () => {};
        const creation = new Promise<void>((resolve) => (created = resolve));
        clouds.arm([{ name, point: "after", run: created, delay: 3000 }]);
        const running = await stack.start("up");
        await creation;
        await running.kill();
        await running.result;
        clouds.arm([]);
        await stack.cancel();
    }
    for (const name of ["data", "reader", "attachment", "account", "network"]) {
        it(`probe ${name}`, async () => {
            await killedWhileCreating(name);
            console.log(clouds.resources().map((r) => r.type + " " + r.id));
            const { deployment } = await stack.export();
            const d = diagnose(deployment, "dev");
            console.log(JSON.stringify(d, null, 1));
            const real = stack as unknown as { administer(...args: string[]): Promise<{ stdout: string }> };
            void real;
            const [f] = d.findings;
            const id = f?.id?.kind === "known" ? f.id.id : clouds.resources().find((r) => r.urn === f?.urn)?.id ?? "";
            if (name === "data" || name === "network") {
                const words = (f?.importCommand ?? "").replace("pulumi import ", "").replace("'<id>'", id).replace(/ --stack dev$/, "").split(" ");
                console.log(words);
                const out = await real.administer("import", ...words, "--yes", "--skip-preview");
                console.log(out.stdout.slice(-1500));
                console.log(stack.pendingOperations().length, "pending after import");
                const r = await stack.refresh({ args: ["--clear-pending-creates"] });
                assertSucceeded(r);
            } else {
                const r = await stack.refresh({ args: ["--import-pending-creates", f?.urn ?? "", "--import-pending-creates", id] });
                assertSucceeded(r);
            }
            console.log(stack.pendingOperations().length, "pending");
            assertSucceeded(await stack.up());
            assertNoChanges(await stack.up());
            assert.equal(clouds.resources().length, 5);
            assertSucceeded(await stack.destroy());
        });
    }
});
