import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Advice } from "../../placement/advise/advise";
import { shippedData } from "../../placement/catalogue/load";
import { cli, fixture } from "./support";

const L4 = ["--requests", "300000", "--seconds", "1.5", "--accelerator", "L4", "--model", "16"];

async function advised(...args: string[]): Promise<Advice> {
    const { code, stdout, stderr } = await cli("advise", ...args, "--json");
    assert.equal(code, 0, stderr || stdout);
    return JSON.parse(stdout) as Advice;
}

describe("advise", function () {
    this.timeout(120_000);

    it("compares all four architectures on three clouds", async () => {
        const { options } = await advised(...L4);
        assert.deepEqual([...new Set(options.map(({ architecture }) => architecture))].sort(), [
            "batch",
            "kubernetes",
            "managed",
            "serverless",
        ]);
        assert.deepEqual([...new Set(options.map(({ site }) => site.split("/")[0]))].sort(), [
            "aws",
            "azure",
            "gcp",
        ]);
    });

    it("recommends the cheapest of what is possible, and says why the rest is not", async () => {
        const { options, recommendation } = await advised(...L4);
        const possible = options.filter(({ feasible }) => feasible);
        const cheapest = Math.min(...possible.map(({ cost }) => cost?.expected ?? Infinity));
        const chosen = options.find(
            ({ service, site }) => service === recommendation?.service && site === recommendation.site,
        );
        assert.equal(chosen?.cost?.expected, cheapest);
        assert.ok(options.filter(({ feasible }) => !feasible).every(({ reasons }) => reasons.length > 0));
    });

    it("answers otherwise on both sides of the load at which it says so", async () => {
        const { breakEvens } = await advised(...L4, "--at", "gcp/us-central1");
        const [change] = breakEvens;
        assert.ok(change, "nothing changes");
        const at = async (requests: number): Promise<string> => {
            const { recommendation } = await advised(
                ...["--requests", String(requests), ...L4.slice(2), "--at", "gcp/us-central1"],
            );
            return `${recommendation?.service} at ${recommendation?.site}`;
        };
        assert.equal(await at(change.requestsPerMonth - 1), change.from);
        assert.equal(await at(change.requestsPerMonth), change.to);
    });

    it("leaves out what starts too slowly for the answers' time", async () => {
        const rare = ["--requests", "1000", "--seconds", "1", "--at", "aws/us-east-1"];
        const services = ({ options }: Advice): string[] =>
            options.filter(({ feasible }) => feasible).map(({ service }) => service);
        assert.ok(services(await advised(...rare)).includes("Lambda"));
        assert.ok(!services(await advised(...rare, "--p95", "1.5")).includes("Lambda"));
    });

    it("takes jobs into account where callers do not wait", async () => {
        const { options } = await advised(...L4, "--deadline", "24", "--at", "aws/us-east-1");
        assert.ok(options.some(({ architecture, feasible }) => architecture === "batch" && feasible));
    });

    it("reads a service of a program, at the place that it has", async () => {
        const { workload, options } = await advised(
            ...[fixture("placed"), "--service", "chat", "--requests", "50000"],
        );
        assert.deepEqual([workload.accelerators, workload.modelGiB], [["L4", "T4"], 16]);
        assert.deepEqual([...new Set(options.map(({ site }) => site))], ["aws/eu-west-1"]);
    });

    it("prints tables with the answer and the way to declare it", async () => {
        const { code, stdout } = await cli("advise", ...L4);
        assert.equal(code, 0);
        assert.match(stdout, /^300,000 requests a month of 1\.5 s, L4\n/);
        assert.match(stdout, /Advice:\n +\S.* is the cheapest\n/);
        assert.match(stdout, /Not possible:\n[^]*Lambda/);
    });

    it("names every mistake of the command line at once, with the nearest names", async () => {
        const { code, stderr, stdout } = await cli(
            ...["advise", "--requests", "x", "--seconds", "-1", "--accelerator", "L5", "--replicas", "1.5"],
        );
        assert.equal(code, 2);
        assert.equal(stdout, "");
        for (const mistake of ["--requests 'x'", "--seconds '-1'", "--replicas '1.5'", "did you mean 'L4'"]) {
            assert.ok(stderr.includes(mistake), mistake);
        }
    });

    it("goes by another catalogue on request, and names a file that is none", async () => {
        const file = path.join(os.tmpdir(), `barycenter-advise-${process.pid}.json`);
        try {
            fs.writeFileSync(file, JSON.stringify({ ...shippedData(), built: "2030-01-02" }));
            assert.equal((await advised(...L4, "--catalog", file)).catalogue, "2030-01-02");
            fs.writeFileSync(file, "{");
            const { code, stderr } = await cli("advise", ...L4, "--catalog", file);
            assert.equal(code, 2);
            assert.match(stderr, /is no catalogue/);
        } finally {
            fs.rmSync(file);
        }
    });

    it("asks for the load, which nothing else says", async () => {
        const { code, stderr } = await cli("advise");
        assert.equal(code, 2);
        assert.match(stderr, /--requests: how many requests a month/);
    });

    it("names the nearest site and the nearest service", async () => {
        assert.match(
            (await cli("advise", ...L4, "--at", "aws/eu-west-9")).stderr,
            /did you mean 'aws\/eu-west-\d'/,
        );
        const { stderr } = await cli("advise", fixture("service"), "--service", "rankr");
        assert.match(stderr, /did you mean 'ranker'/);
    });
});
