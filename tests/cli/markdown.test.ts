import assert from "node:assert/strict";
import { compareClouds } from "../../cli/plan/comparison";
import { renderComparison } from "../../cli/plan/comparisonText";
import { SCHEMA_VERSION, type PlanDocument } from "../../cli/plan/document";
import { cloudsComment, planComment } from "../../cli/report/markdown";
import { cli, fixture, planned } from "./support";

/** Rows of the first table whose heads match, as lists of cells. */
function rowsOf(markdown: string, heads: RegExp): string[][] {
    const lines = markdown.split("\n");
    const at = lines.findIndex((line) => line.startsWith("|") && heads.test(line));
    const rest = at < 0 ? [] : lines.slice(at + 2);
    const end = rest.findIndex((line) => !line.startsWith("|"));
    return rest.slice(0, end < 0 ? undefined : end).map((line) =>
        line
            .slice(1, -1)
            .split("|")
            .map((cell) => cell.trim()),
    );
}

describe("plan --markdown", function () {
    this.timeout(120_000);
    let plan: PlanDocument;
    before(async () => {
        plan = await planned("placed");
    });

    it("begins with a hidden line that is the same for every plan of the stack", () => {
        const [first] = planComment(plan).split("\n");
        assert.equal(first, "<!-- barycenter plan placed/dev -->");
        assert.equal(planComment({ ...plan, warnings: ["other"] }).split("\n")[0], first);
    });

    it("has a row for each placed component, with its site and what it costs a month", () => {
        const rows = rowsOf(planComment(plan), /component.*site.*a month.*why/);
        assert.deepEqual(
            rows.map(([component, site]) => [component.split("<br>")[0], site]),
            plan.placement?.placed.map(({ component, site }) => [component, site]),
        );
        assert.ok(rows.every((row) => row.some((cell) => /^&#36;\d|^\$\d/.test(cell))));
    });

    it("has the least, the expected and the most that all of it costs", () => {
        const rows = rowsOf(planComment(plan), /\| a month \|/);
        assert.deepEqual(
            rows.map(([name]) => name),
            ["scaled down", "expected", "scaled out"],
        );
    });

    it("says which components have no pin yet, and the command that pins them", () => {
        const text = planComment(plan);
        assert.match(text, /ModelStore\/weights\s+is not pinned/);
        assert.match(text, /barycenter plan --pin/);
    });

    it("hides flows, quotas with their commands, and assumptions until they are asked for", () => {
        const text = planComment(plan);
        for (const summary of ["Data that moves in a month", "Quotas that it needs", "Assumed"]) {
            assert.match(text, new RegExp(`<details>\n<summary>${summary}`));
        }
        assert.match(text, /```sh\n.*aws service-quotas/);
        assert.equal(text.split("<details>").length, text.split("</details>").length);
    });

    it("lets no text of the program break out of its place", () => {
        const evil = "a|b <script>alert(1)</script> @everyone #1 `x` *y* [z](http://e.vil)\n| c |";
        const text = planComment({
            ...plan,
            project: "--><b>p",
            warnings: [evil],
            placement: plan.placement && {
                ...plan.placement,
                placed: plan.placement.placed.map((each) => ({ ...each, component: evil })),
            },
        } as PlanDocument);
        assert.doesNotMatch(text, /<script>|<b>|@everyone|\[z\]\(/);
        assert.match(text.split("\n")[0], /^<!-- [^>]* -->$/);
        const rows = rowsOf(text, /component.*site.*a month.*why/);
        assert.equal(new Set(rows.map(({ length }) => length)).size, 1);
        assert.equal(rows.length, plan.placement?.placed.length);
    });

    it("has the errors of an invalid program alone", async () => {
        const text = planComment(await planned("mistakes"));
        assert.match(text, /is invalid/);
        assert.match(text, /```\n[^]*did you mean 'L4'[^]*\n```/);
        assert.doesNotMatch(text, /<details>/);
    });

    it("fits into a comment, whatever the number of components, and says what it leaves out", () => {
        const flows = plan.placement?.flows ?? [];
        const many = Array.from({ length: 2000 }, () => flows).flat();
        const text = planComment({
            ...plan,
            placement: plan.placement && { ...plan.placement, flows: many },
        });
        assert.ok(text.length < 65_536);
        assert.match(text, /Left out.*: flows/);
    });

    it("is printed by the command line, and by it alone", async () => {
        const { code, stdout } = await cli("plan", fixture("placed"), "--markdown");
        assert.equal(code, 0);
        assert.equal(stdout, planComment(plan));
        assert.equal((await cli("plan", fixture("placed"), "--markdown", "--json")).code, 2);
    });
});

describe("a comparison of clouds", () => {
    const range = (expected: number) => ({ min: expected / 2, expected, max: expected * 2 });
    const on = (cloud: string, expected: number, error: number): PlanDocument =>
        ({
            project: "p",
            stack: "dev",
            barycenter: "1",
            errors: [],
            components: [],
            warnings: [],
            assumptions: [],
            totals: { components: 0, resources: 0 },
            placement: {
                placed: [
                    {
                        component: "ModelStore/a",
                        site: `${cloud}/r`,
                        parts: {},
                        lines: [],
                        binding: [],
                        flips: [],
                    },
                ],
                total: range(expected),
                error: { low: expected - error, high: expected + error },
                shares: { list: 1, derived: 0, stale: 0, assumed: 0 },
                flows: [],
                hosted: [],
                quotas: [],
                assumptions: [],
                sources: [],
                oldest: "2026-01",
                holds: true,
            },
        }) as unknown as PlanDocument;
    const invalid = { ...on("azure", 1, 0), errors: [{ message: "no T4 there\nand more" }] };
    const plans = { aws: on("aws", 2e9, 1e8), azure: invalid, gcp: on("gcp", 1.5e9, 1e8) };

    it("goes from the cheapest to the dearest, and ends with those that can't be used", () => {
        const rows = compareClouds(plans);
        assert.deepEqual(
            rows.map(({ cloud, extra, sure }) => [cloud, extra, sure]),
            [
                ["gcp", 0, true],
                ["aws", 5e8, true],
                ["azure", undefined, undefined],
            ],
        );
        assert.deepEqual(rows[2]?.obstacles, ["no T4 there\nand more"]);
    });

    it("says where the difference lies within the error of the prices", () => {
        const near = compareClouds({ aws: on("aws", 2e9, 1e9), gcp: on("gcp", 1.5e9, 1e8) });
        assert.equal(near[1]?.sure, false);
        assert.match(renderComparison(near), /\$500 \(33 %\), within the prices' error/);
    });

    it("does not compare a cloud whose components would stay elsewhere", () => {
        const [row] = compareClouds({ aws: on("gcp", 1e9, 0) });
        assert.equal(row?.total, undefined);
        assert.deepEqual(row?.obstacles, ["ModelStore/a stays at gcp/r"]);
    });

    it("is a table of text, and the beginning of the comment", () => {
        const comparison = compareClouds(plans);
        assert.match(renderComparison(comparison), /gcp +gcp\/r +\$1,500 +\$750 to \$3,000 +cheapest/);
        const comment = cloudsComment({ schemaVersion: SCHEMA_VERSION, plans, comparison });
        assert.deepEqual(
            rowsOf(comment, /cloud.*at.*a month/).map(([cloud]) => cloud),
            ["gcp", "aws", "azure"],
        );
        assert.match(comment, /no T4 there/);
    });
});
