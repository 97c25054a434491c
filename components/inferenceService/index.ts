export { InferenceService } from "./inferenceService";
export type { InferenceServiceArgs, ScalingArgs, TrafficArgs } from "./args";
