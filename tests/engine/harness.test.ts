import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import * as pulumi from "@pulumi/pulumi";
import {
    assertChanges,
    assertFailed,
    assertNoChanges,
    assertReplaced,
    assertSucceeded,
} from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, secret } from "../support/engine/workspace";

const WARNING = "a warning of the program";
const fixtures = path.join(__dirname, "fixtures");

/** A component and nothing else: no provider is needed. */
class Group extends pulumi.ComponentResource {
    constructor(name: string, args: Record<string, unknown> = {}, opts?: pulumi.ComponentResourceOptions) {
        super("test:index:Group", name, args, opts);
        this.registerOutputs({});
    }
}

/** A dynamic resource that keeps its input `value`, and that a change of `kind` replaces. */
class Note extends pulumi.dynamic.Resource {
    declare readonly value: pulumi.Output<string>;

    constructor(name: string, args: { value: string; kind?: string }, opts?: pulumi.CustomResourceOptions) {
        const provider: pulumi.dynamic.ResourceProvider = {
            create: async (inputs) => {
                if (inputs.value === "refused") {
                    throw new Error("the value is refused");
                }
                return { id: "note-1", outs: inputs };
            },
            diff: async (_id, olds, news) => ({
                changes: olds.value !== news.value || olds.kind !== news.kind,
                replaces: olds.kind === news.kind ? [] : ["kind"],
            }),
            update: async (_id, _olds, news) => ({ outs: news }),
        };
        super(provider, name, args, opts);
    }
}

