import assert from "node:assert/strict";
import { UsageError } from "../../cli/errors";
import { resolveConfig, type Overrides } from "../../cli/project/config";
import { readProject } from "../../cli/project/project";
import { readStack } from "../../cli/project/stack";
import { readValues, type Values } from "../../cli/project/values";
import { fixture, planned } from "./support";

const NO_VALUES: Values = readValues(undefined);

function resolved(stack: string, overrides: Overrides = { config: {} }, given = NO_VALUES) {
    const project = readProject(fixture("configured"));
    return resolveConfig(project, readStack(project, stack, overrides.cloud), given, overrides);
}

describe("configuration of a plan", function () {
    this.timeout(60_000);

    it("reaches the program as Pulumi would give it", async () => {
        const { outputs } = await planned("configured", { stack: "staging" });
        assert.deepEqual(outputs, {
            concealed: "[secret]",
            list: [{ name: "a", password: "encrypted" }],
            site: "aws/eu-west-1",
            sites: { "aws/eu-west-1": { network: "vpc-1" } },
            size: 3,
            token: "encrypted",
        });
    });

    it("puts a placeholder where a value is encrypted, and says so", () => {
        const { assumptions, secretKeys } = resolved("staging");
        const subjects = assumptions.map(({ subject }) => subject);
        assert.deepEqual(subjects, ["configured:token", "configured:list", "shared/network"]);
        assert.deepEqual([...secretKeys].sort(), ["configured:list", "configured:token"]);
    });

    it("takes an encrypted value from the file of values, and assumes nothing then", () => {
        const given = { ...NO_VALUES, config: { token: "real" } };
        const { values, assumptions, secretKeys } = resolved("staging", undefined, given);
        assert.equal(values["configured:token"], "real");
        assert.ok(!assumptions.some(({ subject }) => subject === "configured:token"));
        assert.ok(secretKeys.includes("configured:token"));
    });

    it("lets the command line win", () => {
        assert.equal(resolved("staging", { config: { size: "5" } }).values["configured:size"], "5");
    });

    it("refuses what Pulumi refuses before it runs the program", () => {
        const project = readProject(fixture("configured"));
        const stack = { organization: "o", name: "dev", config: {}, environments: [] };
        const { errors } = resolveConfig(project, stack, NO_VALUES, { config: { size: "many" } });
        assert.deepEqual(errors, [
            "Stack 'dev' is missing configuration value 'token'",
            "Stack 'dev' with configuration key 'size' must be of type 'integer'",
        ]);
    });

    it("tries another cloud at its default region, without the landing zones of this one", () => {
        const { values, assumptions } = resolved("staging", { cloud: "gcp", config: {} });
        assert.equal(values["barycenter:cloud"], "gcp");
        assert.equal(values["barycenter:region"], "us-central1");
        assert.equal(values["barycenter:sites"], undefined);
        assert.ok(assumptions.some(({ subject }) => subject === "barycenter:sites"));
    });

    it("keeps the stack's region when its own cloud is named", () => {
        const { values } = resolved("staging", { cloud: "aws", config: {} });
        assert.equal(values["barycenter:region"], "eu-west-1");
        assert.ok(values["barycenter:sites"]);
    });

    it("takes another region when one is named", () => {
        const { values } = resolved("staging", { cloud: "gcp", region: "europe-west4", config: {} });
        assert.equal(values["barycenter:region"], "europe-west4");
    });

    it("chooses the stack on the cloud that is tried", () => {
        const project = readProject(fixture("configured"));
        assert.equal(readStack(project, undefined, "kubernetes").name, "edge");
    });

    it("asks which stack where several could be meant", () => {
        const project = readProject(fixture("configured"));
        assert.throws(() => readStack(project, undefined, undefined), /choose one of edge, staging/);
    });

    it("refuses a stack that has no file although others have", () => {
        const project = readProject(fixture("configured"));
        assert.throws(() => readStack(project, "stagging", undefined), UsageError);
    });
});
