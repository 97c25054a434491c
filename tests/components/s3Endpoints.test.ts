import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { BatchJob, GpuCluster, ModelStore } from "../../index";
import { registrations } from "../support/mocks";

const OWN = { "barycenter:cloud": "kubernetes", "barycenter:region": "edge", "barycenter:tier": "dev" };

const job = (endpoints: readonly string[]) =>
    registrations(
        () => {
            const runOn = new GpuCluster("edge", { pools: { work: { cpu: { vcpu: 8, memoryGiB: 32 } } } });
            const reads = endpoints.map((host, index) =>
                ModelStore.adopt(`store${index}`, {
                    url: `s3://models${index}`,
                    endpoint: `https://${host}`,
                    credentialsSecret: host,
                }).dataset("inputs"),
            );
            new BatchJob("nightly", { image: "score:1", reads, runOn });
        },
        { config: OWN },
    );

describe("a workload that reads S3-compatible stores", () => {
    it("may read several of one service", async () => {
        const { resources } = await job(["minio", "minio"]);
        assert.ok(resources.some(({ name }) => name === "nightly-job"));
    });

    it("may not read two services, whose keys would overwrite each other without a word", async () => {
        await assert.rejects(
            job(["minio", "ceph"]),
            (error: Error) => error instanceof RunError && /two services that speak S3/.test(error.message),
        );
    });
});
