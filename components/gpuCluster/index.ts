export { GpuCluster, isGpuCluster } from "./gpuCluster";
export type { AdoptedGpuClusterArgs, GpuClusterArgs, PoolArgs } from "./args";
