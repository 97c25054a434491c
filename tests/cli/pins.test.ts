import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { plan, type PlanRequest } from "../../cli/plan/plan";
import type { PlanDocument } from "../../cli/plan/document";
import { renderErrors } from "../../cli/plan/render";
import type { Pins } from "../../placement/pins";
import { cli, fixture } from "./support";

describe("pins", function () {
    this.timeout(120_000);
    let directory: string;
    let stackFile: string;

    beforeEach(() => {
        directory = fs.mkdtempSync(fixture("pinned-"));
        fs.cpSync(fixture("placed"), directory, { recursive: true });
        stackFile = path.join(directory, "Pulumi.dev.yaml");
    });
    afterEach(() => fs.rmSync(directory, { recursive: true }));

    const planIt = (
        config: Readonly<Record<string, string>> = {},
        request: Partial<PlanRequest> = {},
    ): Promise<PlanDocument> => plan({ directory, overrides: { config }, ...request });

    const pinIt = (
        config: Readonly<Record<string, string>> = {},
        ...repin: string[]
    ): Promise<PlanDocument> => planIt(config, { pin: { repin } });

    function writePins(components: Readonly<Record<string, object>>, more: object = {}): void {
        const config = {
            "barycenter:tier": "dev",
            "barycenter:pins": { schemaVersion: 1, components },
            ...more,
        };
        fs.writeFileSync(stackFile, JSON.stringify({ config }));
    }

    const pinsWritten = (): Pins["components"] => {
        const { config } = parse(fs.readFileSync(stackFile, "utf8")) as {
            config: Record<string, Pins | undefined>;
        };
        return config["barycenter:pins"]?.components ?? {};
    };

    const sites = ({ components }: PlanDocument): Record<string, string | undefined> =>
        Object.fromEntries(components.map(({ name, site }) => [name, site]));

    const IRELAND = { site: "aws/eu-west-1" };
    const PARIS = { site: "aws/eu-west-3" };

    it("are not written by a plan that is not asked to", async () => {
        const before = fs.readFileSync(stackFile, "utf8");
        const { pins } = await planIt();
        assert.deepEqual(pins?.unpinned, ["GpuCluster/serving", "ModelStore/weights"]);
        assert.equal(fs.readFileSync(stackFile, "utf8"), before);
    });

    it("are written beside the comments, and obeyed by the next plan without a search", async () => {
        await pinIt();
        assert.match(fs.readFileSync(stackFile, "utf8"), /^# kept by the platform team\n[^]*dev # small\n/);
        assert.deepEqual(Object.keys(pinsWritten()), ["GpuCluster/serving", "ModelStore/weights"]);
        const next = await planIt();
        assert.deepEqual(next.pins, { unpinned: [], stale: [], broken: [] });
        assert.ok(next.placement?.placed.every(({ given }) => given));
    });

    it("are written twice with the same bytes", async () => {
        await pinIt();
        const once = fs.readFileSync(stackFile, "utf8");
        const { pins } = await pinIt();
        assert.deepEqual(pins?.written?.changes, []);
        assert.equal(fs.readFileSync(stackFile, "utf8"), once);
    });

    it("hold what they place fixed while a new component is filled in beside them", async () => {
        writePins({ "GpuCluster/serving": PARIS, "ModelStore/weights": PARIS });
        await pinIt({ second: "true" });
        assert.equal(pinsWritten()["GpuCluster/serving"]?.site, "aws/eu-west-3");
        assert.equal(pinsWritten()["ModelStore/weights"]?.site, "aws/eu-west-3");
        assert.ok(pinsWritten()["ModelStore/archive"]);
    });

    it("of a component that is gone or renamed are reported, and cleaned by --pin", async () => {
        writePins({
            "GpuCluster/serving": IRELAND,
            "ModelStore/weights": IRELAND,
            "ModelStore/olden": IRELAND,
        });
        assert.deepEqual((await planIt()).pins?.stale, ["ModelStore/olden"]);
        const { pins } = await pinIt();
        assert.deepEqual(
            pins?.written?.changes.map(({ component, after }) => [component, after?.site]),
            [
                ["GpuCluster/serving", "aws/eu-west-1"],
                ["ModelStore/olden", undefined],
            ],
        );
        assert.equal(pinsWritten()["ModelStore/olden"], undefined);
    });

    it("that break a condition are an error that names both and the command", async () => {
        writePins(
            { "GpuCluster/serving": IRELAND, "ModelStore/weights": { site: "aws/us-east-1" } },
            { "barycenter:placement": { residency: ["EU"] } },
        );
        const text = renderErrors((await planIt()).errors);
        assert.match(text, /barycenter:pins\.components\.ModelStore\/weights/);
        assert.match(text, /'aws\/us-east-1' breaks the condition '.*EU.*'/);
        assert.match(text, /barycenter plan --repin ModelStore\/weights/);
    });

    it("made for another account than the landing zone's are an error", async () => {
        writePins(
            { "GpuCluster/serving": { ...IRELAND, account: "111111111111" }, "ModelStore/weights": IRELAND },
            { "barycenter:sites": { "aws/eu-west-1": { account: "222222222222" } } },
        );
        const text = renderErrors((await planIt()).errors);
        assert.match(text, /GpuCluster\/serving\.account: '111111111111'.*'222222222222'/);
    });

    it("carry the account of the landing zone that they were made for", async () => {
        writePins(
            {},
            {
                "barycenter:sites": {
                    "aws/eu-west-1": { account: "222222222222" },
                    "aws/eu-west-3": { account: "222222222222" },
                },
            },
        );
        const { errors } = await pinIt();
        assert.deepEqual(errors, []);
        assert.ok(Object.values(pinsWritten()).every(({ account }) => account === "222222222222"));
    });

    it("choose an accelerator again where the program no longer accepts the one chosen", async () => {
        writePins({
            "GpuCluster/serving": { ...IRELAND, accelerators: { chat: "T4" } },
            "ModelStore/weights": IRELAND,
        });
        const config = { accelerators: '["L4", "A10G"]' };
        const { pins } = await planIt(config);
        assert.match(pins?.broken[0]?.text ?? "", /'T4' is no longer accepted/);
        await pinIt(config);
        assert.match(pinsWritten()["GpuCluster/serving"]?.accelerators?.chat ?? "", /L4|A10G/);
    });

    it("keep the accelerator that was chosen, whatever comes before it in the list", async () => {
        writePins({
            "GpuCluster/serving": { ...IRELAND, accelerators: { chat: "A10G" } },
            "ModelStore/weights": IRELAND,
        });
        const { components } = await planIt({ accelerators: '["T4", "A10G"]' });
        assert.match(JSON.stringify(components), /A10G/);
        const pools = components.find(({ name }) => name === "serving")?.resources ?? [];
        assert.ok(pools.length > 0);
    });

    it("of another stack are shared by pinsFrom, and a stack's own come first", async () => {
        fs.writeFileSync(
            path.join(directory, "Pulumi.staging.yaml"),
            JSON.stringify({
                config: {
                    "barycenter:pins": {
                        schemaVersion: 1,
                        components: { "GpuCluster/serving": PARIS, "ModelStore/weights": PARIS },
                    },
                },
            }),
        );
        writePins({ "ModelStore/weights": IRELAND }, { "barycenter:pinsFrom": "staging" });
        const document = await planIt();
        assert.deepEqual(
            [sites(document).serving, sites(document).weights],
            ["aws/eu-west-3", "aws/eu-west-1"],
        );
        assert.deepEqual(document.pins?.unpinned, []);
    });

    describe("made anew", () => {
        it("move what the name says and leave the others", async () => {
            writePins({ "GpuCluster/serving": PARIS, "ModelStore/weights": PARIS });
            const { pins } = await pinIt({}, "serving");
            assert.equal(pinsWritten()["ModelStore/weights"]?.site, "aws/eu-west-3");
            assert.deepEqual(
                pins?.written?.changes.map(({ component, before }) => [component, before?.site]),
                [["GpuCluster/serving", "aws/eu-west-3"]],
            );
        });

        it("never move a store that may hold data", async () => {
            writePins({ "GpuCluster/serving": IRELAND, "ModelStore/weights": PARIS });
            await assert.rejects(pinIt({}, "weights"), /may hold data at aws\/eu-west-3.*Replicate it/s);
            assert.equal(pinsWritten()["ModelStore/weights"]?.site, "aws/eu-west-3");
        });

        it("are refused for a name that no component has, with the nearest", async () => {
            await assert.rejects(pinIt({}, "servin"), /no component is named so; did you mean 'serving'/);
        });
    });

    describe("that are not the cheapest any more", () => {
        const FAR = { "GpuCluster/serving": { site: "aws/us-east-1" }, "ModelStore/weights": IRELAND };

        it("are told with the saving and the command that accepts the better place", async () => {
            writePins(FAR);
            const { drift, placement } = await planIt();
            const [move] = drift?.better?.moves ?? [];
            assert.equal(move?.component, "GpuCluster/serving");
            assert.equal(move.from, "aws/us-east-1");
            assert.ok((drift?.better?.saves ?? 0) > 0);
            assert.equal(drift?.better?.now, placement?.total.expected);
            const { stdout } = await cli("plan", directory);
            assert.match(stdout, /to accept: barycenter plan --repin GpuCluster\/serving/);
        });

        it("save what they say once they are accepted", async () => {
            writePins(FAR);
            const { drift } = await planIt();
            const { placement } = await pinIt({}, "serving");
            assert.equal(placement?.total.expected, drift?.better?.then);
        });

        it("are not told of below the saving that the stack asks for", async () => {
            writePins(FAR, { "barycenter:placement": { minSaving: { dollars: 1_000_000, share: 0.1 } } });
            assert.deepEqual((await planIt()).drift, {});
        });

        // Machines in São Paulo cost half as much again as in most regions.
        const AT = { corpusAt: "aws/sa-east-1" };
        const DEAR = {
            "GpuCluster/serving": { site: "aws/sa-east-1" },
            "ModelStore/weights": { site: "aws/sa-east-1" },
        };

        it("never propose to move data whose owner did not say so, but tell what that would save", async () => {
            writePins(DEAR);
            const { drift } = await planIt(AT);
            assert.ok(!drift?.better?.moves.some(({ component }) => component === "ModelStore/corpus"));
            assert.deepEqual(drift?.withData?.stores.includes("ModelStore/corpus"), true);
        });

        it("propose to move data whose owner allows it, with the one-off cost, time and payback", async () => {
            writePins(DEAR);
            const { drift } = await planIt({ ...AT, corpusMay: "move" });
            const move = drift?.better?.moves.find(({ component }) => component === "ModelStore/corpus");
            assert.equal(move?.data?.gib, 40_960);
            assert.ok(move.data.micros > 0 && move.data.hours > 1);
            const { once, saves, paybackDays } = drift?.better ?? { once: 0, saves: 1, paybackDays: 0 };
            assert.ok(Math.abs(paybackDays - ((once / saves) * 730) / 24) < 1e-6);
        });

        it("propose a copy of data whose owner allows that, beside the original", async () => {
            writePins(DEAR);
            const { drift } = await planIt({ ...AT, corpusGiB: "400", corpusMay: "replicate" });
            const move = drift?.better?.moves.find(({ component }) => component === "ModelStore/corpus");
            assert.equal(move?.copy, true);
            assert.equal(move.from, "aws/sa-east-1");
        });
    });

    describe("under --check", () => {
        const FILES: readonly [string, object, number][] = [
            ["sound pins", { "GpuCluster/serving": IRELAND, "ModelStore/weights": IRELAND }, 0],
            ["a missing pin", { "GpuCluster/serving": IRELAND }, 2],
            [
                "a pin of what is gone",
                { "GpuCluster/serving": IRELAND, "ModelStore/weights": IRELAND, "ModelStore/x": IRELAND },
                2,
            ],
            [
                "a pin at no site",
                { "GpuCluster/serving": { site: "aws/nowhere" }, "ModelStore/weights": IRELAND },
                2,
            ],
        ];
        for (const [what, components, code] of FILES) {
            it(`ends with ${code} for ${what}`, async () => {
                writePins(components as Record<string, object>);
                const end = await cli("plan", directory, "--check");
                assert.equal(end.code, code, end.stdout + end.stderr);
            });
        }

        it("ends with 1 for a program that is wrong in something else", async () => {
            writePins({ "GpuCluster/serving": IRELAND, "ModelStore/weights": IRELAND });
            const end = await cli("plan", directory, "--check", "-c", 'accelerators=["L5"]');
            assert.equal(end.code, 1, end.stdout + end.stderr);
        });
    });
});
