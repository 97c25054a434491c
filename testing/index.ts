/**
 * Simulated AWS, Google Cloud, Azure and Kubernetes for tests of Pulumi programs: with the real Pulumi engine
 * ({@link SimulatedClouds}, {@link CloudProcess}) or without any ({@link Simulator}).
 */
export type { Failure } from "./check";
export { type CloudOptions, type Clouds, SimulatedClouds } from "./clouds";
export type { Change, Diff } from "./diff";
export { CloudError } from "./errors";
export type { Call, Fault, Operation } from "./faults";
export { CloudProcess } from "./process";
export { SchemaRegistry } from "./schema/registry";
export type { FunctionSpec, ObjectSpec, PackageName, ResourceSpec, TypeSpec } from "./schema/types";
export { type Checked, type Declaration, Simulator } from "./simulator";
export { type CloudResource, Store } from "./store";
export { secret, unknownValue, type Value, type Values } from "./values";
