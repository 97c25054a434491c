import assert from "node:assert/strict";
import { Vpc } from "@pulumi/aws/ec2";
import { Role, RolePolicyAttachment } from "@pulumi/aws/iam";
import { Bucket } from "@pulumi/aws/s3";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ComponentResource } from "@pulumi/pulumi";
import { diagnose, type Finding } from "../../cli/doctor/diagnose";
import { SimulatedClouds } from "../../testing";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";

const TRUST = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** A component with resources whose ids are fixed, joined, or chosen by their service; one is made at a time. */
async function program(): Promise<Record<string, unknown>> {
    const parent = new ComponentResource("shop:index:Store", "store");
    const data = new Bucket("data", { bucket: "shop-data" }, { parent });
    const reader = new Role(
        "reader",
        { name: "shop-reader", assumeRolePolicy: TRUST },
        { parent, dependsOn: data },
    );
    const policyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const attachment = new RolePolicyAttachment("attachment", { role: reader.name, policyArn }, { parent });
    const metadata = { name: "reader", namespace: "shop" };
    const account = new ServiceAccount("account", { metadata }, { parent, dependsOn: attachment });
    const tags = { component: "store" };
    new Vpc("network", { cidrBlock: "10.0.0.0/16", tags }, { parent, dependsOn: account });
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
    afterEach(async () => {
        clouds.arm([]);
        assertSucceeded(await stack.refresh({ args: ["--clear-pending-creates"] }));
        assertSucceeded(await stack.destroy());
        assert.deepEqual(clouds.resources(), []);
    });
    after(async () => {
        await engine?.stop();
        await clouds?.stop();
    });

    /** Kills an up after a resource has come into being, before the engine hears of it. */
    async function killedWhileCreating(name: string): Promise<Finding> {
        let tell = () => {};
        const created = new Promise<void>((resolve) => (tell = resolve));
        const silence = new Promise<void>(() => undefined);
        clouds.arm([{ name, point: "after", run: () => (tell(), silence) }]);
        const running = await stack.start("up");
        const ended = running.result.then(() => assert.fail(`up ended before it made ${name}`));
        await Promise.race([created, ended]);
        ended.catch(() => undefined);
        await running.kill();
        await running.result;
        clouds.arm([]);
        await stack.cancel();
        const { findings } = diagnose((await stack.export()).deployment);
        const finding = findings.find((each) => each.name === name);
        assert.ok(finding, `${name} is pending`);
        return finding;
    }

    function idOf(name: string): string {
        const found = clouds.resources().find((resource) => resource.urn?.endsWith(`::${name}`));
        assert.ok(found);
        return found.id;
    }

    for (const name of ["data", "account"]) it("imports " + name, async () => {
        const finding = await killedWhileCreating(name);
        const words = (finding.importCommand ?? "").replace("pulumi import ", "").replaceAll("'", "").split(" ");
        const real = stack as unknown as { administer(...args: string[]): Promise<{ stdout: string }> };
        await real.administer("import", ...words, "--yes", "--skip-preview");
        assertSucceeded(await stack.refresh({ args: ["--clear-pending-creates"] }));
        assertSucceeded(await stack.up());
        assert.equal(clouds.resources().length, 5);
        const urns = stack.resources().map((r) => r.urn);
        console.log(urns);
        assertNoChanges(await stack.up());
    });
});
