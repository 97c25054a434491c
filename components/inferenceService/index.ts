export { InferenceService } from "./inferenceService";
export type { InferenceServiceArgs, ScalingArgs } from "./args";
