import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Vpc } from "@pulumi/aws/ec2";
import { Role, RolePolicyAttachment } from "@pulumi/aws/iam";
import { Bucket } from "@pulumi/aws/s3";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ComponentResource } from "@pulumi/pulumi";
import { diagnose, type Diagnosis, type Finding } from "../../cli/doctor/diagnose";
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
    let folder: string;

    before(async function () {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-doctor-"));
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
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Kills an up after a resource has come into being, before the engine hears of it. */
    async function killedWhileCreating(name: string): Promise<Diagnosis> {
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
        return diagnosis();
    }

    async function diagnosis(): Promise<Diagnosis> {
        return diagnose((await stack.export()).deployment);
    }

    function about({ findings }: Diagnosis, name: string): Finding {
        const finding = findings.find((each) => each.name === name);
        assert.ok(finding, `${name} is pending`);
        return finding;
    }

    function idOf(name: string): string {
        const found = clouds.resources().find((each) => each.urn?.endsWith(`::${name}`));
        assert.ok(found);
        return found.id;
    }

    /** Runs `pulumi import` on the stack. */
    async function runImport(...args: string[]): Promise<void> {
        await stack["administer"]("import", ...args, "--yes", "--skip-preview");
    }

    async function convergesToOneOfEach(): Promise<void> {
        assertSucceeded(await stack.refresh({ args: ["--clear-pending-creates"] }));
        assertSucceeded(await stack.up());
        assert.equal(clouds.resources().length, 5);
        assertNoChanges(await stack.up());
    }

    for (const name of ["data", "account"]) {
        it(`prints the import of ${name}, after which up converges`, async () => {
            const { id, importCommand = "" } = about(await killedWhileCreating(name), name);
            assert.deepEqual(id, { kind: "known", id: idOf(name) });
            await runImport(
                ...importCommand
                    .replace(/^pulumi import /, "")
                    .replaceAll("'", "")
                    .split(" "),
            );
            await convergesToOneOfEach();
        });
    }

    it("writes an import file, after which up converges", async () => {
        const { importFile } = await killedWhileCreating("reader");
        const file = path.join(folder, "imports.json");
        fs.writeFileSync(file, JSON.stringify(importFile));
        await runImport("--file", file, "--generate-code=false", "--protect=false");
        await convergesToOneOfEach();
    });

    it("tells that an attachment needs no import, and the next up makes no second one", async () => {
        assert.equal(about(await killedWhileCreating("attachment"), "attachment").repeatable, true);
        await convergesToOneOfEach();
    });

    it("tells how to look for what the service named, and of the orphan that the next up leaves", async () => {
        const { id, findCommands } = about(await killedWhileCreating("network"), "network");
        assert.deepEqual(id, { kind: "chosen" });
        assert.match(findCommands[0] ?? "", /ec2:vpc --tag-filters Key=component,Values=store$/);
        const orphan = idOf("network");
        assertSucceeded(await stack.up());
        const { recordedAs } = about(await diagnosis(), "network");
        assert.ok(recordedAs !== undefined && recordedAs !== orphan);
        clouds.simulator.delete("aws:ec2/vpc:Vpc", orphan);
    });
});
