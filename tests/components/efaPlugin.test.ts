import assert from "node:assert/strict";
import { GpuCluster } from "../../index";
import type { GpuClusterArgs } from "../../index";
import { DEV, registrations } from "../support/mocks";

/** The add-ons of EKS's nodes that a cluster installs. */
async function plugins(args: Partial<GpuClusterArgs>): Promise<string[]> {
    const { resources } = await registrations(
        () =>
            new GpuCluster("serving", {
                controlPlane: { allow: ["203.0.113.0/24"] },
                pools: {},
                ...args,
            }),
        { config: { ...DEV, "barycenter:region": "us-east-1" } },
    );
    return resources.filter(({ name }) => name.includes("device-plugin")).map(({ name }) => name);
}

const joined = { train: { accelerator: "H100", acceleratorsPerNode: 8, zones: ["us-east-1a"] } } as const;
const EFA = "serving-addon-aws-efa-k8s-device-plugin";

describe("the device plugin of EFA", () => {
    it("is installed where a pool is joined by EFA, and only there", async () => {
        assert.ok((await plugins({ pools: joined })).includes(EFA));
        const apart = { chat: { accelerator: "H100", acceleratorsPerNode: 8 } } as const;
        assert.ok(!(await plugins({ pools: apart })).includes(EFA));
    });

    it("is left out or put in as the program says", async () => {
        assert.ok(!(await plugins({ pools: joined, addOns: { efaPlugin: "present" } })).includes(EFA));
        const pools = { chat: { accelerator: "L4" } } as const;
        assert.ok((await plugins({ pools, addOns: { efaPlugin: "install" } })).includes(EFA));
    });
});
