import assert from "node:assert/strict";
import { reachRefusal, type Workplace } from "../../placement/reach";
import { CLOUDS, formatSite, type CloudName, type SiteId } from "../../placement/site";

const STORES: readonly SiteId[] = [
    { cloud: "aws", region: "eu-west-1" },
    { cloud: "aws", region: "us-east-1" },
    { cloud: "gcp", region: "europe-west4" },
    { cloud: "gcp", region: "us-central1" },
    { cloud: "azure", region: "westeurope" },
    { cloud: "azure", region: "eastus" },
    { cloud: "kubernetes", region: "default" },
];

const REGION: Readonly<Record<CloudName, string>> = {
    aws: "eu-west-1",
    gcp: "europe-west4",
    azure: "westeurope",
    kubernetes: "default",
};

const WORKPLACES: readonly Workplace[] = CLOUDS.flatMap((cloud): Workplace[] => [
    { kind: "managed", cloud, region: REGION[cloud] },
    { kind: "cluster", cloud, trusted: true },
    { kind: "cluster", cloud, trusted: false },
]);

/** The stores that each workplace reaches, in the order of the list above; every other pair is refused. */
const REACHED: Readonly<Record<string, readonly string[]>> = {
    "managed aws": ["aws/eu-west-1"],
    "managed gcp": ["gcp/europe-west4", "gcp/us-central1"],
    "managed azure": ["azure/westeurope", "azure/eastus"],
    "managed kubernetes": [],
    "trusted cluster aws": STORES.slice(0, 6).map(formatSite),
    "trusted cluster gcp": STORES.slice(0, 6).map(formatSite),
    "trusted cluster azure": STORES.slice(0, 6).map(formatSite),
    "trusted cluster kubernetes": STORES.map(formatSite),
    "cluster aws": ["aws/eu-west-1", "aws/us-east-1"],
    "cluster gcp": ["gcp/europe-west4", "gcp/us-central1"],
    "cluster azure": ["azure/westeurope", "azure/eastus"],
    "cluster kubernetes": ["kubernetes/default"],
};

describe("reach of stores", () => {
    for (const workplace of WORKPLACES) {
        const name = nameOf(workplace);
        it(`of a ${name} is what the table says, pair by pair`, () => {
            const reached = STORES.filter((store) => reachRefusal(workplace, store) === undefined);
            assert.deepEqual(reached.map(formatSite), REACHED[name]);
        });
    }

    it("is refused with the reason that applies", () => {
        const refusal = (workplace: Workplace, index: number) => reachRefusal(workplace, STORES[index]);
        assert.match(
            refusal({ kind: "managed", cloud: "aws", region: "eu-west-1" }, 1) ?? "",
            /^SageMaker reads models from S3 buckets of its own region only; .* aws\/us-east-1$/,
        );
        assert.match(refusal({ kind: "cluster", cloud: "gcp", trusted: true }, 6) ?? "", /own cluster only/);
        assert.match(
            refusal({ kind: "cluster", cloud: "kubernetes", trusted: false }, 0) ?? "",
            /^aws can't trust .* `issuer`$/,
        );
    });
});

function nameOf(workplace: Workplace): string {
    return workplace.kind === "managed"
        ? `managed ${workplace.cloud}`
        : `${workplace.trusted ? "trusted " : ""}cluster ${workplace.cloud}`;
}