describe("the engine harness", function () {
    this.timeout(120_000);
    let engine: Engine;

    before(async function () {
        await requireEngine(this);
        engine = await Engine.create();
    });

    after(async () => {
        await engine?.stop();
    });

    describe("with an inline program", () => {
        it("previews, creates, changes nothing the second time, refreshes and destroys", async () => {
            const stack = await engine.inline("inline", "cycle", async () => {
                new Group("a");
                return { answer: 42 };
            });

            const preview = await stack.preview();
            assertChanges(preview, { create: ["a", "inline-cycle"] });
            assert.deepEqual(stack.resources(), []);

            const up = await stack.up();
            assert.deepEqual(up.changes, { create: 2 });
            assert.deepEqual(await stack.outputs(), { answer: 42 });
            assert.deepEqual(
                stack.resources().map((resource) => resource.type),
                ["pulumi:pulumi:Stack", "test:index:Group"],
            );

            assertNoChanges(await stack.up());
            assertNoChanges(await stack.refresh());
            assertChanges(await stack.destroy(), { delete: ["a", "inline-cycle"] });
            assert.deepEqual(stack.resources(), []);
        });

        it("takes another program for the next step", async () => {
            const stack = await engine.inline("inline", "edit", async () => void new Group("a"));
            await stack.up();
            const edited = await stack.up({
                program: async () => {
                    new Group("b");
                },
            });
            assertChanges(edited, { create: ["b"], delete: ["a"] });
        });

        it("reports a failing program's message and can run the next one", async () => {
            const stack = await engine.inline("inline", "failing", async () => {
                throw new pulumi.RunError("the program gives up");
            });
            assertFailed(await stack.up(), /the program gives up/);
            assertSucceeded(await stack.up({ program: async () => void new Group("a") }));
        });

        it("exports a state and imports it again", async () => {
            const stack = await engine.inline("inline", "export", async () => void new Group("a"));
            await stack.up();
            const exported = await stack.export();
            await stack.destroy();
            await stack.import(exported);
            assert.equal(stack.resources().length, 2);
            assertNoChanges(await stack.up());
        });

        it("gives the program structured and secret configuration, and keeps the secret out of the state", async () => {
            const config = {
                sites: { "aws/eu-west-1": ["a", "b"] },
                password: secret("hunter2"),
                "other:key": "v",
            };
            const program = async () => {
                const settings = new pulumi.Config();
                return {
                    sites: settings.requireObject("sites"),
                    password: settings.requireSecret("password"),
                    other: new pulumi.Config("other").require("key"),
                };
            };
            const stack = await engine.inline("inline", "config", program, config);
            assertSucceeded(await stack.up());
            assert.deepEqual(await stack.outputs(), {
                sites: { "aws/eu-west-1": ["a", "b"] },
                password: "hunter2",
                other: "v",
            });
            assert.doesNotMatch(stack.stateText(), /hunter2/);
        });
    });

    describe("with dynamic resources", () => {
        it("creates, updates, replaces and destroys", async () => {
            const program = (value: string, kind: string) => async () => {
                const note = new Note("note", { value, kind });
                return { value: note.value };
            };
            const stack = await engine.inline("dynamic", "cycle", program("one", "x"));
            assertSucceeded(await stack.up());
            assert.deepEqual(await stack.outputs(), { value: "one" });

            assertChanges(await stack.up({ program: program("two", "x") }), { update: ["note"] });
            const replacing = await stack.up({ program: program("two", "y") });
            assertReplaced(replacing, ["note"]);
            assert.throws(() => assertReplaced(replacing, []), /replaced something else/);
            assert.throws(() => assertNoChanges(replacing), /changed something/);

            assertSucceeded(await stack.destroy());
            assert.deepEqual(stack.resources(), []);
        });

        it("names the resource whose creation failed", async () => {
            const program = async () => void new Note("note", { value: "refused" });
            const result = await (await engine.inline("dynamic", "failing", program)).up();
            assertFailed(result, /the value is refused/);
            assert.deepEqual(
                result.failed.map((urn) => urn.split("::").pop()),
                ["note"],
            );
        });
    });

    describe("with a project directory", () => {
        it("runs a TypeScript program with its configuration and outputs, and leaves the directory as it was", async () => {
            const directory = path.join(fixtures, "project");
            const files = fs.readdirSync(directory).sort();
            const stack = await engine.project(directory, "test", { config: { greeting: "hello" } });

            assertChanges(await stack.preview(), { create: ["group", "harness-project-test"] });
            const up = await stack.up();
            assertSucceeded(up);
            assert.deepEqual(await stack.outputs(), {
                directory,
                greeting: "hello",
                repeat: 3,
                stack: "test",
            });
            assert.match(up.stdout, /written to standard output/);
            assert.ok(
                up.diagnostics.some(({ severity, message }) => severity === "warning" && message === WARNING),
            );
            assertNoChanges(await stack.up());
            assertSucceeded(await stack.destroy());
            assert.deepEqual(fs.readdirSync(directory).sort(), files);
        });

        it("runs an edited copy, which finds the same modules", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "copy", {
                config: { greeting: "hello" },
                copy: true,
            });
            await stack.up();
            const file = path.join(stack.directory, "index.ts");
            fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"group"', '"renamed"'));
            assertChanges(await stack.up(), { create: ["renamed"], delete: ["group"] });
        });

        it("shows an expected error's message without a stack trace", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "expected", {
                config: { greeting: "hello", mode: "run-error" },
            });
            const result = await stack.up();
            assertFailed(result, /an error for the user/);
            const shown = result.stdout + result.stderr;
            assert.doesNotMatch(shown, /at .*index\.ts/);
            assert.doesNotMatch(shown, /non-zero exit code/);
        });

        it("shows where an unexpected error was thrown", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "unexpected", {
                config: { greeting: "hello", mode: "error" },
            });
            const result = await stack.up();
            assertFailed(result, /an unexpected error/);
            assert.match(result.stdout + result.stderr, /at .*index\.ts/);
        });

        it("reports the exit code of a program that ends itself", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "exit", {
                config: { greeting: "hello", mode: "exit" },
            });
            assertFailed(await stack.up(), /non-zero exit code: 7/);
        });

        it("fails when a required configuration value is missing", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "unset");
            assertFailed(await stack.up(), /greeting/);
        });

        it("can be killed, after which the lock is given up and the next run converges", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "killed", {
                config: { greeting: "hello", mode: "hang" },
            });
            const run = await stack.start("up");
            assert.equal(
                await run.until((events) =>
                    events.some((event) => event.resOutputsEvent?.metadata.type === "test:index:Group"),
                ),
                true,
            );
            await run.kill();
            assert.equal((await run.result).exitCode, null);
            assertFailed(await stack.up(), /locked/);
            await stack.cancel();
            await stack.setConfig({ mode: "normal" });
            assertSucceeded(await stack.up());
        });
    });

    describe("with a policy pack as a directory", () => {
        const pack = path.join(fixtures, "policy-pack");
        const policyPacks = [pack];

        it("blocks an up that breaks a mandatory policy, which knows project and stack", async () => {
            const program = async () => void new Group("group", { size: 99 });
            const stack = await engine.inline("policy", "blocked", program);
            const result = await stack.up({ policyPacks });
            assertFailed(result, /size-limit/);
            assert.deepEqual(
                result.policyViolations.map(({ policyName, enforcementLevel }) => [
                    policyName,
                    enforcementLevel,
                ]),
                [["size-limit", "mandatory"]],
            );
            assert.match(result.policyViolations[0].message, /99 is more than 10 in policy\/blocked/);
            assert.ok(!stack.resources().some((resource) => resource.type === "test:index:Group"));
        });

        it("lets a good program pass", async () => {
            const stack = await engine.inline(
                "policy",
                "passed",
                async () => void new Group("group", { size: 5 }),
            );
            const result = await stack.up({ policyPacks });
            assertSucceeded(result);
            assert.deepEqual(result.policyViolations, []);
        });

        it("applies to a project directory as well", async () => {
            const stack = await engine.project(path.join(fixtures, "project"), "policed", {
                config: { greeting: "hello", size: 11 },
            });
            assertFailed(await stack.preview({ policyPacks }), /size-limit/);
        });
    });

    describe("with an attached provider", () => {
        let provider: ChildProcess;
        let attached: Engine;

        class Thing extends pulumi.CustomResource {
            constructor(name: string, args: Record<string, unknown>) {
                super("tiny:index:Thing", name, args);
            }
        }

        before(async () => {
            // The provider wants the engine's address, which an attached one gets later.
            provider = spawn(
                process.execPath,
                ["--require", "tsx/cjs", path.join(fixtures, "provider.ts"), "127.0.0.1:1"],
                {
                    stdio: ["ignore", "pipe", "inherit"],
                },
            );
            const [port] = (await once(createInterface({ input: provider.stdout! }), "line")) as [string];
            attached = await Engine.create({ clouds: { PULUMI_DEBUG_PROVIDERS: `tiny:${port}` } });
        });

        after(async () => {
            provider?.kill();
            await attached?.stop();
        });

        it("counts what it creates, updates, replaces and leaves alone", async () => {
            const program = (kind: string, value: string) => async () => {
                new Thing("replaced", { kind });
                new Thing("updated", { value });
                new Thing("kept", {});
            };
            const stack = await attached.inline("attached", "counts", program("a", "1"));
            assertChanges(await stack.up(), { create: ["attached-counts", "kept", "replaced", "updated"] });
            assertNoChanges(await stack.up());
            assertNoChanges(await stack.refresh());
            const result = await stack.up({ program: program("b", "2") });
            assertChanges(result, { replace: ["replaced"], update: ["updated"] });
            assertReplaced(result, ["replaced"]);
            assert.deepEqual(result.changes, { same: 2, update: 1, replace: 1 });
            assertSucceeded(await stack.destroy());
            assert.deepEqual(stack.resources(), []);
        });

        it("keeps a creation that was killed half way as pending until a refresh clears it", async () => {
            const program = (slow: boolean) => async () => void new Thing("thing", { slow });
            const stack = await attached.inline("attached", "killed", program(true));
            const run = await stack.start("up");
            const creating = await run.until((events) =>
                events.some((event) => event.resourcePreEvent?.metadata.type === "tiny:index:Thing"),
            );
            assert.ok(creating);
            await run.kill();
            const pending = stack.pendingOperations().map(({ type, resource }) => [type, resource.type]);
            assert.deepEqual(pending, [["creating", "tiny:index:Thing"]]);

            await stack.cancel();
            const next = await stack.up({ program: program(false) });
            assertChanges(next, { create: ["thing"] });
            assert.ok(next.diagnostics.some(({ message }) => message.includes("interrupted while creating")));
            assert.equal(stack.pendingOperations().length, 1);
            assertNoChanges(await stack.refresh({ args: ["--clear-pending-creates"] }));
            assert.deepEqual(stack.pendingOperations(), []);
        });
    });

    it("leaves no file behind when it is stopped", async () => {
        const other = await Engine.create();
        const stack = await other.inline("inline", "stopped", async () => {});
        await other.stop();
        assert.equal(fs.existsSync(stack.directory), false);
    });
});
