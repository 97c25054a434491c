import { BatchJob, GpuCluster, ModelStore } from "barycenter";

// Nothing ties this work to a place: it makes its own data, and nobody waits for it. Eight pods of six hours a night.
const frames = new ModelStore("frames", { sizeGiB: 500 });

const farm = new GpuCluster("farm", {
    pools: { render: { accelerator: "L4", max: 8, spot: true } },
});

new BatchJob("render", {
    runOn: farm,
    image: "ghcr.io/example/render:3.3.0",
    accelerator: "L4",
    completions: 8,
    parallelism: 8,
    writes: frames,
    schedule: "0 22 * * *",
    writeGiBPerRun: 20,
    hoursPerRun: 6,
});
