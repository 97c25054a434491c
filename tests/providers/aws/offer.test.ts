import assert from "node:assert/strict";
import { cpuMachineFor } from "../../../placement/machines";
import { cloud } from "../../../providers/aws";
import type { PoolSpec } from "../../../providers/cloud";
import { POOL } from "./pool";

const told = (pool: Partial<PoolSpec>, region: string) =>
    cloud.clusterProblems!({ pools: [{ ...POOL, ...pool }] }, { cloud: "aws", region, zone: {} });

describe("the offer of a region of AWS", () => {
    it("is told where it was not known to hold a pool's machine, with the regions that had it", () => {
        const [problem, ...others] = told({ machineType: "p5en.48xlarge" }, "eu-west-1");
        assert.deepEqual(others, []);
        assert.equal(problem?.path, "pools.chat");
        assert.match(problem!.message, /p5en\.48xlarge.*eu-west-1.*2025-07.*us-east-2/);
        // The offer grows: what was not sold then may be today.
        assert.equal(problem?.warning, true);
    });

    it("is not told where the machine is sold, or nothing is known of it or of the region", () => {
        assert.deepEqual(told({ machineType: "p5en.48xlarge" }, "us-east-2"), []);
        assert.deepEqual(told({ machineType: "p6-b200.48xlarge" }, "eu-west-1"), []);
        assert.deepEqual(told({ machineType: "p5.4xlarge" }, "eu-west-1"), []);
        assert.deepEqual(told({ machineType: "g5.xlarge" }, "us-gov-west-1"), []);
    });

    it("names whole regions", () => {
        for (const machineType of ["g4dn", "g5", "g6", "g6e", "p4d", "p4de", "p5en", "inf2"]) {
            const [problem] = told({ machineType: `${machineType}.48xlarge` }, "mx-central-1");
            const regions = problem!.message.split("these were: ")[1]!.split(", ");
            assert.ok(regions.includes("us-east-1"), machineType);
            assert.ok(
                regions.every((region) => /^[a-z]{2}-[a-z]+-\d$/.test(region)),
                problem!.message,
            );
        }
        assert.deepEqual(told({ machineType: "p5.48xlarge" }, "us-east-1"), []);
    });

    it("decides the generation of machines without accelerators", () => {
        const need = { vcpu: 4, memoryGiB: 16 };
        assert.equal(cpuMachineFor("aws", need, "us-east-1")?.type, "m7i.xlarge");
        assert.equal(cpuMachineFor("aws", need, "eu-south-1")?.type, "m6i.xlarge");
        const little = { vcpu: 4, memoryGiB: 8 };
        assert.equal(cpuMachineFor("aws", little, "eu-south-1")?.type, "c6i.xlarge");
        // Neither c6i nor c7i there.
        assert.equal(cpuMachineFor("aws", little, "eu-central-2")?.type, "m6i.xlarge");
        assert.equal(cpuMachineFor("aws", little, "ap-southeast-3")?.type, "m7i.xlarge");
    });
});
