export { BatchJob, type BatchJobArgs, type StorePart } from "./components/batchJob";
export {
    GpuCluster,
    type AdoptedGpuClusterArgs,
    type GpuClusterArgs,
    type PoolArgs,
} from "./components/gpuCluster";
export {
    InferenceService,
    type InferenceServiceArgs,
    type ScalingArgs,
    type TrafficArgs,
} from "./components/inferenceService";
export {
    Dataset,
    Model,
    ModelStore,
    type AdoptedModelStoreArgs,
    type DatasetArgs,
    type ModelArgs,
    type ModelStoreArgs,
} from "./components/modelStore";
export { type VariableArgs } from "./components/variables";
export { site, type ComponentArgs, type SiteOptions } from "./components/settings";
export { InvalidComponentError, type Problem } from "./components/validation/problem";
export type { ResourcesArgs } from "./components/resources";
export type { AcceleratorName } from "./placement/accelerators";
export type { CloudName } from "./placement/site";
export type {
    AccessMode,
    AddOnMode,
    AddOnName,
    ClientContract,
    ClusterReference,
    ExistingNetwork,
    PodAccess,
    PoolInfo,
    Principal,
    Taint,
} from "./providers/cloud";
export type { LandingZone, Site } from "./providers/site";
export type { Tier } from "./providers/tier";
export type { PlacementArgs } from "./components/placementArgs";
export { stackCost, type MonthlyCost } from "./components/estimate";
