import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { PlanDocument } from "../../cli/plan/document";
import { cli, fixture, startCli } from "./support";

const VERSION = (
    JSON.parse(fs.readFileSync(path.join(__dirname, "../../package.json"), "utf8")) as { version: string }
).version;

/** Whether a process of this id is there. */
function runs(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

describe("the barycenter command", function () {
    this.timeout(120_000);

    it("prints its version", async () => {
        assert.deepEqual(await cli("--version"), { code: 0, stdout: `${VERSION}\n`, stderr: "" });
    });

    it("prints a plan", async () => {
        const { code, stdout } = await cli("plan", fixture("plain"));
        assert.equal(code, 0);
        assert.match(stdout, /^plain, stack dev\n\nplain:Group outer +aws\/eu-west-1\n/);
        assert.match(stdout, /2 components, 0 resources\n$/);
    });

    it("prints a document alone with --json", async () => {
        const { code, stdout } = await cli("plan", fixture("plain"), "--json");
        assert.equal(code, 0);
        const document = JSON.parse(stdout) as PlanDocument;
        assert.equal(document.schemaVersion, 1);
        assert.equal(document.barycenter, VERSION);
    });

    it("ends with 1 and the errors alone when the program is invalid", async () => {
        const { code, stdout, stderr } = await cli("plan", fixture("throws"));
        assert.equal(code, 1);
        assert.equal(stdout, "");
        assert.match(
            stderr.replace(/^running the program…\n/, ""),
            /^error: Running program .*\nError: the moon is not full\n/,
        );
        assert.doesNotMatch(stderr, /[\\/]cli[\\/]main|node_modules/);
    });

    it("puts the errors into the document with --json", async () => {
        const { code, stdout } = await cli("plan", fixture("throws"), "--json");
        assert.equal(code, 1);
        assert.equal((JSON.parse(stdout) as PlanDocument).errors.length, 1);
    });

    it("lets the program's own output through, apart from the plan", async () => {
        const running = startCli(["plan", fixture("hangs")]);
        await running.says(/program \d+/);
        running.kill("SIGTERM");
        assert.equal((await running.ended).stdout, "");
    });

    for (const [signal, code] of [
        ["SIGINT", 130],
        ["SIGTERM", 143],
    ] as const) {
        it(`ends the program with itself on ${signal}`, async () => {
            const running = startCli(["plan", fixture("hangs")]);
            const pid = Number((await running.says(/program (\d+)/))[1]);
            assert.ok(runs(pid));
            running.kill(signal);
            assert.equal((await running.ended).code, code);
            assert.ok(!runs(pid));
        });
    }

    const usage: readonly (readonly [string, readonly string[], RegExp])[] = [
        ["an unknown option", ["plan", "--clowd", "aws"], /unknown option '--clowd'/],
        ["an unknown cloud", ["plan", "--cloud", "ibm"], /Allowed choices are aws, gcp, azure, kubernetes/],
        ["a setting without a value", ["plan", "-c", "size"], /key=value/],
        ["a folder without a project", ["plan", "/"], /no Pulumi\.yaml/],
        [
            "a stack that is not there",
            ["plan", fixture("configured"), "--stack", "x"],
            /its stacks are edge, staging/,
        ],
        [
            "a file of values that is not there",
            ["plan", fixture("plain"), "--values", "no.yaml"],
            /does not exist/,
        ],
        ["a doctor without a state", ["doctor"], /pulumi stack export \| barycenter doctor --state -/],
    ];
    for (const [what, args, message] of usage) {
        it(`ends with 2 on ${what}`, async () => {
            const { code, stdout, stderr } = await cli(...args);
            assert.equal(code, 2);
            assert.equal(stdout, "");
            assert.match(stderr, message);
            assert.doesNotMatch(stderr, /\n\s+at /);
        });
    }

    it("doctors a state from standard input", async () => {
        const type = "aws:s3/bucket:Bucket";
        const pending = {
            type: "creating",
            resource: { urn: `urn:pulumi:dev::p::${type}::b`, type, custom: true, inputs: { bucket: "b-1" } },
        };
        const state = JSON.stringify({
            version: 3,
            deployment: { resources: [], pending_operations: [pending] },
        });
        const { code, stdout } = await startCli(["doctor", "--state", "-"], state).ended;
        assert.equal(code, 1);
        assert.match(stdout, /pulumi import aws:s3\/bucket:Bucket b b-1 /);
    });

    it("ends with 0 when nothing is pending", async () => {
        const { code } = await startCli(["doctor", "--state", "-"], JSON.stringify({ deployment: {} })).ended;
        assert.equal(code, 0);
    });

    it("plans the quickstart on every cloud", async () => {
        const { code, stdout, stderr } = await cli(
            "plan",
            path.join(__dirname, "../../examples/quickstart"),
            "--all-clouds",
            "--json",
        );
        assert.equal(code, 0, stderr + stdout);
        const { plans } = JSON.parse(stdout) as { plans: Record<string, PlanDocument> };
        assert.deepEqual(Object.keys(plans), ["aws", "gcp", "azure", "kubernetes"]);
        for (const [cloud, document] of Object.entries(plans)) {
            assert.equal(document.totals.components, 4);
            assert.ok(document.components.every((component) => component.site?.startsWith(`${cloud}/`)));
        }
    });
});
