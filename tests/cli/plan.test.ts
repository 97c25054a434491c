import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { plan } from "../../cli/plan/plan";
import { renderErrors, renderPlan } from "../../cli/plan/render";
import { componentsOf, fixture, planned } from "./support";

describe("plan", function () {
    this.timeout(120_000);

    it("shows components inside components, with their sites and warnings", async () => {
        const document = await planned("plain");
        assert.deepEqual(document.errors, []);
        assert.deepEqual(
            document.components.map((outer) => [
                outer.name,
                outer.site,
                outer.components.map((inner) => inner.name),
            ]),
            [["outer", "aws/eu-west-1", ["inner"]]],
        );
        assert.deepEqual(document.components[0]?.components[0]?.warnings, ["inner is small"]);
        assert.equal(
            document.components[0]?.components[0]?.urn,
            "urn:pulumi:dev::plain::plain:index:Group$plain:index:Group::inner",
        );
        assert.deepEqual(document.totals, { components: 2, resources: 0 });
    });

    it("gives the program the project's own configuration", async () => {
        assert.deepEqual((await planned("plain")).outputs, { cidrs: ["10.0.0.0/8"], label: "hello" });
    });

    it("answers a function that needs a value now, and says so", async () => {
        const document = await planned("clouds");
        const made = document.resources.filter((resource) => !resource.read).map((resource) => resource.name);
        assert.deepEqual(made, ["logs-us-east-1a", "logs-us-east-1b", "logs-us-east-1c", "closed"]);
        assert.ok(
            document.assumptions.some(
                ({ kind, subject }) => kind === "invoke" && subject.includes("getAvailabilityZones"),
            ),
        );
    });

    it("doesn't count what is only read", async () => {
        const document = await planned("clouds");
        assert.deepEqual(
            document.resources.filter((resource) => resource.read).map((resource) => resource.name),
            ["existing"],
        );
        assert.equal(document.totals.resources, 4);
    });

    it("marks what is protected and kept, children included", async () => {
        const closed = (await planned("clouds")).resources.find((resource) => resource.name === "closed");
        assert.equal(closed?.protect, true);
        assert.equal(closed?.retainOnDelete, true);
    });

    it("knows no output before a resource exists, and shows no secret", async () => {
        const document = await planned("clouds");
        assert.deepEqual(document.outputs, { arn: null, password: "[secret]", vpc: null });
        assert.doesNotMatch(JSON.stringify(document), /hunter2/);
    });

    it("takes other stacks' outputs and functions' answers from a file", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-values-"));
        try {
            const values = path.join(folder, "values.yaml");
            fs.writeFileSync(
                values,
                "stackReferences:\n  organization/network/production:\n    vpcId: vpc-1\n" +
                    "invokes:\n  aws:getAvailabilityZones:\n    names: [one]\n",
            );
            const document = await planned("clouds", { values });
            assert.equal(document.outputs.vpc, "vpc-1");
            assert.ok(document.resources.some((resource) => resource.name === "logs-one"));
            assert.deepEqual(
                document.assumptions.filter(({ kind }) => kind !== "config"),
                [],
            );
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("applies the program's transforms", async () => {
        const document = await planned("transforms");
        assert.deepEqual(document.errors, []);
        assert.equal(document.outputs.name, "renamed");
        const marks = document.resources.map(({ name, protect, retainOnDelete }) => [
            name,
            protect,
            retainOnDelete,
        ]);
        assert.deepEqual(marks, [
            ["data", true, undefined],
            ["versions", undefined, true],
        ]);
    });

    it("runs an ES module with the loader that the project names", async () => {
        const document = await planned("esm", { stack: "acme/esm/blue" });
        assert.deepEqual(document.errors, []);
        assert.deepEqual(document.outputs, { organization: "acme", place: "esm/blue" });
    });

    it("says what it could not look into", async () => {
        const document = await planned("odd");
        assert.deepEqual(document.errors, []);
        assert.deepEqual(document.assumptions.map(({ kind }) => kind).sort(), [
            "config",
            "remoteComponent",
            "unchecked",
        ]);
    });

    it("prints what the owner of an adopted store in another account has to add, on every cloud", async () => {
        const document = await planned("adopted");
        assert.deepEqual(document.errors, []);
        const notes = Object.fromEntries(document.components.map(({ name, notes }) => [name, notes]));
        assert.equal(notes.own, undefined);
        const corpora = {
            "aws-corpus": /^s3:\/\/acme-corpus belongs to 210987654321\. [^]*"s3:GetObject"/,
            "azure-corpus": /^https:\/\/acmecorpus\.[^]* belongs to 11111111-[^]*az role assignment create/,
            "gcp-corpus":
                /^gs:\/\/acme-corpus belongs to acme-data\. [^]*gcloud storage buckets add-iam-policy-binding/,
        };
        const text = renderPlan(document, { verbose: false });
        for (const [name, statements] of Object.entries(corpora)) {
            assert.match(notes[name]?.join("\n") ?? "", statements);
        }
        assert.match(text, /Its owner has to add:/);
    });

    it("warns of a region that the cloud was not known to have, with the nearest name", async () => {
        const document = await planned("adopted", { overrides: { region: "eu-centrl-1", config: {} } });
        const [own] = document.components.filter(({ name }) => name === "own");
        assert.match(
            own?.warnings.join() ?? "",
            /^barycenter:region: 'eu-centrl-1' is no region of aws .*; did you mean 'eu-central-1'\?$/,
        );
        const others = document.components.filter(({ name }) => name !== "own");
        assert.doesNotMatch(JSON.stringify(others), /is no region of/);
    });

    describe("of an invalid program", () => {
        it("tells an exception with the user's own frames alone", async () => {
            const [error, ...others] = (await planned("throws")).errors;
            assert.deepEqual(others, []);
            assert.match(error?.message ?? "", /the moon is not full\n\s+at size \(.*throws\/index\.ts:2:/);
            assert.doesNotMatch(error?.message ?? "", /node_modules|node:internal/);
        });

        it("keeps the whole stack on request", async () => {
            const [error] = (await planned("throws", { wholeStack: true })).errors;
            assert.match(error?.message ?? "", /node:internal/);
        });

        it("lists the mistakes of all components at once", async () => {
            const { errors } = await planned("mistakes");
            const text = renderErrors(errors);
            for (const mistake of [
                "protect: 'yes'",
                "sizeGiB",
                "did you mean 'L4'",
                "did you mean 'vllm'",
                "version: 3",
            ]) {
                assert.ok(text.includes(mistake), mistake);
            }
            assert.match(text, /BatchJob 'nightly' was not looked at/);
            assert.doesNotMatch(text, /\n\s+at /);
        });

        it("places nothing for a stack whose cloud is misspelt", async () => {
            const { errors } = await planned("adopted", {
                overrides: { config: { "barycenter:cloud": "awz" } },
            });
            assert.deepEqual(
                errors.map(({ message }) => message),
                [
                    "ModelStore 'own' has 1 problem:\n  barycenter:cloud: 'awz' is not a cloud; did you mean 'aws'? " +
                        "Allowed: aws, gcp, azure, kubernetes",
                ],
            );
        });

        it("plans no resource of a component with mistakes", async () => {
            const components = componentsOf(await planned("mistakes"));
            assert.deepEqual(
                components.flatMap((component) => component.resources),
                [],
            );
            assert.equal(components.length, 4);
        });

        it("tells what the clouds would refuse", async () => {
            const text = renderErrors((await planned("refused")).errors);
            assert.match(
                text,
                /aws:s3:BucketVersioning 'versions' has 1 problem:\n {2}versioningConfiguration\.status: /,
            );
            assert.match(text, /unknown property "expirations"/);
        });

        it("tells of two resources with one name, as the engine does", async () => {
            const { errors } = await planned("odd", { overrides: { config: { twice: "true" } } });
            assert.match(errors[0]?.message ?? "", /^Duplicate resource URN/);
        });

        it("tells which function it can't answer", async () => {
            const { errors } = await planned("odd", { overrides: { config: { ask: "true" } } });
            assert.match(errors[0]?.message ?? "", /docker:index\/getImage:getImage offline: .*--values/);
        });

        it("checks types on request alone", async () => {
            const directory = fs.mkdtempSync(fixture("types-"));
            try {
                fs.writeFileSync(
                    path.join(directory, "Pulumi.yaml"),
                    "name: types\nruntime: nodejs\nmain: index.ts\n",
                );
                fs.writeFileSync(path.join(directory, "index.ts"), "export const size: number = 'large';\n");
                assert.deepEqual((await plan({ directory })).errors, []);
                assert.match(renderErrors((await plan({ directory, typecheck: true })).errors), /TS2322/);
            } finally {
                fs.rmSync(directory, { recursive: true });
            }
        });
    });

    describe("against a baseline", () => {
        let folder: string;
        let earlier = "";
        before(async () => {
            folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-baseline-"));
            earlier = path.join(folder, "before.json");
            fs.writeFileSync(earlier, JSON.stringify(await planned("service")));
        });
        after(() => fs.rmSync(folder, { recursive: true }));

        it("shows no change for the same program", async () => {
            const { changes } = await planned("service", { baseline: earlier });
            assert.deepEqual(changes, { added: [], removed: [], clients: [] });
        });

        it("says what clients must change when runOn does", async () => {
            const document = await planned("service", {
                baseline: earlier,
                overrides: { config: { managed: "true" } },
            });
            const [change, ...others] = document.changes?.clients ?? [];
            assert.deepEqual(others, []);
            assert.equal(change?.service, "ranker");
            assert.notEqual(change?.from.urlForm, change?.to.urlForm);
            assert.ok(document.changes?.added.some(({ type }) => type === "aws:sagemaker:Endpoint"));
            assert.ok(document.changes?.removed.some(({ type }) => type.endsWith(":InferenceService")));
            assert.ok(!document.changes?.removed.some(({ type }) => type.startsWith("aws:ec2")));
            const text = renderPlan(document, { verbose: false, baseline: "before" });
            assert.match(
                text,
                /clients of ranker must change:\n\s+URL .+\n\s+authentication .+\n\s+protocol /,
            );
        });

        it("reads an exported state too", async () => {
            const document = await planned("service");
            const [component] = componentsOf(document).filter((each) => each.client);
            assert.ok(component?.client);
            const state = path.join(folder, "state.json");
            const client = { ...component.client, authentication: "a key" };
            const resources = [
                { urn: component.urn, type: component.type, custom: false, outputs: { client } },
                {
                    urn: component.resources[0]?.urn,
                    type: component.resources[0]?.type,
                    custom: true,
                    id: "x",
                },
                {
                    urn: "urn:pulumi:dev::service::aws:s3/bucket:Bucket::gone",
                    type: "aws:s3/bucket:Bucket",
                    custom: true,
                    id: "g",
                },
            ];
            fs.writeFileSync(state, JSON.stringify({ version: 3, deployment: { resources } }));
            const { changes } = await planned("service", { baseline: state });
            assert.deepEqual(changes?.removed, [{ type: "aws:s3:Bucket", name: "gone" }]);
            assert.equal(changes.clients[0]?.from.authentication, "a key");
        });
    });
});
